import { join } from "node:path";
import { contentDigest, definedName } from "../../model/names.ts";
import { filesOf } from "../../series/manifest.ts";
import { prov } from "../../vocab/prov.ts";
import { provml } from "../../vocab/provml.ts";
import { rdfs } from "../../vocab/rdf.ts";
import { describe, type Facts, factsAbout, labelOf, textOf } from "../facts.ts";
import { contentOf } from "../find.ts";
import { compareIds, executionOfId } from "../ids.ts";
import { type Lineage, readLineage } from "../lineage/lineage.ts";
import { executionsOf } from "../runs/executions.ts";
import { type Source, select } from "../source.ts";
import { type Sparql, sparql } from "../sparql.ts";
import { judgesOf } from "./judges.ts";
import type { Suspicion } from "./suspicion.ts";

/** What was declared as a part of the data: by what it is said to be, or as what it was used or generated. */
const SPLITS: Sparql = sparql`
SELECT DISTINCT ?thing ?split ?role WHERE {
  { ?thing provml:split ?split }
  UNION
  { ?usage prov:entity ?thing ; prov:hadRole ?role . FILTER(REGEX(STR(?role), "/role\\\\.(train|validation|test)$")) }
  UNION
  { ?thing prov:qualifiedGeneration ?generation . ?generation prov:hadRole ?role . FILTER(REGEX(STR(?role), "/role\\\\.(train|validation|test)$")) }
}`;

const TRAINED_ON = "train";
const JUDGED_ON: ReadonlySet<string> = new Set(["validation", "test"]);
/** Files of that size are equal by coincidence. */
const TRIVIAL_BYTES = 8;
const MOST_NAMED = 3;

/** Data that trained a model and was to judge it: whole files and objects, and files of directories. */
export async function findLeaks(source: Source, execution: string | undefined): Promise<Suspicion[]> {
  const splits = await splitsOf(source);
  const facts = await describe(source, splits.keys(), [
    rdfs.label,
    provml.path,
    provml.manifest,
    prov.specializationOf,
  ]);
  const pieces = await piecesOf(source, splits.keys(), facts);
  const lineages = new Map<string, Promise<Lineage>>();
  const down = (id: string) => {
    const known = lineages.get(id) ?? readLineage(source, id, { direction: "down" });
    lineages.set(id, known);
    return known;
  };
  const suspicions: Suspicion[] = [];
  for (const { train, test, shared } of overlaps(splits, pieces)) {
    const judges = await judgesOf(source, await down(train), await down(test), test);
    if (judges === undefined) continue;
    const around = await executionsOf(source, judges);
    const place = around.get(judges[0] ?? "")?.id ?? executionOfId(test) ?? executionOfId(train);
    if (place === undefined || (execution !== undefined && execution !== place)) continue;
    const part = [...(splits.get(test) ?? [])].find((one) => JUDGED_ON.has(one)) ?? "test";
    suspicions.push({
      kind: "leak",
      execution: place,
      calls: judges,
      things: [...new Set([train, test])],
      text: textOfLeak(nameOf(train, facts), nameOf(test, facts), part, train === test, shared),
    });
  }
  return suspicions;
}

function textOfLeak(train: string, test: string, part: string, isOne: boolean, shared: readonly string[]): string {
  if (isOne) return `${train} is both train and ${part} data of the same model`;
  if (shared.length === 0) return `${test} (${part}) has the same content as ${train} (train)`;
  const named = shared.slice(0, MOST_NAMED).join(", ");
  const more = shared.length > MOST_NAMED ? ` and ${shared.length - MOST_NAMED} more` : "";
  return `files of ${test} (${part}) are in ${train} (train), too: ${named}${more}`;
}

async function splitsOf(source: Source): Promise<Map<string, Set<string>>> {
  const splits = new Map<string, Set<string>>();
  for (const { thing, split, role } of await select(source, SPLITS)) {
    const name = split?.value ?? definedName(role?.value ?? "");
    if (thing === undefined || name === undefined || !(name === TRAINED_ON || JUDGED_ON.has(name))) continue;
    const known = splits.get(thing.value);
    if (known) known.add(name);
    else splits.set(thing.value, new Set([name]));
  }
  return new Map([...splits].sort(([a], [b]) => compareIds(a, b)));
}

/** The contents that a thing is or consists of, by digest, with the path inside a directory. */
type Pieces = ReadonlyMap<string, string>;

async function piecesOf(
  source: Source,
  things: Iterable<string>,
  facts: ReadonlyMap<string, Facts>,
): Promise<Map<string, Pieces>> {
  const pieces = new Map<string, Pieces>();
  for (const id of things) {
    const its = factsAbout(facts, id);
    const content = contentOf(its);
    const manifest = MANIFEST.exec(textOf(its, provml.manifest) ?? "")?.[1];
    const digest = content === undefined ? undefined : contentDigest(content);
    const own = new Map<string, string>(digest === undefined ? [] : [[digest, ""]]);
    if (manifest !== undefined && source.place) {
      try {
        for (const { path, sha256, size } of await filesOf(join(source.place.manifests, manifest)))
          if (size >= TRIVIAL_BYTES) own.set(sha256, path);
      } catch (error) {
        source.problems.add(`the manifest ${manifest} cannot be read: ${(error as Error).message}`);
      }
    }
    pieces.set(id, own);
  }
  return pieces;
}

const MANIFEST = /^manifests\/([0-9a-f]+\/[0-9a-f]{64}\.parquet)$/;

interface Overlap {
  readonly train: string;
  readonly test: string;
  /** The paths in the test data of files that are in the train data; none where both are one content. */
  readonly shared: readonly string[];
}

function overlaps(splits: ReadonlyMap<string, ReadonlySet<string>>, pieces: ReadonlyMap<string, Pieces>): Overlap[] {
  const trained = new Map<string, Set<string>>();
  for (const [id, names] of splits)
    if (names.has(TRAINED_ON))
      for (const digest of pieces.get(id)?.keys() ?? [])
        trained.set(digest, (trained.get(digest) ?? new Set()).add(id));
  const all: Overlap[] = [];
  for (const [test, names] of splits) {
    if (![...names].some((name) => JUDGED_ON.has(name))) continue;
    const found = new Map<string, string[]>();
    if (names.has(TRAINED_ON)) found.set(test, []);
    for (const [digest, path] of pieces.get(test) ?? []) {
      for (const train of trained.get(digest) ?? []) {
        const shared = found.get(train) ?? [];
        if (path !== "") shared.push(path);
        found.set(train, shared);
      }
    }
    const whole = wholeOf(pieces.get(test));
    for (const [train, shared] of found)
      all.push({ train, test, shared: pieces.get(train)?.get(whole) === "" ? [] : shared.sort() });
  }
  return all;
}

/** The digest of a thing as a whole. */
function wholeOf(pieces: Pieces | undefined): string {
  for (const [digest, path] of pieces ?? []) if (path === "") return digest;
  return "";
}

function nameOf(id: string, facts: ReadonlyMap<string, Facts>): string {
  const its = factsAbout(facts, id);
  return textOf(its, provml.path) ?? labelOf(its, id);
}
