import { definedName } from "../../model/names.ts";
import { prov } from "../../vocab/prov.ts";
import { provml } from "../../vocab/provml.ts";
import { rdf, rdfs } from "../../vocab/rdf.ts";
import { describe, factsAbout, hasType, labelOf, present } from "../facts.ts";
import { compareIds } from "../ids.ts";
import { type LineageEdge, walk } from "../lineage/lineage-walk.ts";
import { selectInBatches } from "../lookup.ts";
import { type ExecutionFacts, executionsOf } from "../runs/executions.ts";
import { timesOf } from "../runs/runs.ts";
import type { Source } from "../source.ts";
import { heldValue, stepKind, THING_PROPERTIES, thingKind } from "../things.ts";
import { type PlainValue, recordOf } from "../values.ts";
import { sets, USED, USED_AS } from "./flows.ts";

/** A step on the way from raw data to a model, with the values that it was given. */
export interface DataStep {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  /** `learning` made the model, or a model before it; `preparation` made data that learning used; `curation` came before that. */
  readonly phase: "curation" | "preparation" | "learning";
  readonly workflow: string;
  readonly execution: string;
  readonly person?: { readonly id: string; readonly name: string };
  readonly host?: string;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly parameters: Readonly<Record<string, PlainValue>>;
}

/** Where things came from: the entities that nobody is known to have generated, and the steps on the way. */
export interface Origins {
  readonly sources: readonly string[];
  readonly steps: readonly string[];
  readonly edges: readonly LineageEdge[];
}

/** Where entities came from, over data and models, or with `ends` over data only. */
export async function originsOf(
  source: Source,
  entities: readonly string[],
  ends: readonly string[] = [],
): Promise<Origins> {
  const { nodes, edges } = await walk(source, entities, "up", Number.POSITIVE_INFINITY, ends);
  const madeFrom = new Set(edges.flatMap(({ from, relation }) => (MADE.has(relation) ? [from] : [])));
  const users = new Set(edges.flatMap(({ from, relation }) => (relation === "used" ? [from] : [])));
  const makers = new Set(edges.flatMap(({ to, relation }) => (relation === "wasGeneratedBy" ? [to] : [])));
  const facts = await describe(source, nodes, [rdf.type, prov.value]);
  const executions = [...users].filter((id) => hasType(factsAbout(facts, id), provml.WorkflowExecution));
  const programs = new Set<string>();
  for (const { o, role } of await selectInBatches(source, executions, USED_AS))
    if (definedName(role?.value ?? "") === "entryScript") programs.add(o?.value ?? "");
  return {
    sources: nodes.filter(
      (id) => !madeFrom.has(id) && !programs.has(id) && SOURCE_KINDS.has(thingKind(factsAbout(facts, id))),
    ),
    steps: [...new Set([...users, ...makers])].filter((id) => {
      const its = factsAbout(facts, id);
      return STEP_KINDS.has(stepKind(its)) && !hasType(its, provml.WorkflowExecution);
    }),
    edges,
  };
}

const MADE: ReadonlySet<string> = new Set(["wasGeneratedBy", "wasDerivedFrom", "sameContent"]);
/** An object that was made in passing is no data of the domain; one that a program calls a data set is. */
const SOURCE_KINDS: ReadonlySet<string> = new Set(["dataset", "file"]);
const STEP_KINDS: ReadonlySet<string> = new Set([
  "dataPreparation",
  "training",
  "evaluation",
  "inference",
  "activity",
  "run",
]);

/** Steps with what they were given, the earliest first. */
export async function describeSteps(
  source: Source,
  steps: readonly string[],
  phaseOf: (step: string) => DataStep["phase"],
): Promise<DataStep[]> {
  const facts = await describe(source, steps, [rdf.type, rdfs.label, prov.startedAtTime, prov.endedAtTime]);
  const executions = await executionsOf(source, steps);
  const parameters = await parametersOf(source, steps);
  const described = steps.map((id): DataStep => {
    const its = factsAbout(facts, id);
    const around: ExecutionFacts | undefined = executions.get(id);
    const { startedAt, endedAt } = timesOf(its);
    return {
      id,
      name: labelOf(its, id),
      kind: stepKind(its),
      phase: phaseOf(id),
      workflow: around?.workflow ?? "",
      execution: around?.id ?? "",
      ...present({ person: around?.person, host: around?.host, startedAt, endedAt }),
      parameters: parameters.get(id) ?? {},
    };
  });
  return described.sort((a, b) => timeOf(a) - timeOf(b) || compareIds(a.id, b.id));
}

function timeOf({ startedAt = "" }: DataStep): number {
  return Date.parse(startedAt) || 0;
}

/** The values that steps used, by name. */
export async function parametersOf(source: Source, steps: readonly string[]) {
  const used = sets(await selectInBatches(source, steps, USED), "s", "o");
  const facts = await describe(
    source,
    [...used.values()].flatMap((its) => [...its]),
    THING_PROPERTIES,
  );
  const all = new Map<string, Readonly<Record<string, PlainValue>>>();
  for (const [step, things] of used) {
    const values = [...things].filter((id) => VALUE_KINDS.has(thingKind(factsAbout(facts, id)))).sort(compareIds);
    all.set(
      step,
      recordOf(values.map((id) => [labelOf(factsAbout(facts, id), id), heldValue(factsAbout(facts, id)) ?? null])),
    );
  }
  return all;
}

const VALUE_KINDS: ReadonlySet<string> = new Set(["value", "hyperparameter"]);
