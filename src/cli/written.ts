import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { closeSync, existsSync, openSync, realpathSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { ProvenanceError } from "../model/error.ts";

/** Writes into the file that a command was told, in place of what it held, or to standard output where that is `-`. */
export async function writeOut(pieces: Iterable<string>, to: string): Promise<void> {
  if (to === "-") await print(pieces);
  else save(pieces, to);
}

async function print(pieces: Iterable<string>): Promise<void> {
  for (const piece of pieces) if (!process.stdout.write(piece)) await once(process.stdout, "drain");
}

/** Under its name the file is whole or not there. Through a link its target is written; a device or a pipe is written into. */
function save(pieces: Iterable<string>, given: string): void {
  const path = existsSync(given) ? realpathSync(given) : given;
  checkPlace(path, given);
  const isSpecial = existsSync(path) && !statSync(path).isFile();
  const into = isSpecial ? path : `${path}.${randomBytes(6).toString("hex")}.tmp`;
  let descriptor: number | undefined;
  try {
    descriptor = openSync(into, isSpecial ? "w" : "wx");
    for (const piece of pieces) writeAll(descriptor, Buffer.from(piece));
    closeSync(descriptor);
    descriptor = undefined;
    if (!isSpecial) renameSync(into, path);
  } catch (cause) {
    if (descriptor !== undefined) closeSync(descriptor);
    if (!isSpecial) rmSync(into, { force: true });
    if (cause instanceof ProvenanceError) throw cause;
    throw new Error(`${given} cannot be written: ${(cause as Error).message}`, { cause });
  }
}

function checkPlace(path: string, given: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new ProvenanceError("bad-option", `${given} is a folder; name the file to write in it`);
  const folder = dirname(path);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new ProvenanceError(
      "bad-option",
      `${given} cannot be written: the folder ${folder} is not there; make it or name another`,
    );
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
}
