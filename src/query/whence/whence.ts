import { contentIri } from "../../model/names.ts";
import { mls } from "../../vocab/mls.ts";
import { prov } from "../../vocab/prov.ts";
import { provml } from "../../vocab/provml.ts";
import { dcterms, rdf } from "../../vocab/rdf.ts";
import { type Deletion, deletionOf } from "../curation/deletions.ts";
import { describe, factsAbout, hasType, iris, labelOf, present, valuesOf } from "../facts.ts";
import { notFound, quoted } from "../find.ts";
import { compareIds } from "../ids.ts";
import { type Lineage, type LineageNode, readLineage } from "../lineage/lineage.ts";
import { USES } from "../lineage/lineage-queries.ts";
import { directoriesHolding } from "../lineage/manifests.ts";
import { digestOfBytes, digestOfFile, type LineageSubject } from "../lineage/roots.ts";
import { iriTerm, lookup, selectInBatches } from "../lookup.ts";
import { executionsOf, type Software } from "../runs/executions.ts";
import type { RunStatus } from "../runs/status.ts";
import type { Source } from "../source.ts";
import { sparql } from "../sparql.ts";
import { heldValue, THING_PROPERTIES } from "../things.ts";
import { type PlainValue, recordOf } from "../values.ts";
import { entryScriptsOf } from "./entry-scripts.ts";
import { isModel, isStateOf, Links } from "./same-thing.ts";
import { type Told, tell } from "./sentences.ts";

/** What may be asked for: what a lineage may be asked of, and bytes as such. */
export type WhenceSubject = LineageSubject | Uint8Array;

/** What is known of bytes, or of a thing: what it is, and who made it of what with which code. */
export interface Whence {
  /** Of bytes that were given, or of the thing's content where it has one. */
  readonly sha256?: string;
  readonly kind: "model" | "checkpoint" | "dataset" | "file" | "data" | "other";
  /** The entities that it is: several where the same bytes were written and read, or are known under several names. */
  readonly things: readonly LineageNode[];
  /** The recorded directories that hold the bytes as one of their files, and where in them. */
  readonly within: readonly { readonly id: string; readonly label: string; readonly paths: readonly string[] }[];
  /** Who deleted what was recorded of it, when and why; absent where nobody did. */
  readonly deleted?: Deletion;
  /** Who made it; absent where nobody recorded that. */
  readonly made?: Making;
  /** What the training was given, and what evaluations of the model found; of models only. */
  readonly hyperparameters: Readonly<Record<string, PlainValue>>;
  readonly measures: Readonly<Record<string, PlainValue>>;
  /** The files and data sets that nobody recorded to have made: where its lineage begins. */
  readonly data: readonly LineageNode[];
  /** The earlier models that it came of. */
  readonly models: readonly LineageNode[];
  /** The activities that used it, with the run or execution that they belong to. */
  readonly usedBy: readonly Use[];
  /** The same, told. */
  readonly sentences: readonly string[];
}

/** How something was made, as far as it was recorded. Times are xsd:dateTime. */
export interface Making {
  readonly step: { readonly id: string; readonly name: string };
  /** The run that made it, or that trained the model which was written there. */
  readonly run?: {
    readonly id: string;
    readonly name: string;
    readonly status?: RunStatus;
    readonly startedAt?: string;
  };
  readonly execution?: string;
  readonly workflow?: string;
  readonly person?: { readonly id: string; readonly name: string };
  /** With commit, and whether the working tree differed from it. */
  readonly software?: Software;
  readonly command?: string;
  readonly host?: string;
}

export interface Use {
  readonly id: string;
  readonly name: string;
  readonly execution?: string;
  readonly workflow?: string;
}

/** What evaluations found of models. */
const JUDGED = lookup(
  (models) => sparql`
SELECT ?evaluation ?model WHERE { VALUES ?model { ${iris(models)} } ?evaluation provml:evaluates ?model }`,
  [provml.evaluates],
  (index, model) =>
    index.subjects(provml.evaluates, model).map((evaluation) => ({ evaluation, model: iriTerm(model) })),
);

