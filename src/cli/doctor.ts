import { accessSync, constants, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { isWhole } from "../flush/graph-file.ts";
import { VERSION } from "../model/version.ts";
import { directoryPaths } from "../spool/directory.ts";
import { writerState } from "../spool/liveness.ts";
import { listSegments, readSegment } from "../spool/reader.ts";
import { type Command, JSON_OPTION } from "./command.ts";
import { directoryOf, spoolOf } from "./directory.ts";
import { filesBelow, networkFileSystem } from "./disk.ts";
import { EXIT } from "./exit-codes.ts";
import { printJson } from "./output.ts";

/** `fine` says what is so, `advice` what could be better, `wrong` what needs a person. */
interface Finding {
  readonly level: "fine" | "advice" | "wrong";
  readonly text: string;
}

export const command: Command = {
  name: "doctor",
  summary: "say what is configured, pending and wrong; exit 1 if anything is wrong",
  usage: "[--json]",
  arguments: { least: 0, most: 0 },
  options: JSON_OPTION,
  async run(input) {
    const directory = directoryOf(input);
    const paths = { ...directoryPaths(directory), ...spoolOf() };
    const findings = [
      ...configured(directory),
      ...place(directory, paths.spool),
      ...pending(paths.spool),
      ...graphFiles(paths.graph),
      ...quarantined(paths.quarantine),
    ];
    if (input.options.json === true) printJson(findings);
    else for (const { level, text } of findings) console.log(`${MARKS[level]} ${text}`);
    return findings.some(({ level }) => level === "wrong") ? EXIT.no : EXIT.done;
  },
};

const MARKS = { fine: "ok   ", advice: "note ", wrong: "WRONG" } as const;

function* configured(directory: string): Generator<Finding> {
  yield { level: "fine", text: `provml ${VERSION} on node ${process.versions.node}, directory ${directory}` };
  for (const [name, value] of Object.entries(process.env)) {
    if (!name.startsWith("PROVML_")) continue;
    const level = KNOWN_VARIABLES.has(name) ? "fine" : "advice";
    yield { level, text: level === "fine" ? `${name}=${value}` : `${name} is set, but provml knows no such variable` };
  }
}

const KNOWN_VARIABLES = new Set(
  ["DIR", "WORKFLOW", "AGENT", "BASE", "DURABILITY", "SPOOL", "QUIET", "DISABLED", "EXECUTION", "DEBUG"].map(
    (name) => `PROVML_${name}`,
  ),
);

function* place(directory: string, spool: string): Generator<Finding> {
  for (const folder of new Set([directory, dirname(spool) === directory ? directory : spool])) {
    const network = networkFileSystem(folder);
    if (network !== undefined) {
      const text = `${folder} lies on ${network}: a stalled server stalls the program; put PROVML_SPOOL on a disk of the node`;
      yield { level: "advice", text };
    }
    try {
      accessSync(folder, constants.W_OK);
    } catch {
      yield { level: "advice", text: `${folder} is not writable: it can be read, and what is pending stays pending` };
    }
  }
}

function* pending(spool: string): Generator<Finding> {
  let segments = 0;
  for (const { path, writer, sealed } of listSegments(spool)) {
    try {
      const reading = readSegment(path);
      if (reading === undefined) continue;
      segments++;
      const state = writerState(reading.header);
      if (!sealed)
        yield {
          level: "fine",
          text: `${writer} is written by process ${reading.header.pid} on ${reading.header.host} (${state})`,
        };
      for (const _ of reading.frames());
      if (reading.lostStatements + reading.lostRows > 0) {
        const text = `${writer} lost ${reading.lostStatements} statements and ${reading.lostRows} rows when it wrote`;
        yield { level: "wrong", text };
      }
      for (const { from, to, reason } of reading.damage)
        yield { level: "wrong", text: `${path}, bytes ${from}-${to}: ${reason}` };
    } catch (error) {
      yield { level: "wrong", text: (error as Error).message };
    }
  }
  yield {
    level: "fine",
    text:
      segments === 0 ? "nothing is pending in the spool" : `${segments} segments in the spool; provml flush moves them`,
  };
}

function* graphFiles(folder: string): Generator<Finding> {
  let whole = 0;
  for (const path of filesBelow(folder)) {
    if (!path.endsWith(".nq")) continue;
    if (isWhole(readFileSync(path))) whole++;
    else yield { level: "wrong", text: `${path} does not match its check sum; restore it from a copy` };
  }
  yield { level: "fine", text: `${whole} graph files match their check sums` };
}

function* quarantined(folder: string): Generator<Finding> {
  let count = 0;
  for (const _ of filesBelow(folder)) count++;
  if (count > 0)
    yield { level: "wrong", text: `${count} statements in ${folder} could not be delivered; each file says why` };
}
