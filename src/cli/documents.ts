import { existsSync, readFileSync, statSync } from "node:fs";
import { type Document, isProvJsonLdText, NOTATIONS, type NotationName, notationOf, read } from "../formats/index.ts";
import { ProvenanceError } from "../model/error.ts";
import { PREFIXES, type Prefixes } from "../model/names.ts";
import { readStatements } from "../rdf/read-statements.ts";
import type { Quad } from "../rdf/terms.ts";
import type { CommandInput } from "./command.ts";
import type { Losses } from "./losses.ts";

/** The option of commands that read PROV documents. */
export const FROM_OPTION = {
  from: { type: "string", value: "NOTATION", summary: "what to read (default: by the file's name)" },
} as const;

/**
 * The document that a command's argument names: a file, `-` for standard input, or else a run, whose document is all that its execution stated.
 * What the file holds beside PROV goes to `losses`.
 * @throws {ProvenanceError} `unreadable` with the file and the place in it, `bad-option`, `not-found`
 */
export async function readDocument(input: CommandInput, name: string, losses: Losses): Promise<Document> {
  return (await findDocument(input, name, losses)).document;
}

/** A document, and what it was found in. */
export interface FoundDocument {
  readonly document: Document;
  /** The notation of the file, by its content where its name may mean two; undefined for a run, which is in none. */
  carrier(): NotationName | undefined;
}

/** The same as `readDocument`, with the notation that carried the document. */
export async function findDocument(input: CommandInput, name: string, losses: Losses): Promise<FoundDocument> {
  const given = notationGiven(input.options.from as string | undefined);
  if (name !== "-" && !isFile(name)) {
    return { document: await runDocument(input, name, losses), carrier: () => undefined };
  }
  if (name === "-" && given === undefined) {
    throw new ProvenanceError("bad-option", "say what stands on standard input with --from NOTATION");
  }
  const notation = given ?? notationOf(name);
  const place = name === "-" ? "standard input" : name;
  const bytes = bytesOf(name, place);
  try {
    const document = await read(bytes, notation, { ignored: (loss) => losses.add(`left out of ${place}`, loss) });
    return { document, carrier: () => carrierOf(bytes, notation) };
  } catch (error) {
    if (!(error instanceof ProvenanceError)) throw error;
    throw new ProvenanceError(error.code, `${place}: ${error.message}`, { cause: error });
  }
}

/** PROV-JSONLD shares its extension with the JSON-LD that it is. */
function carrierOf(bytes: Uint8Array, notation: NotationName): NotationName {
  return notation === "json-ld" && isProvJsonLdText(new TextDecoder().decode(bytes)) ? "prov-jsonld" : notation;
}

function notationGiven(name: string | undefined): NotationName | undefined {
  if (name === undefined || Object.hasOwn(NOTATIONS, name)) return name as NotationName | undefined;
  throw new ProvenanceError("bad-option", `--from ${name} is no notation; one of ${Object.keys(NOTATIONS).join(", ")}`);
}

function isFile(name: string): boolean {
  return existsSync(name) && !statSync(name).isDirectory();
}

async function runDocument(input: CommandInput, name: string, losses: Losses): Promise<Document> {
  if (existsSync(name))
    throw new ProvenanceError("unreadable", `${name} is a directory; name a file, or a run with --dir`);
  try {
    const { openRecorded } = await import("./directory.ts"); // what documents are read without: a third of the time to start
    await using graph = await openRecorded(input);
    return documentOf(await graph.quads(name), losses);
  } catch (error) {
    if (!(error instanceof ProvenanceError)) throw error;
    if (error.code !== "not-found" && error.code !== "no-directory") throw error;
    throw new ProvenanceError(
      looksLikeFile(name) ? "unreadable" : error.code,
      `there is no file ${name}, and as a run: ${error.message}`,
      { cause: error },
    );
  }
}

/** What recorded quads state, with the prefixes that provml writes names with. */
export function documentOf(quads: readonly Quad[], losses: Losses): Document {
  const { document, ignored } = readStatements(quads, recordedPrefixes(quads));
  for (const { reason } of ignored) losses.add("left out of what was recorded", { reason });
  return document;
}

/** The usual ones, that of definitions, and of the execution if there is but one. */
function recordedPrefixes(quads: readonly Quad[]): Prefixes {
  const graphs = new Set(quads.map(({ graph }) => graph?.value ?? ""));
  const executions = [...graphs].filter((name) => EXECUTION.test(name)).map((name) => name.replace(EXECUTION, "$1"));
  const [only] = executions;
  if (only === undefined || executions.length > 1) return PREFIXES;
  return { ...PREFIXES, x: only, id: only.replace(/[^/#]+\/$/, "") };
}
const EXECUTION = /^(.*[/#][0-9a-f-]{36}\/)graph$/;

/** A name with an extension or a slash was meant as a file. */
function looksLikeFile(name: string): boolean {
  return /\.[A-Za-z]\w{0,7}$|[/\\]/.test(name);
}

function bytesOf(name: string, place: string): Uint8Array {
  try {
    return readFileSync(name === "-" ? 0 : name);
  } catch (cause) {
    throw new ProvenanceError("unreadable", `${place} cannot be read: ${(cause as Error).message}`, { cause });
  }
}
