import type { Document } from "../../src/model/document.ts";
import { formalAttributes, isElementKind, isKind, isNameKind } from "../../src/model/relations.ts";
import type { Attribute, Statement } from "../../src/model/statement.ts";

const EX = "http://example.org/";
const PROV = "http://www.w3.org/ns/prov#";
const NAMESPACES: Record<string, string> = { ex: EX, prov: PROV, xsd: "http://www.w3.org/2001/XMLSchema#" };

/** Statements of tables, one to a line, with the prefixes `ex` and `prov`. */
export function documentOfLines(text: string): Document {
  const top: Statement[] = [];
  const bundles: { id: string; statements: Statement[] }[] = [];
  let into = top;
  for (const line of text.split(/\n|;;/).map((one) => one.trim())) {
    if (line === "" || /^(document|endDocument|prefix )/.test(line)) continue;
    if (line === "endBundle") into = top;
    else if (line.startsWith("bundle ")) {
      const bundle = { id: nameOf(line.slice(7)), statements: [] as Statement[] };
      bundles.push(bundle);
      into = bundle.statements;
    } else into.push(statementOfLine(line));
  }
  return { prefixes: { ex: EX }, statements: top, bundles };
}

function statementOfLine(line: string): Statement {
  const match = /^(?:prov:)?(\w+)\((.*?)(?:,\s*\[(.*)\])?\)$/.exec(line);
  if (match === null) throw new Error(`not a statement: ${line}`);
  const [, kind = "", body = "", attributes] = match;
  if (!isKind(kind)) throw new Error(`not a kind: ${kind}`);
  const [idText, rest] = body.includes(";") ? (body.split(";") as [string, string]) : [undefined, body];
  const values = rest.split(",").map((one) => one.trim());
  const statement: Record<string, unknown> = { kind };
  if (isElementKind(kind)) statement.id = nameOf(values.shift() as string);
  else if (idText !== undefined && idText.trim() !== "-") statement.id = nameOf(idText);
  formalAttributes(kind).forEach(([name, type], index) => {
    const value = values[index];
    if (value === undefined || value === "-" || value === "") return;
    statement[name] = isNameKind(type) ? nameOf(value) : value;
  });
  if (attributes !== undefined) {
    statement.attributes = attributes.split(/,\s*(?=\w+:\w+\s*=)/).map((one): Attribute => {
      const [name = "", value = ""] = one.split(/\s*=\s*/);
      const quoted = /^'(.*)'$/.exec(value.trim());
      return [nameOf(name), quoted ? { iri: nameOf(quoted[1] as string) } : value.replace(/^"|".*$/g, "")];
    });
  }
  return statement as unknown as Statement;
}

function nameOf(text: string): string {
  const name = text.trim();
  if (name.startsWith("_:")) return name;
  const [prefix = "", local = ""] = name.split(/:(.*)/s);
  const namespace = NAMESPACES[prefix];
  if (namespace === undefined) throw new Error(`not a name: ${text}`);
  return namespace + local;
}
