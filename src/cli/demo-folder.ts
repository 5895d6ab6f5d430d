import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ProvenanceError } from "../model/error.ts";

const EXAMPLE = fileURLToPath(new URL("../../examples/penguins.js", import.meta.url));
const COMMAND = fileURLToPath(new URL("./main.js", import.meta.url));

/** The demo's own folder and what it starts there. */
export interface DemoFolder {
  readonly directory: string;
  /** A file that the example makes, or that the demo makes beside it. */
  path(name: "penguins-model.json" | "unknown.bin"): string;
  startExample(stdio: "inherit" | "ignore"): ChildProcess;
  startCommand(...args: readonly string[]): ChildProcess;
}

/** Tells the demo's folder from others: only a folder with this file is emptied. */
const MARKER = "provml-demo.txt";
const OWN_NAMES = [".provml", "penguins-model.json", "unknown.bin", MARKER];

/**
 * The folder, made anew. One that holds anything else, provenance of real work for instance, is left alone.
 * @throws {ProvenanceError} `bad-argument` for such a folder, `not-found` where the example is missing.
 */
export function makeDemoFolder(folder: string): DemoFolder {
  if (!existsSync(EXAMPLE)) {
    throw new ProvenanceError(
      "not-found",
      "the demo's example is part of a checkout of provml, not of the package; clone it, then npm ci && npm run demo",
    );
  }
  const names = namesIn(folder);
  const isOwn = names.includes(MARKER) && names.every((name) => OWN_NAMES.includes(name));
  if (names.length > 0 && !isOwn) {
    throw new ProvenanceError("bad-argument", `${folder} holds other files; name an empty folder: provml demo FOLDER`);
  }
  for (const name of names) rmSync(join(folder, name), { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, MARKER), "Made by provml demo, which empties this folder and fills it anew each time.\n");
  const directory = join(folder, ".provml");
  const env = environmentFor(directory);
  return {
    directory,
    path: (name) => join(folder, name),
    startExample: (stdio) => spawn(process.execPath, [EXAMPLE], { cwd: folder, env, stdio }),
    startCommand: (...args) => spawn(process.execPath, [COMMAND, ...args], { env, stdio: "inherit" }),
  };
}

/** @throws {ProvenanceError} `unreadable` when the child does not end with 0. */
export async function finished(child: ChildProcess, what: string): Promise<void> {
  const [code, signal] = await once(child, "exit");
  if (code === 0) return;
  throw new ProvenanceError("unreadable", `${what} ended with ${code ?? signal}; its own lines above say why`);
}

/** What the user has configured for real work is not for the demo. */
function environmentFor(directory: string): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith("PROVML_"));
  return { ...Object.fromEntries(others), PROVML_DIR: directory, PROVML_QUIET: "1" };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw new ProvenanceError("bad-argument", `${folder} cannot be used as a folder: ${(cause as Error).message}`, {
      cause,
    });
  }
}
