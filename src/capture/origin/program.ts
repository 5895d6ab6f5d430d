import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import os from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { bytesAt } from "../content/files.ts";
import { redactArguments } from "../secrets.ts";

/** The package that runs: nearest package.json above the entry script, else above the working directory. */
export interface Package {
  readonly name?: string;
  readonly version?: string;
  readonly folder: string;
}

export function entryScript(): string | undefined {
  return process.argv[1] === undefined ? undefined : resolve(process.argv[1]);
}

export function packageAround(folder: string): Package | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, "package.json");
    if (existsSync(path)) {
      const { name, version } = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
      return {
        folder: at,
        ...(typeof name === "string" ? { name } : {}),
        ...(typeof version === "string" ? { version } : {}),
      };
    }
    if (dirname(at) === at) return undefined;
  }
}

/** The command line as it was typed, shortened to base names of node and script, secrets replaced. */
export function commandLine(): string {
  const [node = "node", script, ...rest] = process.argv;
  const words = [basename(node), ...(script === undefined ? [] : [basename(script)]), ...redactArguments(rest)];
  return words
    .map((word) => (/^[\w./:=@,+-]+$/.test(word) ? word : JSON.stringify(word)))
    .join(" ")
    .slice(0, 2000);
}

/** Options whose next word is a program's text, and those that tell only how somebody looks at the program. */
const TEXT_OPTIONS = /^(-e|-p|-pe|--eval|--print)$/;
const TOOL_OPTIONS = /^--(inspect|watch|test|cpu-prof|heap-prof|title|icu-data-dir)/;
const MOST_OPTIONS = 50;

/** The switches of the runtime, those of NODE_OPTIONS among them, which may change results and limits; secrets replaced. */
export function runtimeOptions(
  given: readonly string[] = process.execArgv,
  variable: string | undefined = process.env.NODE_OPTIONS,
): string[] {
  const own: string[] = [];
  for (let i = 0; i < given.length; i++) {
    const word = given[i] as string;
    if (TEXT_OPTIONS.test(word)) i++;
    else if (!/^--(eval|print)=/.test(word)) own.push(withoutCode(word));
  }
  const more = variable?.match(/"(?:\\.|[^"])*"|\S+/g)?.map(withoutCode) ?? [];
  const words = [...redactArguments(own), ...redactArguments(more)];
  return joinValues(words)
    .filter((option) => !TOOL_OPTIONS.test(option))
    .slice(0, MOST_OPTIONS)
    .map((option) => option.slice(0, 256));
}

/** Of a module that is given as text, only that it is. */
function withoutCode(word: string): string {
  return word.replace(/\bdata:[^,]*,.*/s, "data:…");
}

/** `--import ./hooks.js` is one option. */
function joinValues(words: readonly string[]): string[] {
  const options: string[] = [];
  for (const word of words) {
    if (word.startsWith("-") || options.length === 0) options.push(word);
    else options.push(`${options.pop()} ${word}`);
  }
  return options;
}

export function userName(): string {
  try {
    return os.userInfo().username;
  } catch {
    return process.env.USER ?? "unknown"; // a container may have no entry for its user id
  }
}

/** The file that pins what the program ran with. */
export interface Lockfile {
  readonly path: string;
  /** Its SHA-256, in hexadecimal. */
  readonly digest: string;
}

/** In the order in which package managers prefer them where a folder has several. */
const NAMES = [
  "npm-shrinkwrap.json",
  "package-lock.json",
  "pnpm-lock.yaml",
  "yarn.lock",
  "bun.lock",
  "bun.lockb",
  "deno.lock",
];

/**
 * The nearest lockfile upwards from a package: of a workspace's member it lies beside the workspace's package.json. It is looked for up to the
 * repository's top, and outside of one only in folders that are packages, for a stray one further up pins nothing here.
 */
export function lockfile(folder: string, repository: string | undefined): Lockfile | undefined {
  for (let at = folder; ; at = dirname(at)) {
    for (const name of NAMES) {
      const path = join(at, name);
      const bytes = bytesAt(path);
      if (bytes !== undefined) return { path, digest: createHash("sha256").update(bytes).digest("hex") };
    }
    const above = dirname(at);
    if (at === repository || above === at) return undefined;
    if (repository === undefined && !existsSync(join(above, "package.json"))) return undefined;
  }
}
