import { definedName } from "../../model/names.ts";
import { prov } from "../../vocab/prov.ts";
import { provml } from "../../vocab/provml.ts";
import {
  describe,
  type Facts,
  factsAbout,
  groupBy,
  hasType,
  labelOf,
  present,
  textOf,
  timeOf,
  typeNames,
} from "../facts.ts";
import { compareIds } from "../ids.ts";
import { type LineageEdge, walk } from "../lineage/lineage-walk.ts";
import { selectInBatches } from "../lookup.ts";
import { executionsOf, PLANS } from "../runs/executions.ts";
import type { Source } from "../source.ts";
import { heldValue, THING_PROPERTIES, type Thing, thingKind, thingOf } from "../things.ts";
import type { PlainValue } from "../values.ts";
import { type Surroundings, surroundingsOf, USAGE_ROLES } from "./surroundings.ts";

/** An activity on the way to a result, with what it took and made. */
export interface OriginStep {
  readonly id: string;
  readonly name: string;
  readonly workflow: string;
  /** Its types, as text. */
  readonly kind: string;
  readonly isExecution: boolean;
  /** The step of the plan that it follows. */
  readonly plan?: string;
  /** When it began, in milliseconds since 1970; of what has no beginning of its own that of its first part. */
  readonly time: number;
  readonly values: readonly OriginValue[];
  readonly inputs: readonly OriginThing[];
  readonly outputs: readonly OriginThing[];
  /** Of an execution. */
  readonly surroundings?: Surroundings;
}

export interface OriginValue {
  readonly id: string;
  readonly name: string;
  readonly kind: "seed" | "hyperparameter" | "parameter";
  readonly value: PlainValue;
}

export interface OriginThing extends Thing {
  /** Whether something in the lineage made it. */
  readonly isMade: boolean;
}

/** The activities that a result came of, in the order in which they began, an execution before its steps. */
export async function readOrigins(source: Source, roots: readonly string[]): Promise<OriginStep[]> {
  const { nodes: all, edges } = await walk(source, roots, "up", Number.POSITIVE_INFINITY);
  const facts = await describe(source, all, PROPERTIES);
  const about = (id: string) => factsAbout(facts, id);
  const started = (id: string) => timeOf(textOf(about(id), prov.startedAtTime));
  const links = new Links(nearestMakers(edges, started));
  const nodes = links.reachedFrom(roots);
  const activities = nodes.filter((id) => hasType(about(id), prov.Activity));
  const executions = activities.filter((id) => hasType(about(id), provml.WorkflowExecution));
  const surroundings = await surroundingsOf(source, executions);
  const workflows = await executionsOf(source, activities);
  const plans = groupBy(await selectInBatches(source, activities, PLANS), "execution");
  const roles = new Map(
    (await selectInBatches(source, activities, USAGE_ROLES)).map(({ s, o, role }) => [
      `${s?.value} ${o?.value}`,
      definedName(role?.value ?? ""),
    ]),
  );
  const times = new Map(activities.map((id) => [id, started(id)]));
  const timeFor = (id: string) =>
    times.get(id) ?? Math.min(...links.parts(id).map((part) => times.get(part) ?? Number.POSITIVE_INFINITY));
  const steps = activities.map((id): OriginStep => {
    const used = [...links.used(id)].sort(compareIds);
    const thing = (one: string) => ({
      ...thingOf(one, about(one), roles.get(`${id} ${one}`)),
      isMade: links.isMade(one),
    });
    return {
      id,
      name: labelOf(about(id), id),
      workflow: workflows.get(id)?.workflow ?? "",
      kind: typeNames(about(id)).join(" "),
      isExecution: executions.includes(id),
      ...present({ plan: plans.get(id)?.[0]?.plan?.value, surroundings: surroundings.get(id) }),
      time: timeFor(id),
      values: used.flatMap((one) => valuesIn(one, about(one))),
      inputs: used.filter((one) => isThing(about(one))).map(thing),
      outputs: links
        .made(id)
        .filter((one) => isThing(about(one)))
        .map(thing),
    };
  });
  return steps.sort(
    (a, b) => a.time - b.time || Number(b.isExecution) - Number(a.isExecution) || (a.id < b.id ? -1 : 1),
  );
}

