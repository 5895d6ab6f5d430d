import type { Components, IndexedGraph } from "./cycles.ts";
import { type Events, ROLES, type Role } from "./events.ts";
import { type Findings, STATEMENTS_SHOWN } from "./findings.ts";
import { CODES, ID, type Instance, WIDTH } from "./instance.ts";
import { eventName } from "./steps.ts";
import { MISSING } from "./terms.ts";
import { readDateTime } from "./times.ts";
import { timeText } from "./unification.ts";
import { cut } from "./words.ts";

/** By role, the constraint by which such events of one thing are at once; usages have none. */
const AT_ONCE: readonly number[] = [31, 32, 39, 40];

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
  for (const line of [ZONED, LOCAL]) {
    if (times.lines.includes(line)) checkLine(instance, events, graph, components, times, line, suspicions);
  }
}

const ZONED = 1;
const LOCAL = 2;

/** The times of events, by their nodes. */
interface Times {
  /** 0 for an event without a time, else its line of time. */
  readonly lines: Uint8Array;
  readonly seconds: Float64Array;
  /** The cell of the instance that holds the time. */
  readonly cells: Int32Array;
}

/** Starts and ends have the times of their activity too (28, 29). */
function readTimes(instance: Instance, { nodes, stated, roles, terms }: Events): Times {
  const { cells, kinds, count } = instance.rows;
  const times = { lines: new Uint8Array(nodes), seconds: new Float64Array(nodes), cells: new Int32Array(nodes) };
  const activities = new Int32Array(instance.terms.size).fill(-1);
  const put = (node: number, row: number, column: number) => {
    const cell = row * WIDTH + column;
    const instant = cells[cell] === MISSING ? undefined : readDateTime(textOf(instance, cell));
    if (instant === undefined) return;
    times.lines[node] = instant.isZoned ? ZONED : LOCAL;
    times.seconds[node] = instant.seconds;
    times.cells[node] = cell;
  };
  for (let row = 0; row < count; row++) {
    if (kinds[row] === CODES.activity) activities[instance.terms.find(cells[row * WIDTH + ID] as number)] = row;
  }
  for (let node = 0; node < nodes; node++) {
    const role = ROLES[roles[node] as number] as Role;
    const row = stated[node] as number;
    if (role !== "start" && role !== "end") {
      if (row >= 0) put(node, row, 2);
      continue;
    }
    if (row >= 0) put(node, row, 3);
    const activity = activities[terms[node] as number] as number;
    if (times.lines[node] === 0 && activity !== -1) put(node, activity, role === "start" ? 0 : 1);
  }
  return times;
}

function textOf(instance: Instance, cell: number): string {
  return timeText(instance, instance.rows.cells[cell] as number, cell % WIDTH);
}

function checkLine(
  instance: Instance,
  events: Events,
  { starts, edgesOf, from, to }: IndexedGraph,
  { component, count, order }: Components,
  { lines, seconds, cells }: Times,
  line: number,
  suspicions: Findings,
): void {
  /** By component: the node with the latest time up to there, and the edge over which it came; -1 for none. */
  const latest = new Int32Array(count).fill(-1);
  const via = new Int32Array(count).fill(-1);
  const told = new Set<number>();
  /** What was told, word for word: events without ids may have one name and one time. */
  const words = new Set<string>();
  const secondsOf = (node: number) => (node === -1 ? Number.NEGATIVE_INFINITY : (seconds[node] as number));

  for (let end = order.length; end > 0; ) {
    const home = component[order[end - 1] as number] as number;
    let begin = end;
    while (begin > 0 && component[order[begin - 1] as number] === home) begin--;
    for (let at = begin; at < end; at++) if (lines[order[at] as number] === line) compare(order[at] as number, home);
    for (let at = begin; at < end; at++) handOn(order[at] as number, home);
    end = begin;
  }

  function compare(node: number, home: number): void {
    const before = latest[home] as number;
    if (secondsOf(before) > secondsOf(node)) {
      if (component[before] !== home || isAtOnce(before, node)) suspect(before, node, home);
      return;
    }
    if (before !== -1 && component[before] === home && isAtOnce(before, node) && secondsOf(before) < secondsOf(node)) {
      suspect(node, before, home);
    }
    latest[home] = node;
    via[home] = -1;
  }

  /**
   * Events of one kind of one thing. Others of a component contradict each other, and two events with one id should have been one: both is
   * told as a violation.
   */
  function isAtOnce(a: number, b: number): boolean {
    if (events.roles[a] !== events.roles[b] || events.terms[a] !== events.terms[b]) return false;
    const [first, second] = [idOf(a), idOf(b)];
    return first === MISSING || second === MISSING || instance.terms.find(first) !== instance.terms.find(second);
  }

  function idOf(node: number): number {
    const row = events.stated[node] as number;
    return row < 0 ? MISSING : (instance.rows.cells[row * WIDTH + ID] as number);
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

  /** The last edges over which a time came to a component, those within components left out: events there are at once. */
  function wayTo(home: number): number[] {
    const way: number[] = [];
    for (let edge = via[home] as number; edge !== -1 && way.length < STATEMENTS_SHOWN; ) {
      way.push(edge);
      edge = via[component[from[edge] as number] as number] as number;
    }
    return way.reverse();
  }

  function suspect(early: number, late: number, home: number): void {
    if (told.has(early)) return;
    told.add(early);
    const last = component[early] === home ? -1 : (via[home] as number);
    const constraint = (last === -1 ? AT_ONCE[events.roles[late] as number] : events.codes[last]) as number;
    const [a, b] = [cells[early] as number, cells[late] as number];
    const relation = last === -1 ? "at the same time as" : "not after";
    const named = (node: number, cell: number) =>
      `${eventName(instance, events, node)} at ${cut(textOf(instance, cell))}`;
    const sentence = `The times contradict the order of events: ${named(early, a)} must be ${relation} ${named(late, b)}.`;
    if (words.has(`${constraint} ${sentence}`)) return;
    words.add(`${constraint} ${sentence}`);
    suspicions.add(instance, () => {
      const way = last === -1 ? [] : wayTo(home);
      const rowOf = (cell: number) => instance.rows.cells[cell] as number;
      const rows = [rowOf(a), ...way.map((edge) => events.reasons[edge] as number), rowOf(b)];
      return {
        constraint,
        involved: way.map((edge) => events.codes[edge] as number),
        sources: rows.filter((row) => row >= 0).map((row) => instance.rows.sources[row] as number),
        sentence,
      };
    });
  }
}
