import { prov } from "../../vocab/prov.ts";
import { provml } from "../../vocab/provml.ts";
import { type Facts, textOf, timeOf } from "../facts.ts";
import { partsOfId } from "../ids.ts";
import { readWriters } from "../pending/pending.ts";
import { pendingRows } from "../pending/pending-rows.ts";
import { type Source, select, type Writer } from "../source.ts";
import { type Sparql, sparql } from "../sparql.ts";
import { recordersOf } from "./executions.ts";
import { leftOpen } from "./left-open.ts";
import { latestParts, type Part, partsOf } from "./parts.ts";

/**
 * How an activity stands. `interrupted`: it has no end, and its writer is dead or has closed its record; of an execution that of the process which began it. `running`: its writer
 * lives. `silent`: nobody can say; `silentSince` is the time of the last statement or row. `ended`: it has an end, and nobody
 * said how it went, as imported provenance may have it.
 */
export type RunStatus = "completed" | "failed" | "endedEarly" | "ended" | "running" | "interrupted" | "silent";

/** Whether an activity did all that it was to do, as far as anyone says. */
export function isFinished(status: RunStatus): boolean {
  return status === "completed" || status === "ended";
}

interface StatusFacts {
  readonly status: RunStatus;
  /** xsd:dateTime, for `silent` only. */
  readonly silentSince?: string;
}

/** The properties that {@link statusesOf} reads. */
export const STATUS_PROPERTIES = [provml.status, prov.endedAtTime];

/** Writers that were declared dead. */
const CLOSINGS: Sparql = sparql`SELECT ?closing ?execution WHERE { ?closing a provml:Closing ; provml:closes ?execution }`;

/** The last time that anything in a namespace states. */
const LAST_TIME = (namespace: string): Sparql => sparql`
SELECT (MAX(?time) AS ?last) WHERE {
  { ?s prov:startedAtTime ?time } UNION { ?s prov:endedAtTime ?time }
  UNION { ?s prov:generatedAtTime ?time } UNION { ?s prov:atTime ?time }
  FILTER(STRSTARTS(STR(?s), ${namespace}))
}`;

/** The statuses of activities whose facts are given, by IRI. */
export async function statusesOf(
  source: Source,
  activities: ReadonlyMap<string, Facts>,
): Promise<Map<string, StatusFacts>> {
  const statuses = new Map<string, StatusFacts>();
  const open: string[] = [];
  for (const [id, facts] of activities) {
    const status = statedStatus(facts);
    if (status === undefined) open.push(id);
    else statuses.set(id, { status });
  }
  if (open.length === 0) return statuses;
  const parts = await partsOf(source, open);
  const own = open.filter((id) => !parts.has(id));
  if (own.length > 0) await judge(source, own, statuses);
  for (const [id, its] of parts) statuses.set(id, await statusFrom(source, latestParts(its)));
  return statuses;
}

/** How an activity stands that several processes carry out: what is worst counts. */
async function statusFrom(source: Source, parts: readonly Part[]): Promise<StatusFacts> {
  const statuses = await statusesOf(source, new Map(parts.map(({ id, facts }) => [id, facts])));
  const found = [...statuses.values()].sort((a, b) => WORST.indexOf(a.status) - WORST.indexOf(b.status));
  return found[0] ?? { status: "silent" };
}

const WORST: readonly RunStatus[] = ["failed", "running", "silent", "interrupted", "endedEarly", "ended", "completed"];

function statedStatus(facts: Facts): RunStatus | undefined {
  const stated = STATED.get(textOf(facts, provml.status) ?? "");
  return stated ?? (textOf(facts, prov.endedAtTime) === undefined ? undefined : "ended");
}

const STATED = new Map<string, RunStatus>([
  [provml.Completed, "completed"],
  [provml.Failed, "failed"],
  [provml.EndedEarly, "endedEarly"],
]);

/** Activities without an end: what their writers' processes, closings and executions say. */
async function judge(source: Source, open: readonly string[], into: Map<string, StatusFacts>): Promise<void> {
  const { place, problems } = source;
  const writers = place === undefined ? [] : readWriters(place, problems);
  const closed = new Set(
    (await select(source, CLOSINGS)).map(({ closing, execution }) =>
      writerKey(partsOfId(execution?.value ?? "")?.namespace, partsOfId(closing?.value ?? "")?.writer),
    ),
  );
  const left = await leftOpen(source, open);
  // An execution names no writer: of its processes only the one that began it can end it.
  const unnamed = open.filter((id) => partsOfId(id)?.writer === undefined);
  const recorders = await recordersOf(source, unnamed);
  const silences = new Map<string, string | undefined>();
  for (const id of open) {
    const namespace = partsOfId(id)?.namespace;
    const writer = partsOfId(id)?.writer;
    const its = writers.filter((w) => w.namespace === namespace && (writer ?? w.name) === w.name);
    const states = new Map(its.map(({ name, state }) => [name, state]));
    const ends = writer === undefined ? [...(recorders.get(id) ?? [])] : [writer];
    const isOver = (name: string) => isGone(states.get(name)) || closed.has(writerKey(namespace, name));
    if (its.some(({ state }) => state === "alive")) into.set(id, { status: "running" });
    else if (left.has(id) || (ends.length > 0 && ends.every(isOver))) into.set(id, { status: "interrupted" });
    else {
      const key = namespace ?? id;
      if (!silences.has(key)) silences.set(key, await lastSign(source, key, partsOfId(id)?.uuid));
      const silentSince = silences.get(key);
      into.set(id, { status: "silent", ...(silentSince === undefined ? {} : { silentSince }) });
    }
  }
}

function isGone(state: Writer["state"] | undefined): boolean {
  return state === "ended" || state === "dead";
}

function writerKey(namespace: string | undefined, writer: string | undefined): string {
  return `${namespace} ${writer}`;
}

async function lastSign(source: Source, namespace: string, uuid: string | undefined): Promise<string | undefined> {
  const [row] = await select(source, LAST_TIME(namespace));
  let last = timeOf(row?.last?.value);
  if (source.place && uuid !== undefined) {
    for (const { time } of pendingRows(source.place, source.problems, uuid)) {
      for (const one of time) if (one > (last ?? Number.NEGATIVE_INFINITY)) last = one;
    }
  }
  return last === undefined ? undefined : new Date(last).toISOString();
}