const PROPERTIES = [...THING_PROPERTIES, prov.startedAtTime];

function valuesIn(id: string, facts: Facts): OriginValue[] {
  const value = heldValue(facts);
  if (value === undefined || thingKind(facts) === "measure") return [];
  const isHyperparameter = thingKind(facts) === "hyperparameter";
  const kind = hasType(facts, provml.RandomSeed) ? "seed" : isHyperparameter ? "hyperparameter" : "parameter";
  return [{ id, name: labelOf(facts, id), kind, value }];
}

/** Data, files and models; measures too, which are what an evaluation made. */
function isThing(facts: Facts): boolean {
  return !NO_THINGS.has(thingKind(facts)) && heldValue(facts) === undefined;
}

const NO_THINGS: ReadonlySet<string> = new Set([
  "environment",
  "source",
  "series",
  "stopping",
  "hyperparameter",
  "value",
]);

/** Where several steps had made the same bytes before, the latest of them counts: it is that file which was read. */
function nearestMakers(
  edges: readonly LineageEdge[],
  started: (activity: string) => number | undefined,
): LineageEdge[] {
  const makers = new Map(
    edges.flatMap(({ from, to, relation }) => (relation === "wasGeneratedBy" ? [[from, to]] : [])),
  );
  const timeOfMaker = ({ to }: LineageEdge) => started(makers.get(to) ?? "") ?? Number.NEGATIVE_INFINITY;
  const nearest = new Map<string, LineageEdge>();
  for (const edge of edges) {
    const known = edge.byContent ? nearest.get(edge.from) : undefined;
    if (edge.byContent && (known === undefined || timeOfMaker(edge) > timeOfMaker(known))) nearest.set(edge.from, edge);
  }
  return edges.filter((edge) => !edge.byContent || nearest.get(edge.from) === edge);
}

/** The relations of a lineage by what they start from and lead to. */
class Links {
  readonly #used = new Map<string, string[]>();
  readonly #made = new Map<string, string[]>();
  readonly #parts = new Map<string, string[]>();
  readonly #wholes = new Map<string, string[]>();
  readonly #origins = new Map<string, string[]>();

  constructor(edges: readonly LineageEdge[]) {
    for (const { from, to, relation } of edges) {
      if (relation === "isPartOf") {
        add(this.#parts, to, from);
        add(this.#wholes, from, to);
      } else if (relation === "used") add(this.#used, from, to);
      else add(this.#origins, from, to);
      if (relation === "wasGeneratedBy") add(this.#made, to, from);
    }
  }

  used(activity: string): readonly string[] {
    return this.#used.get(activity) ?? [];
  }

  made(activity: string): readonly string[] {
    return this.#made.get(activity) ?? [];
  }

  parts(activity: string): readonly string[] {
    return this.#parts.get(activity) ?? [];
  }

  isMade(entity: string): boolean {
    return this.#origins.has(entity);
  }

  /** As lineage goes: what is around a step counts with what it used, and not with its other parts. */
  reachedFrom(roots: readonly string[]): string[] {
    const whole = new Set(roots);
    const around = new Set<string>();
    for (const id of whole) {
      for (const next of [this.used(id), this.#origins.get(id) ?? [], this.parts(id)].flat()) whole.add(next);
      for (const outer of this.#wholes.get(id) ?? []) this.#climb(outer, around, whole);
    }
    return [...new Set([...whole, ...around])];
  }

  #climb(id: string, around: Set<string>, whole: Set<string>): void {
    if (around.has(id)) return;
    around.add(id);
    for (const thing of this.used(id)) whole.add(thing);
    for (const outer of this.#wholes.get(id) ?? []) this.#climb(outer, around, whole);
  }
}

function add(lists: Map<string, string[]>, key: string, value: string): void {
  const known = lists.get(key);
  if (known) known.push(value);
  else lists.set(key, [value]);
}