/**
 * Which model or data something is, given only its bytes, or its name: which run, person and code made it of what.
 * @throws {ProvenanceError} `not-found` where nothing recorded has these bytes or this name, `ambiguous`, `bad-option`
 */
export async function readWhence(source: Source, subject: WhenceSubject): Promise<Whence> {
  const given = await digestGiven(subject);
  const up = await readLineage(source, given === undefined ? (subject as LineageSubject) : { sha256: given }).catch(
    async (error: unknown) => {
      if (given === undefined || typeof subject !== "string") throw error;
      await readLineage(source, subject); // which says more of what is recorded there
      throw notFound(`nothing recorded has the bytes of ${quoted(subject)} (sha256 ${given})`);
    },
  );
  const byId = new Map(up.nodes.map((node) => [node.id, node]));
  const roots = up.roots.flatMap((id) => byId.get(id) ?? []);
  const sha256 = given ?? roots.find((node) => node.sha256 !== undefined)?.sha256;
  const holders = sha256 === undefined ? new Map() : await directoriesHolding(source, sha256);
  const things = roots.filter(({ id }) => !holders.has(id));
  const links = new Links(up);
  const states = links.statesOf(up.roots, byId);
  const kind = kindOf(things.length > 0 ? things : roots);
  const made = await makingOf(source, { states, links, byId, isModel: kind === "model" || kind === "checkpoint" });
  const scripts = await scriptsIn(source, up);
  const models = up.nodes.filter((node) => isModel(node) && !states.includes(node.id));
  const its: Told = {
    ...present({ sha256, made, deleted: await deletionAmong(source, things) }),
    kind,
    things,
    within: Array.from(holders, ([id, paths]) => ({ id, label: byId.get(id)?.label ?? id, paths })),
    hyperparameters: kind === "model" || kind === "checkpoint" ? settingsOf(up, made) : {},
    measures: await measuresOf(source, states),
    data: up.nodes.filter((node) => isData(node) && links.isFirst(node.id) && !scripts.has(node.id)),
    models: models.filter(({ id }) => !isStateOf(id, links, byId, models)),
    usedBy: await usesOf(source, things.length > 0 ? things : roots),
  };
  return { ...its, sentences: tell(its) };
}

/** Of what is known by what stays of it alone. */
async function deletionAmong(source: Source, things: readonly LineageNode[]): Promise<Deletion | undefined> {
  const [first] = things.filter(({ deletedTypes }) => deletedTypes !== undefined);
  return first === undefined ? undefined : await deletionOf(source, first.id);
}

async function digestGiven(subject: WhenceSubject): Promise<string | undefined> {
  if (subject instanceof Uint8Array) return digestOfBytes(subject);
  return typeof subject === "string" && subject !== "" ? await digestOfFile(subject) : undefined;
}

const KINDS = [
  ["checkpoint", "provml:Checkpoint"],
  ["model", "provml:Model"],
  ["dataset", "provml:LearningDataSetReference"],
  ["file", "provml:DataReference"],
  ["data", "provml:AttributeValue"],
] as const;

function kindOf(things: readonly LineageNode[]): Whence["kind"] {
  return (
    KINDS.find(([, type]) =>
      things.some(({ types, deletedTypes = [] }) => types.includes(type) || deletedTypes.includes(type)),
    )?.[0] ?? "other"
  );
}

/** Files, data sets and directories. */
function isData({ types, path }: LineageNode): boolean {
  return (
    (path !== undefined && types.includes("provml:DataReference")) || types.includes("provml:LearningDataSetReference")
  );
}

interface Made {
  readonly states: readonly string[];
  readonly links: Links;
  readonly byId: ReadonlyMap<string, LineageNode>;
  readonly isModel: boolean;
}

