import { plainValue } from "../../rdf/terms.ts";
import type { SolutionRow } from "../../store/store.ts";
import { prov } from "../../vocab/prov.ts";
import { provml } from "../../vocab/provml.ts";
import { dcterms, rdf, rdfs } from "../../vocab/rdf.ts";
import { describe, type Facts, factsAbout, groupBy, iris, labelOf, present, textOf } from "../facts.ts";
import { partsOfId } from "../ids.ts";
import { iriTerm, lookup, orNothing, reached, selectInBatches } from "../lookup.ts";
import type { Source } from "../source.ts";
import { sparql } from "../sparql.ts";
import { latestParts, partsOf } from "./parts.ts";

/** Who and what stands around an activity of an execution. */
export interface ExecutionFacts {
  /** The execution's own activity. */
  readonly id: string;
  readonly workflow: string;
  readonly person?: { readonly id: string; readonly name: string };
  readonly software?: Software;
  readonly host?: string;
  readonly plan?: string;
  readonly command?: string;
  readonly rootDirectory?: string;
  /** The entities that say what it ran on, and of which source. */
  readonly environment?: string;
  readonly source?: string;
}

export interface Software {
  readonly id: string;
  readonly name: string;
  readonly version?: string;
  /** The commit that was checked out, and whether the working tree differed from it; absent where nobody knows. */
  readonly commit?: string;
  readonly isDirty?: boolean;
}

/** The executions (of all processes together, of a process, of a thread) around activities, themselves included. */
const EXECUTIONS_AROUND = lookup(
  (activities) => sparql`
SELECT DISTINCT ?s ?execution WHERE {
  VALUES ?s { ${iris(activities)} }
  ?s dcterms:isPartOf* ?execution .
  ?execution a provml:WorkflowExecution
}`,
  [dcterms.isPartOf, rdf.type],
  (index, activity) =>
    Array.from(reached(index, activity, dcterms.isPartOf))
      .filter((id) => index.says(id, rdf.type, provml.WorkflowExecution))
      .map((id) => ({ s: iriTerm(activity), execution: iriTerm(id) })),
);

/** The entities that an execution used as a whole. */
const ORIGINS = lookup(
  (executions) => sparql`
SELECT ?execution ?thing ?type ?commit ?isDirty WHERE {
  VALUES ?execution { ${iris(executions)} }
  ?execution prov:used ?thing .
  ?thing a ?type .
  FILTER(?type IN (provml:Environment, provml:SourceCode))
  OPTIONAL { ?thing prov:specializationOf ?commit . ?commit a provml:Commit }
  OPTIONAL { ?thing provml:isDirty ?isDirty }
}`,
  [prov.used, rdf.type, prov.specializationOf, provml.isDirty],
  function* (index, id): Generator<SolutionRow, void, void> {
    const execution = iriTerm(id);
    const hasType = (thing: string, wanted: string) =>
      index.values(thing, rdf.type).filter(({ value }) => value === wanted);
    for (const thing of index.values(id, prov.used)) {
      const types = [...hasType(thing.value, provml.Environment), ...hasType(thing.value, provml.SourceCode)];
      if (types.length === 0) continue;
      const whole = index.values(thing.value, prov.specializationOf);
      const commits = whole.filter(({ value }) => hasType(value, provml.Commit).length > 0);
      for (const type of types) {
        for (const commit of orNothing(commits)) {
          for (const isDirty of orNothing(index.values(thing.value, provml.isDirty)))
            yield { execution, thing, type, ...(commit && { commit }), ...(isDirty && { isDirty }) };
        }
      }
    }
  },
);

/** On whose behalf the software of an execution worked. */
const PEOPLE = lookup(
  (executions) => sparql`
SELECT ?execution ?person WHERE {
  VALUES ?execution { ${iris(executions)} }
  ?delegation prov:hadActivity ?execution ; a prov:Delegation ; prov:agent ?person
}`,
  [prov.hadActivity, rdf.type, prov.agent],
  (index, id) =>
    index
      .subjects(prov.hadActivity, id)
      .filter(({ value: node }) => index.values(node, rdf.type).some(({ value }) => value === prov.Delegation))
      .flatMap(({ value: node }) => index.values(node, prov.agent))
      .map((person) => ({ execution: iriTerm(id), person })),
);

/** By which plan, as a whole. */
export const PLANS = lookup(
  (executions) => sparql`
SELECT ?execution ?plan WHERE {
  VALUES ?execution { ${iris(executions)} }
  ?execution prov:qualifiedAssociation ?association .
  ?association prov:hadPlan ?plan
}`,
  [prov.qualifiedAssociation, prov.hadPlan],
  (index, id) =>
    index
      .values(id, prov.qualifiedAssociation)
      .flatMap(({ value }) => index.values(value, prov.hadPlan))
      .map((plan) => ({ execution: iriTerm(id), plan })),
);

const OWN = [rdfs.label, prov.atLocation, prov.wasAssociatedWith, provml.command, provml.rootDirectory];

/**
 * The execution around each of these activities: what all its processes together say, what the process says that did it, what its thread says. Where several
 * processes did it, the first one of them speaks for all.
 */
