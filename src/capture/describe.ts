import type { Brief, BriefValue } from "../model/brief.ts";
import { ProvenanceError } from "../model/error.ts";
import type { EntityKind } from "../model/ml.ts";
import { checkIri } from "../model/names.ts";
import type { Activity } from "./activity.ts";
import { checkOptions, isFollowable } from "./checks.ts";
import { isRemote, remoteName } from "./content/remote.ts";
import { type SchemaField, stateSchema, structureOf } from "./content/schema.ts";
import type { Execution } from "./execution.ts";
import { entitiesOf, meetObject, stateDerivation, stateSources, typesOf } from "./flow.ts";
import { cleanName, redact } from "./secrets.ts";

/** What a program says of a thing; every part is optional. */
export interface Description {
  readonly name?: string;
  readonly description?: string;
  readonly version?: string;
  /** A short name of the SPDX list, e.g. `CC0-1.0`, or an IRI. */
  readonly license?: string;
  /** Where it came from: an IRI. */
  readonly source?: string;
  /** Which part of the data it is: `train`, `validation`, `test`. */
  readonly split?: string;
  readonly rowCount?: number;
  /** Its columns in their order. Of Arrow tables and arrays of plain objects it is known, as is the row count. */
  readonly schema?: readonly SchemaField[];
  /** Of something remote: the entity tag that the server gave, and the commit or other revision that was meant. */
  readonly etag?: string;
  readonly commit?: string;
  /** What it was derived from, where no step shows it. */
  readonly of?: object | string;
  /** `now` digests it before the call returns, whatever its size: a file, a directory, an array, a tensor, a table, a JSON value. */
  readonly digest?: "now";
}

/** States what a program says of a thing; what is met here for the first time is followed from now on. */
export function describe(
  execution: Execution,
  step: Activity | undefined,
  thing: unknown,
  description: Description & { readonly kind?: EntityKind | undefined },
): void {
  check(thing, description);
  const { kind, name, of, digest } = description;
  const around = step?.execution === execution ? step : undefined;
  execution.faults.guard(() => {
    const out: Brief[] = [];
    const meeting = { kind, label: name || undefined, digest };
    const [first, ...more] = entitiesOf(execution, thing, meeting, out);
    if (first === undefined) return;
    // Of a container that a step returned so far only the members are known.
    const entity = more.length === 0 ? first : meetObject(execution, thing as object, meeting, out);
    if (entity !== first) for (const member of [first, ...more]) stateDerivation(entity, member, out);
    const isNew = out.some((statement) => "id" in statement && statement.id === entity.name);
    if (isNew) entity.firstSeenIn = around;
    const attributes: [string, BriefValue][] = [];
    if (!isNew && kind !== undefined) {
      attributes.push(...(typesOf(kind) as [string, BriefValue][]));
      entity.kind = kind;
    }
    if (!isNew && name) attributes.push(["rdfs:label", cleanName(name)]);
    const seesStructure = kind === "dataset" && typeof thing === "object" && !entity.hasStructure;
    const structure = seesStructure ? structureOf(thing) : undefined;
    if (structure) entity.hasStructure = true;
    const { schema = structure?.fields, rowCount = structure?.rowCount } = description;
    for (const [field, property, isIri] of PROPERTIES) {
      const given = field === "rowCount" ? rowCount : description[field];
      const value = field === "license" && typeof given === "string" ? licenseIri(given) : given;
      if (value !== undefined && value !== "")
        attributes.push([property, typeof value === "number" ? value : isIri ? iri(value) : redact(value)]);
    }
    if (schema && schema.length > 0)
      attributes.push(["provml:hasSchema", { name: stateSchema(execution, schema, out) }]);
    if (attributes.length > 0) out.push({ kind: "entity", id: entity.name, attributes });
    if (of !== undefined) stateSources(execution, step, entity, of, out);
    execution.write(out);
  });
}

/** The fields of a description that become one attribute each, and whether the value is an IRI. */
const PROPERTIES = [
  ["description", "dcterms:description", false],
  ["version", "provml:version", false],
  ["license", "dcterms:license", true],
  ["source", "dcterms:source", true],
  ["split", "provml:split", false],
  ["rowCount", "provml:rowCount", false],
  ["etag", "provml:entityTag", false],
  ["commit", "provml:revision", false],
] as const;

const FIELDS = new Set<string>(["name", "kind", "of", "digest", "schema", ...PROPERTIES.map(([field]) => field)]);

function check(thing: unknown, description: Description): asserts thing is object | string {
  if (!isFollowable(thing)) {
    throw new ProvenanceError(
      "bad-argument",
      `cannot describe ${typeof thing === "string" ? nameless(thing) : String(thing)}: give an object, a path or a URI`,
    );
  }
  checkOptions("a description", description, FIELDS);
  const { license, source } = description;
  if (license !== undefined) checkIri(licenseIri(license), "license");
  if (source !== undefined) checkIri(source, "source");
}

function iri(text: string): BriefValue {
  return { name: `<${isRemote(text) ? remoteName(text) : redact(text)}>` };
}

/** A string that is no name of anything. */
function nameless(text: string): string {
  return text === "" ? "an empty string" : `a string of ${text.length} characters`;
}

/** `MIT` is `https://spdx.org/licenses/MIT`. */
function licenseIri(license: string): string {
  return /^[A-Za-z0-9][A-Za-z0-9.+-]*$/.test(license) ? `https://spdx.org/licenses/${license}` : license;
}