async function makingOf(source: Source, { states, links, byId, isModel }: Made): Promise<Making | undefined> {
  const makers = states.flatMap((id) => links.to(id, "wasGeneratedBy"));
  const [first] = makers;
  if (first === undefined) return undefined;
  const run = await runAmong(source, isModel ? [...new Set(makers)] : [first]);
  const around = await executionsOf(source, [first]);
  const facts = around.get(first);
  const node = run === undefined ? undefined : byId.get(run);
  return {
    step: { id: first, name: byId.get(first)?.label ?? first },
    ...(run === undefined
      ? {}
      : { run: { id: run, name: node?.label ?? run, ...present({ status: node?.status, startedAt: node?.time }) } }),
    ...present({
      execution: facts?.id,
      workflow: facts?.workflow,
      person: facts?.person,
      software: facts?.software,
      command: facts?.command,
      host: facts?.host,
    }),
  };
}

/** The first run among these activities and those around them. */
async function runAmong(source: Source, activities: readonly string[]): Promise<string | undefined> {
  for (const activity of activities) {
    const seen = new Set([activity]);
    for (const at of seen) {
      const facts = factsAbout(await describe(source, [at], [rdf.type, dcterms.isPartOf]), at);
      if (hasType(facts, mls.Run)) return at;
      for (const whole of valuesOf(facts, dcterms.isPartOf)) seen.add(whole);
    }
  }
  return undefined;
}

/** What the run that made it was given, its steps' included. */
function settingsOf({ nodes, edges }: Lineage, made: Making | undefined): Readonly<Record<string, PlainValue>> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const inside = new Set([made?.run?.id ?? made?.step.id]);
  for (const { from, to, relation } of edges) if (relation === "isPartOf" && inside.has(to)) inside.add(from);
  const settings = new Map<string, PlainValue>();
  for (const { from, to, relation } of edges) {
    const node = byId.get(to);
    if (relation !== "used" || !inside.has(from) || node?.value === undefined) continue;
    if (node.types.includes("provml:LearningHyperparameterValue") && !settings.has(node.label))
      settings.set(node.label, node.value);
  }
  return recordOf(settings);
}

/** What evaluations found, the latest of each name. */
async function measuresOf(source: Source, states: readonly string[]): Promise<Readonly<Record<string, PlainValue>>> {
  const rows = await selectInBatches(source, states, JUDGED);
  const ids = [...new Set(rows.map(({ evaluation }) => evaluation?.value ?? ""))].sort(compareIds);
  const facts = await describe(source, ids, THING_PROPERTIES);
  return recordOf(
    ids.map((id) => [labelOf(factsAbout(facts, id), id), heldValue(factsAbout(facts, id)) ?? null] as const),
  );
}

async function scriptsIn(source: Source, { nodes }: Lineage): Promise<Set<string>> {
  const executions = nodes.filter(({ types }) => types.includes("provml:WorkflowExecution")).map(({ id }) => id);
  return new Set((await entryScriptsOf(source, executions)).values());
}

/** Who used it under any of its names, in the order of their beginnings. */
async function usesOf(source: Source, things: readonly LineageNode[]): Promise<Use[]> {
  const contents = [...new Set(things.flatMap(({ sha256 }) => (sha256 === undefined ? [] : [contentIri(sha256)])))];
  const alike = contents.length === 0 ? [] : await selectInBatches(source, contents, STATES_ALIKE);
  const ids = new Set([...things.map(({ id }) => id), ...alike.map(({ s }) => s?.value ?? "")]);
  const users = [...new Set((await selectInBatches(source, ids, USES)).map(({ s }) => s?.value ?? ""))];
  const facts = await describe(source, users, THING_PROPERTIES);
  const executions = await executionsOf(source, users);
  return users.sort(compareIds).map((id) => ({
    id,
    name: labelOf(factsAbout(facts, id), id),
    ...present({ execution: executions.get(id)?.id, workflow: executions.get(id)?.workflow }),
  }));
}

const STATES_ALIKE = lookup(
  (contents) => sparql`
SELECT ?s ?o WHERE { VALUES ?o { ${iris(contents)} } ?s prov:specializationOf ?o }`,
  [prov.specializationOf],
  (index, content) => index.subjects(prov.specializationOf, content).map((s) => ({ s, o: iriTerm(content) })),
);
