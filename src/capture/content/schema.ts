import { createHash } from "node:crypto";
import { types } from "node:util";
import type { Brief, BriefValue, Name } from "../../model/brief.ts";
import { ProvenanceError } from "../../model/error.ts";
import { definitionName } from "../../model/names.ts";
import type { Execution } from "../execution.ts";
import { ownNames } from "../own-names.ts";
import { cleanName } from "../secrets.ts";
import { isPlainObject, LONGEST_STRING } from "../values.ts";
import { canonicalJson } from "./canonical-json.ts";
import { typeName } from "./shape.ts";
import { isArrowTable, tableColumns } from "./table-digest.ts";

/** A column, field or feature of data. */
export interface SchemaField {
  readonly name: string;
  /** In the program's own words: `float64`, `string`. */
  readonly type?: string;
  /** Best in UCUM's code: `mm`, `GeV`. */
  readonly unit?: string;
}

/** The structure and size of data. */
export interface Structure {
  readonly fields: readonly SchemaField[];
  readonly rowCount: number;
}

/** Of more fields only the first are stated one by one; the schema's name covers all. */
const MOST_FIELDS = 1000;

/**
 * What can be seen of the structure of data at no cost: of an Arrow table its schema, of an array of plain objects the members of the first one.
 * Undefined of anything else.
 */
export function structureOf(thing: object): Structure | undefined {
  try {
    if (types.isProxy(thing)) return undefined;
    if (Array.isArray(thing)) {
      const [first] = thing as unknown[];
      if (!isPlainObject(first) || types.isProxy(first)) return undefined;
      const fields = ownNames(first)
        .names.slice(0, MOST_FIELDS)
        .map((name) => fieldOf(name, first[name]));
      return fields.length === 0 ? undefined : { fields, rowCount: thing.length };
    }
    if (!isArrowTable(thing)) return undefined;
    const fields = tableColumns(thing).map(({ name, type }) => {
      const text = typeof type === "string" ? type : canonicalJson(type);
      return { name, ...(text === undefined ? {} : { type: text }) };
    });
    return { fields, rowCount: thing.numRows };
  } catch {
    return undefined; // a getter that throws
  }
}

function fieldOf(name: string, value: unknown): SchemaField {
  if (value === null || value === undefined) return { name };
  return { name, type: typeof value === "object" ? typeName(value) : typeof value };
}

/** States a schema, once in an execution, and returns its name, which is that of every schema with the same fields. */
export function stateSchema(execution: Execution, given: readonly SchemaField[], out: Brief[]): Name {
  const fields = given.map(({ name, type, unit }) => ({
    name: cleanName(name).toWellFormed(),
    ...(type === undefined ? {} : { type: type.toWellFormed() }),
    ...(unit === undefined ? {} : { unit: unit.toWellFormed() }),
  }));
  const digest = createHash("sha256")
    .update(canonicalJson(fields) ?? "")
    .digest("hex");
  const id = definitionName("schema", digest.slice(0, 32));
  if (!execution.identity.isNewSchema(id)) return id;
  const label = fields.map(({ name }) => name).join(", ");
  const attributes: [string, BriefValue][] = [
    ["prov:type", { name: "provml:DataSchema" }],
    ["rdfs:label", short(label)],
  ];
  out.push({ kind: "entity", id, attributes });
  for (const [i, { name, type, unit }] of fields.slice(0, MOST_FIELDS).entries()) {
    const column: [string, BriefValue][] = [
      ["prov:type", { name: "provml:Attribute" }],
      ["rdfs:label", short(name)],
      ["dcterms:isPartOf", { name: id }],
      ["provml:columnNumber", i + 1],
    ];
    if (type) column.push(["provml:elementType", short(type)]);
    if (unit) column.push(["provml:unit", short(unit)]);
    out.push({ kind: "entity", id: `${id}-${i + 1}`, attributes: column });
  }
  return id;
}

/** @throws {ProvenanceError} `bad-option` for what is no list of fields. */
export function checkSchema(verb: string, schema: unknown): void {
  const bad = (what: string) =>
    new ProvenanceError("bad-option", `${verb}: schema ${what}; give a list of { name, type?, unit? }, each a string`);
  if (!Array.isArray(schema)) throw bad(`is a ${typeof schema}`);
  for (const [i, field] of schema.entries()) {
    if (typeof field !== "object" || field === null) throw bad(`has ${String(field)} in place ${i}`);
    if (typeof field.name !== "string" || field.name === "") throw bad(`has a field without a name in place ${i}`);
    for (const [key, value] of Object.entries(field)) {
      if (!FIELD_KEYS.has(key)) throw bad(`has a field with ${JSON.stringify(key)} in place ${i}`);
      if (value !== undefined && typeof value !== "string")
        throw bad(`has a field whose ${key} is no string in place ${i}`);
    }
  }
}

const FIELD_KEYS = new Set(["name", "type", "unit"]);

function short(text: string): string {
  return text.length <= LONGEST_STRING ? text : `${text.slice(0, LONGEST_STRING - 1).toWellFormed()}…`;
}
