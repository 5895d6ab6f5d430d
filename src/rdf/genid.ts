import { createHash } from "node:crypto";
import { canonize } from "rdf-canonize";
import { eachReference, isAnonymous } from "../model/anonymous.ts";
import { type Document, documentOf, statementsOf } from "../model/document.ts";
import { ProvenanceError } from "../model/error.ts";
import { checkIri } from "../model/names.ts";
import { renamed } from "../model/renamed.ts";
import type { Iri, Statement } from "../model/statement.ts";
import { statementKey } from "../model/statement-key.ts";
import { blankText } from "./blank-labels.ts";
import { documentLines } from "./document-lines.ts";

/**
 * The document with IRIs in place of its anonymous identifiers, as a store needs them, in which a blank node would be another one each time it is
 * loaded: `<base>.well-known/genid/<digest>/<label>` (RDF 1.1 section 3.5), made of the document's digest and the label that RDFC-1.0 gives the
 * node. Documents that state the same get the same IRIs; others never share one.
 * @throws {ProvenanceError} `too-large` when nodes are too many and too alike to be told apart; `bad-iri` for a base that is none; also
 * `bad-argument` for what RDF cannot hold: the loss function of its notations takes it out before.
 */
export async function withGenids(document: Document, base: Iri): Promise<Document> {
  const ground: string[] = [];
  const anonymous: Statement[] = [];
  for (const statement of statementsOf(document)) {
    if (isGround(statement)) ground.push(`${statement.graph ?? ""} ${statementKey(statement)}`);
    else anonymous.push(statement);
  }
  if (anonymous.length === 0 && !document.bundles.some(({ id }) => isAnonymous(id))) return document;

  const { text, labels } = await canonical(documentOf(anonymous));
  const digest = createHash("sha256")
    .update(`${ground.sort().join("\n")}\n${text}`)
    .digest("hex")
    .slice(0, 32);
  const namespace = `${checkIri(base, "the base of anonymous identifiers")}.well-known/genid/${digest}/`;
  return renamed(document, (id) => {
    if (!isAnonymous(id)) return id;
    const label = labels.get(blankText(id).slice(2));
    if (label !== undefined) return namespace + label;
    throw new ProvenanceError("bad-argument", `the bundle ${id} is empty, and RDF has no empty bundles`);
  });
}

/** Whether a statement names nothing anonymous, and neither does its bundle. */
function isGround(statement: Statement): boolean {
  const { id, graph } = statement;
  if ((id !== undefined && isAnonymous(id)) || (graph !== undefined && isAnonymous(graph))) return false;
  let isGround = true;
  eachReference(statement, (reference) => {
    if (isAnonymous(reference)) isGround = false;
  });
  return isGround;
}

/** How often nodes that look alike are compared in depth: enough for thousands of them, and over within a second or so. */
const MOST_COMPARISONS = 10_000;

async function canonical(document: Document): Promise<{ text: string; labels: ReadonlyMap<string, string> }> {
  let lines = "";
  for (const some of documentLines(document)) for (const line of some) lines += `${line}\n`;
  const labels = new Map<string, string>();
  try {
    const text = await canonize(lines, {
      algorithm: "RDFC-1.0",
      inputFormat: "application/n-quads",
      canonicalIdMap: labels,
      maxDeepIterations: MOST_COMPARISONS,
    });
    return { text, labels };
  } catch (error) {
    throw new ProvenanceError("too-large", "the anonymous identifiers are too many and too alike; give them names", {
      cause: error,
    });
  }
}

const GENID = /\/\.well-known\/genid\/[0-9a-f]{32}\/c14n\d+$/;

/** The document with anonymous identifiers again in place of the IRIs that {@link withGenids} made, whatever their base. */
export function withoutGenids(document: Document): Document {
  const taken = new Set<Iri>();
  const found = new Map<Iri, Iri>();
  const note = (id: Iri) => void (isAnonymous(id) ? taken.add(id) : GENID.test(id) && found.set(id, id));
  for (const { id } of document.bundles) note(id);
  for (const statement of statementsOf(document)) {
    if (statement.id !== undefined) note(statement.id);
    eachReference(statement, note);
  }
  if (found.size === 0) return document;
  let n = 0;
  for (const id of found.keys()) {
    while (taken.has(`_:b${n}`)) n++;
    found.set(id, `_:b${n++}`);
  }
  return renamed(document, (id) => found.get(id) ?? id);
}
