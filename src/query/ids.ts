import { EXECUTION_ACTIVITY } from "../model/names.ts";

/** The parts of an id below an execution: `<base><uuid>/<local name>`. */
interface IdParts {
  readonly namespace: string;
  /** The execution's UUID. */
  readonly uuid: string;
  readonly local: string;
  /** The writer that gave the id out; absent for `execution` and `graph`, which any writer may name. */
  readonly writer?: string;
}

/** Undefined for what is named in another way: content, software, people, definitions, ids of other tools. */
export function partsOfId(iri: string): IdParts | undefined {
  const end = namespaceEnd(iri);
  if (end === 0) return undefined;
  const local = iri.slice(end);
  const writer = /^([A-Za-z][A-Za-z0-9]*)-/.exec(local)?.[1];
  const uuid = iri.slice(end - 1 - UUID_LENGTH, end - 1);
  return { namespace: iri.slice(0, end), uuid, local, ...(writer === undefined ? {} : { writer }) };
}

/** Where the local name begins, behind `<base><uuid>/`; 0 where there is none. Asked of every node of a lineage. */
function namespaceEnd(iri: string): number {
  const slash = iri.lastIndexOf("/");
  const begin = slash - UUID_LENGTH;
  if (begin < 1 || slash + 1 === iri.length) return 0;
  const before = iri[begin - 1];
  return (before === "/" || before === "#") && UUID.test(iri.slice(begin, slash)) ? slash + 1 : 0;
}
const UUID_LENGTH = 36;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The activity of the execution in whose namespace an id lies. */
export function executionOfId(iri: string): string | undefined {
  const end = namespaceEnd(iri);
  return end === 0 ? undefined : iri.slice(0, end) + EXECUTION;
}

const EXECUTION = EXECUTION_ACTIVITY.slice(EXECUTION_ACTIVITY.indexOf(":") + 1);

/** How an id is written where people read it: `<start of the uuid>/<local name>`, else the IRI. */
export function shortId(iri: string): string {
  const parts = partsOfId(iri);
  return parts === undefined ? iri : `${parts.uuid}/${parts.local}`;
}

/**
 * Ids of one writer count up, and a UUIDv7 begins with its time: the order in which executions began, and in each, writer by writer, things came about. A
 * UUID is compared as text, because its digits and letters together are one number.
 */
export function compareIds(a: string, b: string): number {
  const [one, other] = [namespaceOf(a), namespaceOf(b)];
  if (one === other) return COLLATOR.compare(a, b) || compareText(a, b);
  if (one === undefined || other === undefined) return one === undefined ? 1 : -1;
  return compareText(one, other);
}
const COLLATOR = new Intl.Collator("en", { numeric: true });

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The namespace of an execution, with its UUID; undefined for ids that lie in none. */
function namespaceOf(iri: string): string | undefined {
  const end = namespaceEnd(iri);
  return end === 0 ? undefined : iri.slice(0, end);
}
