/** Why the notations of RDF lose something: a sentence for each kind of loss. */
export const RDF_LOSSES = {
  bundle:
    "Turtle and N-Triples hold one graph: what bundles state stands in it with the rest, and no longer in bundles",
  emptyBundle: "RDF has no empty bundles",
  sameBundle: "bundles of one name are one graph in RDF",
  name: "names are absolute IRIs in RDF, so what is named otherwise cannot be said",
  ends: "PROV-O has no triple for a membership, specialization, alternate or mention that lacks one of its ends",
  own: "PROV-O gives memberships, specializations, alternates and mentions neither an id nor attributes",
  spelling: "an attribute that has the name by which RDF spells one of PROV-DM's becomes that one",
  structure:
    "an attribute that has the name of a property by which PROV-O states relations and times would be read as such",
  type: "a prov:type that is the class of the statement itself goes without saying in RDF, and a relation with the class of another statement would be read as that",
  value:
    "RDF has neither languages that are no language tags nor datatypes that are no IRIs, so such a value becomes a string",
  keys: "RDF does not tell a set of keys that is missing from one that is empty",
  nameLiteral: "a literal that is a qualified name is read as the name",
  sameNode: "statements of one id, and mentions of one entity, are one node in RDF, which has the attributes of all",
  sameTriple: "a relation that says nothing but its two ends is the same triple as any other between them",
} as const;
