import { contentDigest } from "../model/names.ts";
import type { SolutionRow } from "../store/store.ts";
import { prov } from "../vocab/prov.ts";
import { provml } from "../vocab/provml.ts";
import { rdf, rdfs } from "../vocab/rdf.ts";
import { contentOf } from "./find.ts";
import { type Facts, factsAbout, factsOf, hasType, iris, labelOf, textOf } from "./facts.ts";
import { type Source, select } from "./source.ts";
import { type Sparql, sparql } from "./sparql.ts";

const NOTHING = sparql``;

/** What the graph says of models. With steps: only of those that these generated. */
export const MODELS = (steps?: readonly string[]): Sparql => sparql`
SELECT ?s ?p ?o WHERE {
  ${steps ? sparql`VALUES ?step { ${iris(steps)} } ?s prov:wasGeneratedBy ?step .` : NOTHING}
  ?s a provml:Model .
  VALUES ?p { rdf:type rdfs:label provml:path prov:specializationOf prov:generatedAtTime prov:wasGeneratedBy }
  ?s ?p ?o
}`;

/** The run in which each model was generated. */
export const RUNS_OF_MODELS: Sparql = sparql`
SELECT DISTINCT ?model ?run WHERE {
  ?model a provml:Model ; prov:wasGeneratedBy ?step .
  ?step dcterms:isPartOf* ?run .
  ?run a mls:Run
}`;

/** Which model came of which, over checkpoints and other states. */
export const DERIVED_MODELS: Sparql = sparql`
SELECT DISTINCT ?later ?earlier WHERE {
  ?later a provml:Model ; prov:wasDerivedFrom+ ?earlier .
  ?earlier a provml:Model
}`;

/** The files that models were written to. */
export const MODEL_FILES: Sparql = sparql`
SELECT ?model ?file ?path ?content WHERE {
  ?model a provml:Model .
  ?file prov:wasDerivedFrom ?model ; provml:path ?path .
  OPTIONAL { ?file prov:specializationOf ?content . ?content a provml:Content }
}`;

/** One model as the program had it, with the entities that are the same model on disk or in other executions. */
export interface ModelState {
  readonly id: string;
  readonly label: string;
  readonly isCheckpoint: boolean;
  /** A later state of the same training, or of the same untrained model, has taken its place. */
  readonly isSuperseded: boolean;
  readonly run?: string;
  readonly generatedAt?: string;
  readonly files: readonly ModelFile[];
  /** The earlier models that it came of, whatever lies between. */
  readonly derivedFrom: readonly string[];
  /** Its own id, those of its files, and those of entities of other executions that have the content of one of them. */
  readonly sameAs: readonly string[];
}

export interface ModelFile {
  readonly path: string;
  readonly sha256?: string;
}

/** All models of the graph, each once: the file that a model was written to, and reading it elsewhere, is no model of its own. */
export async function readModelStates(source: Source): Promise<ModelState[]> {
  const facts = factsOf(await select(source, MODELS()));
  const runs = pairs(await select(source, RUNS_OF_MODELS), "model", "run");
  const earlier = pairs(await select(source, DERIVED_MODELS), "later", "earlier");
  const files = filesByModel(await select(source, MODEL_FILES));
  const folded = foldFiles(facts, files);
  const alike = foldContents(facts, files, folded);
  const states: ModelState[] = [];
  for (const [id, its] of facts) {
    if (folded.has(id) || alike.has(id)) continue;
    const written = files.get(id) ?? [];
    const ids = [id, ...written.map(({ file }) => file)];
    const run = runs.get(id)?.values().next().value;
    const generatedAt = textOf(its, prov.generatedAtTime);
    states.push({
      id,
      label: labelOf(its, id),
      isCheckpoint: hasType(its, provml.Checkpoint),
      isSuperseded: isSuperseded(id, { facts, runs, earlier, folded }),
      ...(run === undefined ? {} : { run }),
      ...(generatedAt === undefined ? {} : { generatedAt }),
      files: [...ownFile(its), ...written.map(({ path, content }) => fileOf(path, content))],
      derivedFrom: [...(earlier.get(id) ?? [])].filter((model) => model !== id && !folded.has(model)),
      sameAs: [...ids, ...Array.from(alike).flatMap(([other, of]) => (ids.includes(of) ? [other] : []))],
    });
  }
  return states;
}

