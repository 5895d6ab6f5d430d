import { contentDigest } from "../../model/names.ts";
import type { SolutionRow } from "../../store/store.ts";
import { prov } from "../../vocab/prov.ts";
import { provml } from "../../vocab/provml.ts";
import { type Facts, factsAbout, factsOf, hasType, labelOf, textOf } from "../facts.ts";
import { contentOf } from "../find.ts";
import { type Source, select } from "../source.ts";
import { type Sparql, sparql } from "../sparql.ts";
import { first, isSuperseded, savedModels } from "./model-histories.ts";

/** What the graph says of models. */
export const MODELS: Sparql = sparql`
SELECT ?s ?p ?o WHERE {
  ?s a provml:Model .
  ?s ?p ?o .
  FILTER(?p IN (rdf:type, rdfs:label, provml:path, prov:specializationOf, prov:generatedAtTime, prov:wasGeneratedBy))
}`;

/** When models were generated, where that is stated with a role. */
const MODEL_TIMES: Sparql = sparql`
SELECT ?model ?time WHERE { ?model a provml:Model ; prov:qualifiedGeneration ?generation . ?generation prov:atTime ?time }`;

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

/** The files that models were written to. Only one pattern stands in the OPTIONAL: two of them the engine joins for the whole graph, at each file. */
export const MODEL_FILES: Sparql = sparql`
SELECT ?model ?file ?path ?content WHERE {
  ?model a provml:Model .
  ?file prov:wasDerivedFrom ?model ; provml:path ?path .
  OPTIONAL { ?file prov:specializationOf ?content FILTER(STRSTARTS(STR(?content), "ni:")) }
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
  /** Of the model in memory, where something digested what it would be on disk. */
  readonly sha256?: string;
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
  const facts = factsOf(await select(source, MODELS));
  const times = pairs(await select(source, MODEL_TIMES), "model", "time");
  const runs = pairs(await select(source, RUNS_OF_MODELS), "model", "run");
  const earlier = pairs(await select(source, DERIVED_MODELS), "later", "earlier");
  const files = filesByModel(await select(source, MODEL_FILES));
  const folded = foldFiles(facts, files);
  const alike = foldContents(facts, files, folded);
  const readings = reversed(alike);
  const histories = { facts, runs, later: reversed(earlier), earlier, folded };
  const saved = savedModels(files, alike, histories);
  const savedAs = new Map(Array.from(saved, ([object, file]) => [file, object]));
  const states: ModelState[] = [];
  for (const [id, its] of facts) {
    if (folded.has(id) || alike.has(id) || savedAs.has(id)) continue;
    const written = [...(files.get(id) ?? []), ...fileNamed(saved.get(id), facts)];
    const ids = [id, ...written.map(({ file }) => file)];
    const run = first(runs.get(id));
    const generatedAt = textOf(its, prov.generatedAtTime) ?? first(times.get(id));
    states.push({
      id,
      label: labelOf(its, id),
      isCheckpoint: hasType(its, provml.Checkpoint),
      isSuperseded: isSuperseded(id, histories),
      ...(run === undefined ? {} : { run }),
      ...(generatedAt === undefined ? {} : { generatedAt }),
      ...ownDigest(its),
      files: [...ownFile(its), ...written.map(({ path, content }) => fileOf(path, content))],
      derivedFrom: [
        ...new Set(
          [...(earlier.get(id) ?? [])]
            .filter((model) => !folded.has(model))
            .map((model) => savedAs.get(model) ?? model)
            .filter((model) => model !== id),
        ),
      ],
      sameAs: [...ids, ...ids.flatMap((one) => [...(readings.get(one) ?? [])])],
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
): Map<string, Set<string>> {
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
  const alike = new Map<string, Set<string>>();
  for (const id of read.sort()) {
    const content = contentOf(factsAbout(facts, id));
    const owner = content === undefined ? undefined : owners.get(content);
    if (owner === undefined) own(content, id);
    else if (owner !== id) alike.set(id, new Set([owner]));
  }
  return alike;
}

function fileNamed(file: string | undefined, facts: ReadonlyMap<string, Facts>): WrittenFile[] {
  if (file === undefined) return [];
  const its = factsAbout(facts, file);
  return [{ file, path: textOf(its, provml.path) ?? "", content: contentOf(its) }];
}

function ownFile(facts: Facts): ModelFile[] {
  const path = textOf(facts, provml.path);
  return path === undefined ? [] : [fileOf(path, contentOf(facts))];
}

function ownDigest(facts: Facts): Pick<ModelState, "sha256"> {
  const content = textOf(facts, provml.path) === undefined ? contentOf(facts) : undefined;
  const sha256 = content === undefined ? undefined : contentDigest(content);
  return sha256 === undefined ? {} : { sha256 };
}

function fileOf(path: string, content: string | undefined): ModelFile {
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

function reversed(pairs: ReadonlyMap<string, ReadonlySet<string>>): Map<string, Set<string>> {
  const all = new Map<string, Set<string>>();
  for (const [from, tos] of pairs) {
    for (const to of tos) {
      const values = all.get(to);
      if (values) values.add(from);
      else all.set(to, new Set([from]));
    }
  }
  return all;
}
