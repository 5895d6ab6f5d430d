import { createHash } from "node:crypto";
import { createReadStream, realpathSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { ProvenanceError } from "../../model/error.ts";
import { contentDigest, contentIri, isIri } from "../../model/names.ts";
import { prov } from "../../vocab/prov.ts";
import { provml } from "../../vocab/provml.ts";
import { describe, type Facts, factsAbout, hasType, iris, labelOf, present, textOf, typeNames } from "../facts.ts";
import {
  ambiguous,
  candidatesFor,
  checkName,
  contentOf,
  entitiesAmong,
  haveOneContent,
  notFound,
  quoted,
} from "../find.ts";
import { executionOfId } from "../ids.ts";
import { iriTerm, lookup, selectInBatches } from "../lookup.ts";
import { executionsOf } from "../runs/executions.ts";
import { timesOf } from "../runs/runs.ts";
import { type RunStatus, STATUS_PROPERTIES, statusesOf } from "../runs/status.ts";
import type { Source } from "../source.ts";
import { sparql } from "../sparql.ts";
import { heldValue, THING_PROPERTIES } from "../things.ts";
import type { PlainValue } from "../values.ts";
import { type LineageDirection, type LineageEdge, walk } from "./lineage-walk.ts";
import { directoriesHolding, membersAt } from "./manifests.ts";

export interface LineageOptions {
  /** `up`: what it came of. `down`: what came of it. Default: `up`. */
  readonly direction?: LineageDirection;
  /** How many relations to follow at most from where it starts. Default: as many as there are. */
  readonly depth?: number;
}

/** What a lineage is asked of: an id, a label, a recorded path, a file on this machine (by its bytes), or a digest. */
export type LineageSubject = string | { readonly sha256: string };

export interface Lineage {
  readonly direction: LineageDirection;
  /** Where it starts: several entities where they are states of the same bytes. */
  readonly roots: readonly string[];
  readonly nodes: readonly LineageNode[];
  readonly edges: readonly LineageEdge[];
  /** False where the depth cut it off. */
  readonly isComplete: boolean;
}

export interface LineageNode {
  readonly id: string;
  readonly kind: "entity" | "activity";
  readonly types: readonly string[];
  readonly label: string;
  /** When an entity was generated, or an activity began; xsd:dateTime. */
  readonly time?: string;
  /** Of a parameter, hyperparameter, measure or other value. */
  readonly value?: PlainValue;
  readonly path?: string;
  readonly sha256?: string;
  /** The execution that it belongs to, and the commit of its source. */
  readonly execution?: string;
  readonly commit?: string;
  /** Of an activity. */
  readonly status?: RunStatus;
}

/** What stands for a content, a commit or a software in the graph: states of it, and what it did. */
const STATES_OF = lookup(
  (things) => sparql`
SELECT ?s ?o WHERE {
  VALUES ?o { ${iris(things)} }
  ?s ?p ?o .
  FILTER(?p IN (prov:specializationOf, prov:wasAssociatedWith))
}`,
  [prov.specializationOf, prov.wasAssociatedWith],
  (index, thing) =>
    [prov.specializationOf, prov.wasAssociatedWith]
      .flatMap((property) => index.subjects(property, thing))
      .map((s) => ({ s, o: iriTerm(thing) })),
);

/** When entities were generated, where the generation has a node of its own. */
const GENERATION_TIMES = lookup(
  (things) => sparql`
SELECT ?s ?time WHERE {
  VALUES ?s { ${iris(things)} }
  ?s prov:qualifiedGeneration ?node .
  ?node prov:atTime ?time
}`,
  [prov.qualifiedGeneration, prov.atTime],
  (index, thing) =>
    index
      .values(thing, prov.qualifiedGeneration)
      .flatMap(({ value }) => index.values(value, prov.atTime))
      .map((time) => ({ s: iriTerm(thing), time })),
);

/**
 * Where something came from, or what came of it, across executions: over generation, use, stated derivation, the activities around
 * and inside those, and from a file read to the generation of the same bytes before.
 * @throws {ProvenanceError} `not-found`, `ambiguous`, `bad-option`
 */
export async function readLineage(
  source: Source,
  of: LineageSubject,
  { direction = "up", depth = Number.POSITIVE_INFINITY }: LineageOptions = {},
): Promise<Lineage> {
  if (direction !== "up" && direction !== "down") throw badOption("direction", direction, '"up" or "down"');
  if (typeof depth !== "number" || !(depth >= 0)) throw badOption("depth", depth, "a number of relations, 0 or more");
  const roots = await rootsOf(source, of);
  const { nodes, edges, isCut } = await walk(source, roots, direction, depth);
  return { direction, roots, nodes: await describeNodes(source, nodes), edges, isComplete: !isCut };
}

async function rootsOf(source: Source, of: LineageSubject): Promise<string[]> {
  if (typeof of === "object" && of !== null) {
    const sha256 = String(of.sha256).toLowerCase();
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw badOption("sha256", of.sha256, "64 hexadecimal digits");
    const roots = await holdersOf(source, sha256);
    if (roots.length === 0) throw notFound(`nothing recorded has the content ${sha256}`);
    return roots;
  }
  const name = checkName(of);
  if (isIri(name) && (await describe(source, [name], NODE_PROPERTIES)).size > 0) {
    return await widened(source, [name]);
  }
  const sha256 = await digestOfFile(name);
  const byContent = sha256 === undefined ? [] : await holdersOf(source, sha256);
  if (byContent.length > 0) return byContent;
  const candidates = await candidatesFor(source, name);
  const entities = entitiesAmong(candidates);
  const fitting = entities.length > 0 ? entities : candidates;
  if (fitting.length === 0 || (sha256 !== undefined && hasPath(fitting)))
    throw await unknown(source, name, sha256, fitting.length);
  if (fitting.length > 1 && !haveOneContent(fitting)) throw ambiguous(name, fitting);
  return await widened(
    source,
    fitting.map(({ id }) => id),
  );
}

function hasPath(candidates: readonly { readonly facts: Facts }[]): boolean {
  return candidates.every(({ facts }) => textOf(facts, provml.path) !== undefined);
}

/** A file that is there, but with bytes that nobody recorded, is not the one that was recorded at its path. */
async function unknown(
  source: Source,
  name: string,
  sha256: string | undefined,
  recorded: number,
): Promise<ProvenanceError> {
  if (sha256 === undefined)
    return notFound(`nothing recorded has the id, label or path ${quoted(name)}, and no file is there`);
  const [member] = await membersAt(source, realpathSync(resolve(name)));
  if (member !== undefined)
    return notFound(
      `${quoted(name)} has changed: the recorded directory ${member.directory} had it with sha256 ${member.sha256}, and its bytes now (sha256 ${sha256}) are not recorded; ask for the directory by its id`,
    );
  const others =
    recorded === 0 ? "" : `, though ${recorded} things of that path are, with other bytes or none; name one by its id`;
  return notFound(`the bytes of ${quoted(name)} (sha256 ${sha256}) are not recorded${others}`);
}

/** Content, commits and software have no lineage of their own, but the entities and activities that stand for them have. */
async function widened(source: Source, things: readonly string[]): Promise<string[]> {
  const facts = await describe(source, things, THING_PROPERTIES);
  const general = things.filter((thing) => GENERAL.some((type) => hasType(factsAbout(facts, thing), type)));
  const states = (await Promise.all(general.map((thing) => statesOf(source, thing)))).flat();
  return states.length > 0
    ? [...new Set([...things.filter((thing) => !general.includes(thing)), ...states])]
    : [...things];
}

const GENERAL = [provml.Content, provml.Commit, prov.SoftwareAgent];

/** The states of a content, and the directories that hold a file of it. */
async function holdersOf(source: Source, sha256: string): Promise<string[]> {
  return [...(await statesOf(source, contentIri(sha256))), ...(await directoriesHolding(source, sha256))];
}

async function statesOf(source: Source, thing: string): Promise<string[]> {
  return (await selectInBatches(source, [thing], STATES_OF)).map(({ s }) => s?.value ?? "").sort();
}

/** The SHA-256 of a file on this machine; undefined when there is none. */
async function digestOfFile(path: string): Promise<string | undefined> {
  if (path.includes("\0") || !statSync(resolve(path), { throwIfNoEntry: false })?.isFile()) return undefined;
  const hash = createHash("sha256");
  try {
    for await (const piece of createReadStream(resolve(path))) hash.update(piece);
  } catch (cause) {
    throw new ProvenanceError("unreadable", `${path} cannot be read; look at its permissions`, { cause });
  }
  return hash.digest("hex");
}

const NODE_PROPERTIES = [...THING_PROPERTIES, ...STATUS_PROPERTIES, prov.generatedAtTime, prov.startedAtTime];

async function describeNodes(source: Source, ids: readonly string[]): Promise<LineageNode[]> {
  const facts = await describe(source, ids, NODE_PROPERTIES);
  const isActivity = (id: string) => hasType(factsAbout(facts, id), prov.Activity);
  const statuses = await statusesOf(source, new Map([...facts].filter(([id]) => isActivity(id))));
  const executions = await executionsOf(
    source,
    ids.map(executionOfId).filter((id) => id !== undefined),
  );
  const times = new Map<string, string>();
  for (const { s, time } of await selectInBatches(source, ids, GENERATION_TIMES))
    times.set(s?.value ?? "", time?.value ?? "");
  return ids.map((id) => {
    const its = factsAbout(facts, id);
    const content = contentOf(its);
    const execution = executionOfId(id);
    return {
      id,
      kind: isActivity(id) ? "activity" : "entity",
      types: typeNames(its),
      label: labelOf(its, id),
      ...present({
        time: textOf(its, prov.generatedAtTime) ?? times.get(id) ?? timesOf(its).startedAt,
        value: heldValue(its),
        path: textOf(its, provml.path),
        sha256: content === undefined ? undefined : contentDigest(content),
        execution,
        commit: execution === undefined ? undefined : executions.get(execution)?.software?.commit,
        status: statuses.get(id)?.status,
      }),
    };
  });
}

function badOption(name: string, value: unknown, expected: string): ProvenanceError {
  return new ProvenanceError("bad-option", `${name} is ${JSON.stringify(value)}; give ${expected}`);
}
