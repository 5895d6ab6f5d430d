import { isAbsolute, join } from "node:path";
import { contentDigest } from "../../model/names.ts";
import { prov } from "../../vocab/prov.ts";
import { provml } from "../../vocab/provml.ts";
import { describe, factsAbout, hasType, labelOf, textOf, valuesOf } from "../facts.ts";
import { contentOf } from "../find.ts";
import { compareIds } from "../ids.ts";
import { walk } from "../lineage/lineage-walk.ts";
import { executionsAround, executionsOf } from "../runs/executions.ts";
import { type Source, select } from "../source.ts";
import { type Sparql, sparql } from "../sparql.ts";
import { heldValue, THING_PROPERTIES } from "../things.ts";
import type { PlainValue } from "../values.ts";
import { entryScriptsOf } from "../whence/entry-scripts.ts";

/** What was recorded of an execution that is needed to do it again. Paths are absolute, where they lay. */
export interface RecordedExecution {
  readonly id: string;
  readonly workflow: string;
  readonly rootDirectory?: string;
  readonly command?: string;
  readonly script?: RecordedFile;
  readonly host?: string;
  readonly commit?: string;
  readonly repository?: string;
  readonly isDirty?: boolean;
  readonly changes?: RecordedFile;
  readonly untrackedCount: number;
  readonly runtime?: string;
  readonly runtimeOptions: readonly string[];
  readonly variables: readonly string[];
  readonly lockfile?: RecordedFile;
  readonly containerImageId?: string;
  /** Files and directories that it read and did not make. */
  readonly inputs: readonly RecordedFile[];
  readonly outputs: readonly RecordedFile[];
  /** Values that its steps used, by name. */
  readonly values: readonly {
    readonly name: string;
    readonly value: PlainValue | undefined;
    readonly isSeed: boolean;
  }[];
  /** How many processes carried it out. */
  readonly processCount: number;
}

export interface RecordedFile {
  readonly id: string;
  readonly label: string;
  readonly path: string;
  readonly sha256?: string;
  /** Of a directory: its manifest. */
  readonly manifest?: string;
  /** A file or directory on this machine with the recorded bytes, once somebody has looked. */
  readonly found?: string;
  /** Why there is none, as a sentence's end. */
  readonly problem?: string;
}

const USED = (execution: string): Sparql => sparql`
SELECT DISTINCT ?thing WHERE { ?activity dcterms:isPartOf* ${{ iri: execution }} . ?activity prov:used ?thing }`;

const MADE = (execution: string): Sparql => sparql`
SELECT DISTINCT ?thing WHERE { ?activity dcterms:isPartOf* ${{ iri: execution }} . ?thing prov:wasGeneratedBy ?activity ; provml:path ?path }`;

const PROCESSES = (execution: string): Sparql => sparql`
SELECT DISTINCT ?process WHERE {
  ?process dcterms:isPartOf* ${{ iri: execution }} ; a provml:WorkflowExecution ; prov:used ?environment . ?environment a provml:Environment }`;

const SURROUNDINGS = [
  provml.runtime,
  provml.runtimeOption,
  provml.variable,
  provml.lockfile,
  provml.lockfileDigest,
  provml.containerImageId,
  provml.repository,
  provml.isDirty,
  provml.changes,
  provml.untrackedCount,
];

