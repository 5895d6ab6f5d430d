import { checkTimes } from "./check-times.ts";
import { findComponents, indexGraph, shortCycles } from "./cycles.ts";
import { type Events, SEVERAL, STRICT } from "./events.ts";
import type { Finding, Findings } from "./findings.ts";
import type { Instance } from "./instance.ts";
import type { IntList } from "./int-list.ts";
import { eventName, isLink, type Step, sourcesOf, stepsOf } from "./steps.ts";

/** How many steps of a contradiction its sentence tells. */
const STEPS_TOLD = 8;

/**
 * Constraints 30-49: reports each knot of events that would have to come before themselves, by one short round through it. A round contradicts
 * itself when a step of it is strict; without one, its events are at the same time. Times play no part in it (PROV-CONSTRAINTS 5.2); where
 * they contradict the order, that goes to the suspicions.
 */
export function checkOrder(instance: Instance, events: Events, findings: Findings, suspicions: Findings): void {
  const graph = indexGraph(events);
  const components = findComponents(graph);
  const strict = Int32Array.from(strictEdges(events));
  for (const cycle of shortCycles(graph, components, strict)) {
    findings.add(instance, () => findingOf(instance, events, cycle));
  }
  checkTimes(instance, events, graph, components, suspicions);
}

function strictEdges({ edges, codes }: Events): number[] {
  const found: number[] = [];
  for (let edge = 0; edge < edges; edge++) if (codes[edge] === STRICT) found.push(edge);
  return found;
}

function findingOf(instance: Instance, events: Events, cycle: IntList): Finding {
  const steps = closed(events, stepsOf(instance, events, cycle.items.subarray(0, cycle.length)));
  const codes = steps.map(({ code }) => code);
  const told = steps.slice(0, STEPS_TOLD).map(({ to, code }, index) => {
    const word = code === STRICT ? "before" : code === 53 ? "the same event as" : "not after";
    return `${index === 0 ? "must be" : "which must be"} ${word} ${eventName(instance, events, to)} (${code})`;
  });
  const rest = steps.length - told.length;
  const end = rest > 0 ? `and so on for ${rest} more steps, back to where this began` : "which is where this began";
  return {
    // The strict step is in every contradiction; what else takes part says more.
    constraint: codes.find((code) => code !== STRICT && code !== 53) ?? STRICT,
    involved: steps.flatMap(({ code, inferences }) => [code, ...inferences]),
    sources: sourcesOf(instance, steps),
    sentence: `No order of events is possible: ${eventName(instance, events, (steps[0] as Step).from)} ${told.join(", ")}, ${end}.`,
  };
}

/** A round ends where it began: when it comes back to a hub from one of its events, it might as well have begun with that event. */
function closed({ stated }: Events, steps: Step[]): Step[] {
  const [first, last] = [steps[0] as Step, steps.at(-1) as Step];
  if (steps.length < 2 || !isLink(last.code) || stated[last.to] !== SEVERAL) return steps;
  const begun = { ...first, from: last.from, rows: [...last.rows, ...first.rows] };
  return [begun, ...steps.slice(1, -1)];
}
