// The terms of RDF, RDF Schema, XML Schema datatypes and DCMI Metadata Terms that provml writes, reads or asks for.

export const rdf = {
  type: "http://www.w3.org/1999/02/22-rdf-syntax-ns#type",
  nil: "http://www.w3.org/1999/02/22-rdf-syntax-ns#nil",
  langString: "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString",
  JSON: "http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON",
} as const;

export const rdfs = {
  label: "http://www.w3.org/2000/01/rdf-schema#label",
  comment: "http://www.w3.org/2000/01/rdf-schema#comment",
} as const;

export const xsd = {
  string: "http://www.w3.org/2001/XMLSchema#string",
  boolean: "http://www.w3.org/2001/XMLSchema#boolean",
  integer: "http://www.w3.org/2001/XMLSchema#integer",
  int: "http://www.w3.org/2001/XMLSchema#int",
  long: "http://www.w3.org/2001/XMLSchema#long",
  decimal: "http://www.w3.org/2001/XMLSchema#decimal",
  double: "http://www.w3.org/2001/XMLSchema#double",
  float: "http://www.w3.org/2001/XMLSchema#float",
  date: "http://www.w3.org/2001/XMLSchema#date",
  dateTime: "http://www.w3.org/2001/XMLSchema#dateTime",
  anyURI: "http://www.w3.org/2001/XMLSchema#anyURI",
  QName: "http://www.w3.org/2001/XMLSchema#QName",
} as const;

export const dcterms = {
  isPartOf: "http://purl.org/dc/terms/isPartOf",
  title: "http://purl.org/dc/terms/title",
  description: "http://purl.org/dc/terms/description",
  license: "http://purl.org/dc/terms/license",
  source: "http://purl.org/dc/terms/source",
  subject: "http://purl.org/dc/terms/subject",
  type: "http://purl.org/dc/terms/type",
  replaces: "http://purl.org/dc/terms/replaces",
} as const;
