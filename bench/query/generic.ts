import { createReadStream, readdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

const PROV = "<http://www.w3.org/ns/prov#";
const TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>";
const ATTRIBUTE = "<urn:x-generic:attribute>";
const LINES = 4000;

/**
 * The same facts as generic PROV, for one who knows neither PROV-ML nor ML Schema: of each statement what PROV-O has a term for stays, and everything
 * else is an untyped attribute, a text `name=value` of its subject. In one graph, as N-Triples.
 */
export async function* genericProv(graph: string): AsyncGenerator<Uint8Array, void, void> {
  let lines: string[] = [];
  for (const name of readdirSync(graph, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".nq")) continue;
    for await (const line of createInterface({ input: createReadStream(join(graph, name)) })) {
      if (line.startsWith("<")) lines.push(genericLine(line));
      if (lines.length === LINES) yield* pieceOf(lines.splice(0));
    }
  }
  yield* pieceOf(lines);
  lines = [];
}

function* pieceOf(lines: readonly string[]): Generator<Uint8Array, void, void> {
  if (lines.length > 0) yield Buffer.from(`${lines.join("\n")}\n`);
}

function genericLine(line: string): string {
  const [subject, property] = line.split(" ", 2) as [string, string];
  const object = line.slice(subject.length + property.length + 2, line.lastIndexOf(" <"));
  if (property.startsWith(PROV) || (property === TYPE && object.startsWith(PROV)))
    return `${subject} ${property} ${object} .`;
  const value = object.startsWith('"') ? object.slice(1, object.lastIndexOf('"')) : localName(object);
  return `${subject} ${ATTRIBUTE} "${localName(property)}=${value}" .`;
}

/** Of vocabularies; other IRIs whole. */
function localName(iri: string): string {
  const text = iri.slice(1, -1);
  return text.includes("#") ? text.slice(text.lastIndexOf("#") + 1) : text;
}
