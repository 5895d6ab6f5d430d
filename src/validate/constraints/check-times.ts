import type { Components, IndexedGraph } from "./cycles.ts";
import { type Events, ROLES } from "./events.ts";
import type { Findings } from "./findings.ts";
import { CODES, ID, type Instance, WIDTH } from "./instance.ts";
import { eventName } from "./steps.ts";
import { MISSING } from "./terms.ts";
import { type Instant, readDateTime } from "./times.ts";
import { timeText } from "./unification.ts";
import { cut } from "./words.ts";

/** By role, the constraint by which such events of one thing are at once; usages have none. */
const AT_ONCE = [31, 32, 39, 40] as const;

/**
 * Tells of times that contradict the order of events. They make nothing invalid, for clocks differ (PROV-CONSTRAINTS 5.2), but an application
 * may flag them. Along the order the latest time so far is handed on; one suspicion for each event whose time is later than that of an event
 * which may not come before it. Local times and zoned ones are two lines of time.
 */
export function checkTimes(
  instance: Instance,
  events: Events,
  graph: IndexedGraph,
  components: Components,
  suspicions: Findings,
): void {
  const times = readTimes(instance, events);
  if (times.size === 0) return;
  for (const isZoned of [true, false]) {
    const line = new Map<number, Timed>();
    for (const [node, timed] of times) if (timed.isZoned === isZoned) line.set(node, timed);
    if (line.size > 0) checkLine(instance, events, graph, components, line, suspicions);
  }
}

interface Timed extends Instant {
  readonly text: string;
  readonly row: number;
}

/** The times of events by their nodes; starts and ends have those of their activity too (28, 29). */
function readTimes(instance: Instance, { nodes, stated, roles, terms }: Events): Map<number, Timed> {
  const { cells, kinds, count } = instance.rows;
  const found = new Map<number, Timed>();
  const activities = new Map<number, number>();
  const put = (node: number, row: number, column: number) => {
    const cell = cells[row * WIDTH + column] as number;
    if (cell === MISSING) return;
    const text = timeText(instance, cell, column);
    const instant = readDateTime(text);
    if (instant !== undefined) found.set(node, { ...instant, text, row: cell });
  };
  for (let row = 0; row < count; row++) {
    if (kinds[row] === CODES.activity) activities.set(instance.terms.find(cells[row * WIDTH + ID] as number), row);
  }
  for (let node = 0; node < nodes; node++) {
    const role = roles[node] as number;
    const isOfActivity = ROLES[role] === "start" || ROLES[role] === "end";
    const row = stated[node] as number;
    if (row >= 0) put(node, row, isOfActivity ? 3 : 2);
    const activity = isOfActivity && !found.has(node) ? activities.get(terms[node] as number) : undefined;
    if (activity !== undefined) put(node, activity, role);
  }
  return found;
}

function checkLine(
  instance: Instance,
  events: Events,
  { starts, edgesOf, from, to }: IndexedGraph,
  { component, count, order }: Components,
  times: ReadonlyMap<number, Timed>,
  suspicions: Findings,
): void {
  /** By component: the node with the latest time up to there, and the edge over which it came; -1 for none. */
  const latest = new Int32Array(count).fill(-1);
  const via = new Int32Array(count).fill(-1);
  const told = new Set<number>();
  const secondsOf = (node: number) => (node === -1 ? Number.NEGATIVE_INFINITY : (times.get(node) as Timed).seconds);

  for (let end = order.length; end > 0; ) {
    const home = component[order[end - 1] as number] as number;
    let begin = end;
    while (begin > 0 && component[order[begin - 1] as number] === home) begin--;
    const members = order.subarray(begin, end);
    for (const node of members) if (times.has(node)) compare(node, home);
    for (const node of members) handOn(node, home);
    end = begin;
  }

  function compare(node: number, home: number): void {
    const before = latest[home] as number;
    if (secondsOf(before) > secondsOf(node)) suspect(before, node, home);
    else {
      if (before !== -1 && component[before] === home && secondsOf(before) < secondsOf(node))
        suspect(node, before, home);
      latest[home] = node;
      via[home] = -1;
    }
  }

  function handOn(node: number, home: number): void {
    const candidate = latest[home] as number;
    if (candidate === -1) return;
    for (let i = starts[node] as number; i < (starts[node + 1] as number); i++) {
      const edge = edgesOf[i] as number;
      const target = component[to[edge] as number] as number;
      if (target === home || secondsOf(latest[target] as number) >= secondsOf(candidate)) continue;
      latest[target] = candidate;
      via[target] = edge;
    }
  }

  /** The edges over which a time came to a component, those within components left out: events there are at once. */
  function wayTo(home: number): number[] {
    const way: number[] = [];
    for (let edge = via[home] as number; edge !== -1; edge = via[component[from[edge] as number] as number] as number)
      way.push(edge);
    return way.reverse();
  }

  function suspect(early: number, late: number, home: number): void {
    if (told.has(early)) return;
    told.add(early);
    suspicions.add(instance, () => {
      const way = component[early] === home ? [] : wayTo(home);
      const codes = way.map((edge) => events.codes[edge] as number);
      const constraint = codes.at(-1) ?? AT_ONCE[events.roles[late] as 0] ?? 53;
      const [a, b] = [times.get(early) as Timed, times.get(late) as Timed];
      const rows = [a.row, ...way.map((edge) => events.reasons[edge] as number), b.row];
      const relation = way.length === 0 ? "at the same time as" : "not after";
      const named = (node: number, { text }: Timed) => `${eventName(instance, events, node)} at ${cut(text)}`;
      return {
        constraint,
        involved: codes,
        sources: rows.filter((row) => row >= 0).map((row) => instance.rows.sources[row] as number),
        sentence: `The times contradict the order of events: ${named(early, a)} must be ${relation} ${named(late, b)}.`,
      };
    });
  }
}
