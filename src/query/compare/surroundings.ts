import { definedName } from "../../model/names.ts";
import type { SolutionRow } from "../../store/store.ts";
import { prov } from "../../vocab/prov.ts";
import { describe, factsAbout, groupBy, iris, present } from "../facts.ts";
import { iriTerm, lookup, selectInBatches } from "../lookup.ts";
import { type Attributes, attributesOf } from "../runs/attributes.ts";
import { type ExecutionFacts, executionsAround, executionsOf } from "../runs/executions.ts";
import type { Source } from "../source.ts";
import { sparql } from "../sparql.ts";
import { THING_PROPERTIES, thingOf } from "../things.ts";
import { type PlainValue, recordOf } from "../values.ts";

/** What stands around a run: the state of its source, the packages with their versions, and the machine. */
export interface Surroundings {
  readonly source: Readonly<Record<string, PlainValue>>;
  readonly software: Readonly<Record<string, PlainValue>>;
  readonly environment: Readonly<Record<string, PlainValue>>;
}

/** As what activities used things. */
export const USAGE_ROLES = lookup(
  (activities) => sparql`
SELECT ?s ?o ?role WHERE { VALUES ?s { ${iris(activities)} } ?s prov:qualifiedUsage ?node . ?node prov:entity ?o ; prov:hadRole ?role }`,
  [prov.qualifiedUsage, prov.entity, prov.hadRole],
  function* (index, activity): Generator<SolutionRow, void, void> {
    for (const { value: node } of index.values(activity, prov.qualifiedUsage)) {
      for (const o of index.values(node, prov.entity))
        for (const role of index.values(node, prov.hadRole)) yield { s: iriTerm(activity), o, role };
    }
  },
);

/** What stands around each of these activities; of activities of one execution it is the same. */
export async function surroundingsOf(
  source: Source,
  activities: readonly string[],
): Promise<Map<string, Surroundings>> {
  const executions = await executionsOf(source, activities);
  const around = await executionsAround(source, activities);
  const things = Array.from(executions.values(), (one) => [one.environment, one.source]).flat();
  const attributes = await attributesOf(source, new Set(things));
  const scripts = await entryScripts(source, [...around.values()].flat());
  return new Map(
    activities.map((id) => {
      const execution = executions.get(id);
      const script = [...(around.get(id) ?? [])].sort().flatMap((one) => scripts.get(one) ?? [])[0];
      const environment = attributes.get(execution?.environment ?? "") ?? {};
      const stated = attributes.get(execution?.source ?? "") ?? {};
      return [
        id,
        {
          source: recordOf(sourceOf(execution, stated, script)),
          software: recordOf(softwareOf(execution, environment)),
          environment: recordOf(environmentOf(execution, environment)),
        },
      ];
    }),
  );
}

/** The digest of each execution's entry script; its path where nobody came to digest it. */
async function entryScripts(source: Source, executions: readonly string[]): Promise<Map<string, string>> {
  const rows = (await selectInBatches(source, executions, USAGE_ROLES)).filter(
    ({ role }) => definedName(role?.value ?? "") === "entryScript",
  );
  const ids = rows.map(({ o }) => o?.value ?? "");
  const facts = await describe(source, ids, THING_PROPERTIES);
  const scripts = new Map<string, string>();
  for (const [execution, [row]] of groupBy(rows, "s")) {
    const id = row?.o?.value ?? "";
    const { sha256, path } = thingOf(id, factsAbout(facts, id));
    const script = sha256 ?? path;
    if (script !== undefined) scripts.set(execution, script);
  }
  return scripts;
}

type Entry = readonly [string, PlainValue];

function sourceOf(execution: ExecutionFacts | undefined, stated: Attributes, entryScript: string | undefined): Entry[] {
  const { software, command } = execution ?? {};
  const known = present({ commit: software?.commit, isDirty: software?.isDirty, entryScript, command });
  return Object.entries({ ...known, ...stated });
}

/** `loadedPackage` and `recorder` are texts such as `@tensorflow/tfjs@4.22.0`, and `runtime` one such as `node 20.20.2`. */
function softwareOf(execution: ExecutionFacts | undefined, environment: Attributes): Entry[] {
  const { software } = execution ?? {};
  const entries: Entry[] = software === undefined ? [] : [[software.name, software.version ?? software.id]];
  for (const [property, separator] of PACKAGES) {
    for (const text of listOf(environment[property])) entries.push(split(text, separator));
  }
  if (environment.lockfileDigest !== undefined) entries.push(["lockfile", environment.lockfileDigest]);
  return entries;
}

const PACKAGES = [
  ["runtime", " "],
  ["loadedPackage", "@"],
  ["recorder", " "],
] as const;

function environmentOf(execution: ExecutionFacts | undefined, environment: Attributes): Entry[] {
  const entries: Entry[] = execution?.host === undefined ? [] : [["host", execution.host]];
  for (const [name, value] of Object.entries(environment)) {
    if (name === "variable")
      for (const text of listOf(value))
        entries.push([`variable.${split(text, "=", "first")[0]}`, split(text, "=", "first")[1]]);
    else if (!ELSEWHERE.has(name)) entries.push([name, value]);
  }
  return entries;
}

/** What is told as software, or as a path says nothing. */
const ELSEWHERE: ReadonlySet<string> = new Set(["runtime", "loadedPackage", "recorder", "lockfile", "lockfileDigest"]);

function listOf(value: PlainValue | undefined): string[] {
  return (value === undefined ? [] : Array.isArray(value) ? [...value] : [value]).map(String).sort();
}

/** At the last separator, which the names of packages may begin with; names of variables end at the first. */
function split(text: string, separator: string, which: "first" | "last" = "last"): Entry {
  const at = which === "last" ? text.lastIndexOf(separator) : text.indexOf(separator);
  return at <= 0 ? [text, true] : [text.slice(0, at), text.slice(at + 1)];
}
