import { accessSync, constants } from "node:fs";
import { flush } from "../flush/flush.ts";
import { ProvenanceError } from "../model/error.ts";
import { type Graph, open } from "../query/index.ts";
import { checkDirectory, findDirectory } from "../spool/directory.ts";
import type { CommandInput } from "./command.ts";

/**
 * The directory that a command is about.
 * @throws {ProvenanceError} `no-directory`, `foreign-directory`.
 */
export function directoryOf({ options }: CommandInput): string {
  const given = (options.dir as string | undefined) ?? process.env.PROVML_DIR ?? findDirectory();
  if (given === undefined) {
    throw new ProvenanceError("no-directory", "there is no .provml directory here or above; name one with --dir");
  }
  checkDirectory(given);
  return given;
}

/** Opens the directory for questions. What has ended is flushed first; without permission to write it is read where it lies. */
export async function openFlushed(input: CommandInput): Promise<Graph> {
  const directory = directoryOf(input);
  if (isWritable(directory)) await flush(directory, { includesOpen: false, ...spoolOf() });
  return await open(directory, spoolOf());
}

/** The spool's own place, where the program that records was told one. */
export function spoolOf(): { readonly spool?: string } {
  const spool = process.env.PROVML_SPOOL;
  return spool === undefined || spool === "" ? {} : { spool };
}

function isWritable(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