export async function readRecorded(source: Source, execution: string): Promise<RecordedExecution> {
  const around = (await executionsOf(source, [execution])).get(execution);
  const root = around?.rootDirectory;
  const said = await describe(source, [around?.environment ?? "", around?.source ?? ""], SURROUNDINGS);
  const environment = factsAbout(said, around?.environment ?? "");
  const code = factsAbout(said, around?.source ?? "");
  const used = await thingsOf(source, USED(execution));
  const made = await thingsOf(source, MADE(execution));
  const changes = textOf(code, provml.changes);
  const ids = [...used, ...made, ...(changes === undefined ? [] : [changes])];
  const facts = await describe(source, ids, [
    ...THING_PROPERTIES,
    provml.manifest,
    prov.wasGeneratedBy,
    prov.wasDerivedFrom,
  ]);
  const fileOf = (id: string): RecordedFile | undefined => {
    const its = factsAbout(facts, id);
    const path = textOf(its, provml.path);
    if (path === undefined) return undefined;
    const content = contentOf(its);
    const digest = content === undefined ? undefined : contentDigest(content);
    const manifest = textOf(its, provml.manifest);
    return {
      id,
      label: labelOf(its, id),
      path: wholePath(path, root),
      ...(digest === undefined || valuesOf(its, provml.isVerified).includes("false") ? {} : { sha256: digest }),
      ...(manifest === undefined ? {} : { manifest }),
    };
  };
  const inside = [
    ...((await executionsAround(source, [execution])).get(execution) ?? []),
    ...(await thingsOf(source, PROCESSES(execution))),
  ];
  const script = [...(await entryScriptsOf(source, inside)).values()].sort(compareIds);
  const isOwn = (id: string) =>
    factsAbout(facts, id).has(prov.wasGeneratedBy) || factsAbout(facts, id).has(prov.wasDerivedFrom);
  const read = used.filter((id) => !isOwn(id) && !script.includes(id) && factsAbout(facts, id).has(provml.path));
  const scripts = await describe(source, script, THING_PROPERTIES);
  for (const [id, its] of scripts) facts.set(id, its);
  const lockfile = textOf(environment, provml.lockfile);
  const lockfileDigest = textOf(environment, provml.lockfileDigest);
  const first = script[0] === undefined ? undefined : fileOf(script[0]);
  const kept = changes === undefined ? undefined : fileOf(changes);
  return {
    id: execution,
    workflow: around?.workflow ?? execution,
    ...(root === undefined ? {} : { rootDirectory: root }),
    ...(around?.command === undefined ? {} : { command: around.command }),
    ...(first === undefined ? {} : { script: first }),
    ...(around?.host === undefined ? {} : { host: around.host }),
    ...(around?.software?.commit === undefined ? {} : { commit: around.software.commit }),
    ...textNamed("repository", textOf(code, provml.repository)),
    ...(around?.software?.isDirty === undefined ? {} : { isDirty: around.software.isDirty }),
    ...(kept === undefined ? {} : { changes: kept }),
    untrackedCount: Number(textOf(code, provml.untrackedCount) ?? 0),
    ...textNamed("runtime", textOf(environment, provml.runtime)),
    runtimeOptions: [...valuesOf(environment, provml.runtimeOption)].sort(),
    variables: [...valuesOf(environment, provml.variable)].sort(),
    ...(lockfile === undefined
      ? {}
      : {
          lockfile: {
            id: "",
            label: "lockfile",
            path: wholePath(lockfile, root),
            ...textNamed("sha256", lockfileDigest),
          },
        }),
    ...textNamed("containerImageId", textOf(environment, provml.containerImageId)),
    inputs: (await fromOutside(source, execution, read)).flatMap((id) => fileOf(id) ?? []),
    outputs: made.flatMap((id) => fileOf(id) ?? []),
    values: used.flatMap((id) => {
      const its = factsAbout(facts, id);
      if (its.has(provml.path) || heldValue(its) === undefined) return [];
      const name = labelOf(its, id);
      return [{ name, value: heldValue(its), isSeed: hasType(its, provml.RandomSeed) || SEED.test(name) }];
    }),
    processCount: (await thingsOf(source, PROCESSES(execution))).length,
  };
}

const SEED = /(^|[._])(seed|random_?state)($|[._])|seed$|randomState$/i;

function textNamed<Name extends string>(name: Name, value: string | undefined): { [K in Name]?: string } {
  return value === undefined ? {} : ({ [name]: value } as { [K in Name]?: string });
}

function wholePath(path: string, root: string | undefined): string {
  return root === undefined || isAbsolute(path) || /^[a-z][a-z\d+.-]*:\/\//i.test(path) ? path : join(root, path);
}

async function thingsOf(source: Source, query: Sparql): Promise<string[]> {
  const rows = await select(source, query);
  return [...new Set(rows.map((row) => Object.values(row)[0]?.value ?? ""))].sort(compareIds);
}

/** Without what the same execution had written before. */
async function fromOutside(source: Source, execution: string, files: readonly string[]): Promise<string[]> {
  const outside: string[] = [];
  for (const id of files) {
    const { edges } = await walk(source, [id], "up", 1);
    const own = edges.filter(({ relation }) => relation === "sameContent").map(({ to }) => to);
    const around = await executionsAround(source, own);
    const makers = [...around.values()].flat();
    if (!makers.includes(execution) && !own.some((one) => one.startsWith(namespaceOf(execution)))) outside.push(id);
  }
  return outside;
}

function namespaceOf(execution: string): string {
  return execution.slice(0, execution.lastIndexOf("/") + 1);
}