export async function executionsOf(source: Source, activities: Iterable<string>): Promise<Map<string, ExecutionFacts>> {
  const around = await executionsAround(source, activities);
  // How deep an execution lies is asked of the few executions, not of each activity.
  const depths = await executionsAround(source, [...around.values()].flat());
  const depthOf = (id: string) => depths.get(id)?.length ?? 0;
  for (const ids of around.values()) ids.sort((a, b) => depthOf(a) - depthOf(b) || (a < b ? -1 : 1));
  const alone = [...around.values()].flatMap((way) => (way.length === 1 ? way : []));
  const speakers = new Map(
    Array.from(await partsOf(source, alone), ([id, parts]) => [id, latestParts(parts).at(-1)?.id ?? id]),
  );
  const described = await describeExecutions(source, [...around.values(), ...speakers.values()].flat());
  const all = new Map<string, ExecutionFacts>();
  for (const [activity, [whole = "", ...inner]] of around) {
    const speaker = inner.length === 0 ? speakers.get(whole) : undefined;
    const facts = [whole, ...(speaker === undefined ? [] : [speaker]), ...inner].flatMap(
      (id) => described.get(id) ?? [],
    );
    const [outermost] = facts;
    if (outermost) all.set(activity, Object.assign({}, ...facts, { id: whole, workflow: outermost.workflow }));
  }
  return all;
}

/** The executions (of all processes together, of a process, of a thread) around activities, themselves included. */
export async function executionsAround(source: Source, activities: Iterable<string>): Promise<Map<string, string[]>> {
  const around = new Map<string, string[]>();
  for (const [s, rows] of groupBy(await selectInBatches(source, activities, EXECUTIONS_AROUND), "s"))
    around.set(
      s,
      rows.map(({ execution }) => execution?.value ?? ""),
    );
  return around;
}

/**
 * The writers of the processes that carry executions out: of those whose environment they state. A thread states none, nor does anyone of an execution that
 * several processes began.
 */
export async function recordersOf(source: Source, executions: Iterable<string>): Promise<Map<string, Set<string>>> {
  const recorders = new Map<string, Set<string>>();
  for (const { execution, thing, type } of await selectInBatches(source, executions, ORIGINS)) {
    const writer = type?.value === provml.Environment ? partsOfId(thing?.value ?? "")?.writer : undefined;
    if (writer === undefined || execution === undefined) continue;
    const known = recorders.get(execution.value);
    if (known) known.add(writer);
    else recorders.set(execution.value, new Set([writer]));
  }
  return recorders;
}

async function describeExecutions(source: Source, executions: readonly string[]): Promise<Map<string, ExecutionFacts>> {
  const facts = await describe(source, executions, OWN);
  const origins = groupBy(await selectInBatches(source, facts.keys(), ORIGINS), "execution");
  const people = groupBy(await selectInBatches(source, facts.keys(), PEOPLE), "execution");
  const plans = groupBy(await selectInBatches(source, facts.keys(), PLANS), "execution");
  const named = await describe(source, namedThings(facts, people), [rdfs.label, provml.version]);
  const all = new Map<string, ExecutionFacts>();
  for (const [id, its] of facts) {
    const things = origins.get(id) ?? [];
    const sourceCode = things.find(({ type }) => type?.value === provml.SourceCode);
    const person = people.get(id)?.[0]?.person?.value;
    const software = textOf(its, prov.wasAssociatedWith);
    const host = textOf(its, prov.atLocation);
    const name = (thing: string) => labelOf(factsAbout(named, thing), thing);
    all.set(
      id,
      present({
        id,
        workflow: labelOf(its, id),
        person: person === undefined ? undefined : { id: person, name: name(person) },
        software: software === undefined ? undefined : softwareOf(software, factsAbout(named, software), sourceCode),
        host: host === undefined ? undefined : name(host),
        plan: plans.get(id)?.[0]?.plan?.value,
        command: textOf(its, provml.command),
        rootDirectory: textOf(its, provml.rootDirectory),
        environment: things.find(({ type }) => type?.value === provml.Environment)?.thing?.value,
        source: sourceCode?.thing?.value,
      }) as ExecutionFacts,
    );
  }
  return all;
}

function namedThings(
  executions: ReadonlyMap<string, Facts>,
  people: ReadonlyMap<string, readonly SolutionRow[]>,
): string[] {
  const things = Array.from(executions.values(), (its) => [
    textOf(its, prov.atLocation),
    textOf(its, prov.wasAssociatedWith),
  ]);
  const persons = Array.from(people.values(), (rows) => rows[0]?.person?.value);
  return [...things.flat(), ...persons].filter((thing) => thing !== undefined);
}

function softwareOf(id: string, facts: Facts, sourceCode: SolutionRow | undefined): Software {
  const commit = sourceCode?.commit?.value;
  const isDirty = sourceCode?.isDirty && plainValue(sourceCode.isDirty);
  return present({
    id,
    name: labelOf(facts, id),
    version: textOf(facts, provml.version),
    commit: commit?.slice(commit.lastIndexOf(":") + 1),
    isDirty: typeof isDirty === "boolean" ? isDirty : undefined,
  }) as Software;
}
