import { redact } from "../capture/secrets.ts";
import { ProvenanceError } from "../model/error.ts";
import { open, type Remark } from "../query/index.ts";
import { checkDirectory } from "../spool/directory.ts";
import { begun, type CurateOptions, say, takeBack, withGraph } from "./said.ts";
import { subjectOf } from "./subject.ts";

/** What came of it. */
export interface Curated {
  /** The thing that it is about. */
  readonly about: string;
  /** What was stated, or taken back; what stood already as it was asked for is not among it. */
  readonly texts: readonly string[];
}

/** So many characters a tag or name may have. */
export const LONGEST_NAME = 200;
/** So many characters a note may have. */
export const LONGEST_NOTE = 64 * 1024;

/**
 * Tags a run, a model, or any other recorded thing, named by its id or name: each tag is a statement of its own, of a person at a time. What it has already is not
 * stated again.
 * @throws {ProvenanceError} `bad-argument`, `not-found`, `ambiguous`, `no-directory`, `foreign-directory`
 */
export async function tag(
  directory: string,
  name: string,
  tags: readonly string[],
  options: CurateOptions = {},
): Promise<Curated> {
  const wanted = namesOf("a tag", tags);
  const { about, remarks } = await lookUp(directory, name, options);
  const standing = new Set(remarks.filter(isTag).map(({ text }) => text));
  const texts = wanted.filter((text) => !standing.has(text));
  if (texts.length > 0) say(directory, begun(about, remarks, options), { kind: "tag", about, texts });
  return { about, texts };
}

/**
 * Takes tags back: the statement of each that is known here is invalidated. A tag that somebody else states at the same time, in another copy of the directory,
 * stays after both are merged.
 * @throws {ProvenanceError} `bad-argument`, `not-found`, `ambiguous`, `no-directory`, `foreign-directory`
 */
export async function untag(
  directory: string,
  name: string,
  tags: readonly string[],
  options: CurateOptions = {},
): Promise<Curated> {
  const wanted = namesOf("a tag", tags);
  const { about, remarks } = await lookUp(directory, name, options);
  const standing = remarks.filter((remark) => isTag(remark) && wanted.includes(remark.text));
  if (standing.length > 0) takeBack(directory, begun(about, remarks, options), standing);
  return { about, texts: [...new Set(standing.map(({ text }) => text))] };
}

/**
 * Adds a note to a run, a model, or any other recorded thing.
 * @throws {ProvenanceError} as {@link tag}
 */
export async function note(
  directory: string,
  name: string,
  text: string,
  options: CurateOptions = {},
): Promise<Curated> {
  if (typeof text !== "string" || text.trim() === "" || text.length > LONGEST_NOTE)
    throw new ProvenanceError("bad-argument", `a note has from 1 to ${LONGEST_NOTE} characters`);
  const texts = [redact(text.toWellFormed())];
  const { about, remarks } = await lookUp(directory, name, options);
  say(directory, begun(about, remarks, options), { kind: "note", about, texts });
  return { about, texts };
}

/**
 * Gives a run, a model, or any other recorded thing another name; of several the latest counts, and every earlier one still finds it.
 * @throws {ProvenanceError} as {@link tag}
 */
export async function rename(
  directory: string,
  name: string,
  to: string,
  options: CurateOptions = {},
): Promise<Curated> {
  const texts = namesOf("a name", [to]);
  const { about, remarks } = await lookUp(directory, name, options);
  if (remarks.findLast(({ kind }) => kind === "name")?.text === texts[0]) return { about, texts: [] };
  say(directory, begun(about, remarks, options), { kind: "name", about, texts });
  return { about, texts };
}

interface Found {
  readonly about: string;
  /** What was said of it before. */
  readonly remarks: readonly Remark[];
}

async function lookUp(directory: string, name: string, { spool }: CurateOptions): Promise<Found> {
  checkDirectory(directory);
  return await withGraph(await open(directory, spool === undefined ? {} : { spool }), async (graph) => {
    const about = await subjectOf(graph, name);
    return { about, remarks: (await graph.remarks()).filter((remark) => remark.about === about) };
  });
}

function isTag({ kind, isRemoved }: Remark): boolean {
  return kind === "tag" && !isRemoved;
}

/** Each once; what looks like a secret is replaced, as in what programs record. */
function namesOf(what: string, names: readonly string[]): string[] {
  if (names.length === 0) throw new ProvenanceError("bad-argument", `${what} is missing; give one`);
  for (const name of names) {
    const isGood = typeof name === "string" && name.trim() === name && name !== "" && name.length <= LONGEST_NAME;
    if (!isGood || CONTROLS.test(name))
      throw new ProvenanceError(
        "bad-argument",
        `${JSON.stringify(name)?.slice(0, LONGEST_NAME)} cannot be ${what}; give 1 to ${LONGEST_NAME} characters of one line, with no blank before or after`,
      );
  }
  return [...new Set(names.map((name) => redact(name.toWellFormed())))];
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what no name has
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