interface WrittenFile {
  readonly file: string;
  readonly path: string;
  readonly content: string | undefined;
}

function filesByModel(rows: readonly SolutionRow[]): Map<string, WrittenFile[]> {
  const files = new Map<string, WrittenFile[]>();
  for (const { model, file, path, content } of rows) {
    if (!model || !file || !path) continue;
    const of = files.get(model.value) ?? [];
    of.push({ file: file.value, path: path.value, content: content?.value });
    files.set(model.value, of);
  }
  return files;
}

/** Files that are typed as models, and were written from a model that is none: the same model, on disk. */
function foldFiles(facts: ReadonlyMap<string, Facts>, files: ReadonlyMap<string, WrittenFile[]>): Set<string> {
  const folded = new Set<string>();
  for (const [model, written] of files) {
    if (textOf(factsAbout(facts, model), provml.path) !== undefined) continue;
    for (const { file } of written) if (facts.has(file)) folded.add(file);
  }
  return folded;
}

/** Models that nobody generated and that have the content of one that somebody did, or of the first such reading. */
function foldContents(
  facts: ReadonlyMap<string, Facts>,
  files: ReadonlyMap<string, WrittenFile[]>,
  folded: ReadonlySet<string>,
): Map<string, string> {
  const owners = new Map<string, string>();
  const own = (content: string | undefined, id: string) => {
    if (content !== undefined && !owners.has(content)) owners.set(content, id);
  };
  for (const [model, written] of files) for (const { content } of written) own(content, model);
  const read: string[] = [];
  for (const [id, its] of facts) {
    if (folded.has(id)) continue;
    if (its.has(prov.wasGeneratedBy)) own(contentOf(its), id);
    else read.push(id);
  }
  const alike = new Map<string, string>();
  for (const id of read.sort()) {
    const content = contentOf(factsAbout(facts, id));
    const owner = content === undefined ? undefined : owners.get(content);
    if (owner === undefined) own(content, id);
    else if (owner !== id) alike.set(id, owner);
  }
  return alike;
}

interface Histories {
  readonly facts: ReadonlyMap<string, Facts>;
  readonly runs: ReadonlyMap<string, ReadonlySet<string>>;
  readonly earlier: ReadonlyMap<string, ReadonlySet<string>>;
  readonly folded: ReadonlySet<string>;
}

/** Whether a later state counts instead: within the same run, or where no run made this one. Checkpoints supersede nothing. */
function isSuperseded(id: string, { facts, runs, earlier, folded }: Histories): boolean {
  const [run] = runs.get(id) ?? [];
  for (const [later, from] of earlier) {
    if (later === id || !from.has(id) || folded.has(later) || earlier.get(id)?.has(later)) continue;
    const its = factsAbout(facts, later);
    const isOther = hasType(its, provml.Checkpoint) || (its.has(provml.path) && !factsAbout(facts, id).has(provml.path));
    if (isOther || (its.has(provml.path) && factsAbout(facts, id).has(provml.path))) continue;
    if (run === undefined ? !factsAbout(facts, id).has(provml.path) : runs.get(later)?.has(run)) return true;
  }
  return false;
}

function ownFile(facts: Facts): ModelFile[] {
  const path = textOf(facts, provml.path);
  return path === undefined ? [] : [fileOf(path, contentOf(facts))];
}

export function fileOf(path: string, content: string | undefined): ModelFile {
  const sha256 = content === undefined ? undefined : contentDigest(content);
  return { path, ...(sha256 === undefined ? {} : { sha256 }) };
}

function pairs(rows: readonly SolutionRow[], key: string, value: string): Map<string, Set<string>> {
  const all = new Map<string, Set<string>>();
  for (const row of rows) {
    const [from, to] = [row[key]?.value, row[value]?.value];
    if (from === undefined || to === undefined) continue;
    const values = all.get(from);
    if (values) values.add(to);
    else all.set(from, new Set([to]));
  }
  return all;
}
