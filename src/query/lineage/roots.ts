import { createHash } from "node:crypto";
import { createReadStream, realpathSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { ProvenanceError } from "../../model/error.ts";
import { contentIri, isIri } from "../../model/names.ts";
import { prov } from "../../vocab/prov.ts";
import { provml } from "../../vocab/provml.ts";
import { describe, type Facts, factsAbout, hasType, iris, textOf } from "../facts.ts";
import {
  ambiguous,
  badOption,
  candidatesFor,
  checkName,
  entitiesAmong,
  haveOneContent,
  notFound,
  quoted,
} from "../find.ts";
import { iriTerm, lookup, selectInBatches } from "../lookup.ts";
import type { Source } from "../source.ts";
import { sparql } from "../sparql.ts";
import { THING_PROPERTIES } from "../things.ts";
import { directoriesHolding, membersAt } from "./manifests.ts";

/** What a lineage is asked of: an id, a label, a recorded path, a file on this machine (by its bytes), or a digest. */
export type LineageSubject = string | { readonly sha256: string };

/** What stands for a content, a commit or a software in the graph: states of it, and what it did. */
export const STATES_OF = lookup(
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

/**
 * The entities and activities that something stands for: several where they are states of the same bytes.
 * @throws {ProvenanceError} `not-found`, `ambiguous`, `bad-option`
 */
export async function rootsOf(source: Source, of: LineageSubject): Promise<string[]> {
  if (typeof of === "object" && of !== null) {
    const sha256 = String(of.sha256).toLowerCase();
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw badOption("sha256", of.sha256, "64 hexadecimal digits");
    const roots = await holdersOf(source, sha256);
    if (roots.length === 0) throw notFound(`nothing recorded has the content ${sha256}`);
    return roots;
  }
  const name = checkName(of);
  if (isIri(name) && (await describe(source, [name], THING_PROPERTIES)).size > 0) {
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
    return notFound(
      isDirectory(name)
        ? `${quoted(name)} is a directory, which was not recorded as a whole; name a file in it`
        : `nothing recorded has the id, label or path ${quoted(name)}, and no file is there`,
    );
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
  return [...(await statesOf(source, contentIri(sha256))), ...(await directoriesHolding(source, sha256)).keys()];
}

async function statesOf(source: Source, thing: string): Promise<string[]> {
  return (await selectInBatches(source, [thing], STATES_OF)).map(({ s }) => s?.value ?? "").sort();
}

function isDirectory(path: string): boolean {
  return !path.includes("\0") && statSync(resolve(path), { throwIfNoEntry: false })?.isDirectory() === true;
}

/** The SHA-256 of a file on this machine; undefined when there is none. */
export async function digestOfFile(path: string): Promise<string | undefined> {
  if (path.includes("\0") || !statSync(resolve(path), { throwIfNoEntry: false })?.isFile()) return undefined;
  const hash = createHash("sha256");
  try {
    for await (const piece of createReadStream(resolve(path))) hash.update(piece);
  } catch (cause) {
    throw new ProvenanceError("unreadable", `${path} cannot be read; look at its permissions`, { cause });
  }
  return hash.digest("hex");
}

export function digestOfBytes(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
