import { accessSync, closeSync, constants, existsSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { namePlan } from "../model/plan.ts";
import { VERSION } from "../model/version.ts";
import { isWhole } from "../rdf/graph-file.ts";
import { readSeriesFile } from "../series/read.ts";
import { directoryPaths } from "../spool/directory.ts";
import { writerState } from "../spool/liveness.ts";
import { listSegments, readSegment } from "../spool/reader.ts";
import { type Command, DIRECTORY_OPTION, JSON_OPTION } from "./command.ts";
import { directoryOf, spoolOf } from "./directory.ts";
import { filesBelow, networkFileSystem } from "./disk.ts";
import { EXIT } from "./exit-codes.ts";
import type { Finding } from "./finding.ts";
import { flusherFindings } from "./flusher-findings.ts";
import { counted, plainText, printJson } from "./output.ts";

export const command: Command = {
  name: "doctor",
  summary: "say what is configured, pending and wrong; exit 1 if anything is wrong",
  usage: "[--json]",
  arguments: { least: 0, most: 0 },
  options: { ...JSON_OPTION, ...DIRECTORY_OPTION },
  async run(input) {
    const directory = directoryOf(input);
    const paths = { ...directoryPaths(directory), ...spoolOf() };
    const findings = [
      ...configured(directory),
      ...place(directory, paths.spool),
      ...pending(paths.spool),
      ...flusherFindings(directory, paths.spool, Date.now()),
      ...graphFiles(paths.graph),
      ...(await seriesFiles(paths.series)),
      ...plans(join(directory, "plans")),
      ...quarantined(paths.quarantine),
    ];
    if (input.options.json === true) printJson(findings);
    else for (const { level, text } of findings) console.log(`${MARKS[level]} ${plainText(text)}`);
    return findings.some(({ level }) => level === "wrong") ? EXIT.no : EXIT.done;
  },
};

const MARKS = { fine: "ok   ", advice: "note ", wrong: "WRONG" } as const;

function* configured(directory: string): Generator<Finding> {
  yield { level: "fine", text: `provml ${VERSION} on node ${process.versions.node}, directory ${directory}` };
  for (const [name, value] of Object.entries(process.env)) {
    if (!name.startsWith("PROVML_")) continue;
    const short = name.slice("PROVML_".length);
    if (SECRET_VARIABLES.has(short)) yield { level: "fine", text: `${name} is set` };
    else if (KNOWN_VARIABLES.has(short)) yield { level: "fine", text: `${name}=${value}` };
    else yield { level: "advice", text: `${name} is set, but provml knows no such variable` };
  }
}

const KNOWN_VARIABLES = new Set([
  ...["DIR", "WORKFLOW", "AGENT", "BASE", "DURABILITY", "SPOOL", "QUIET", "DISABLED", "EXECUTION", "DEBUG"],
  ...["STEP", "RUN", "STUDY", "SHARED", "CHANGES", "SAMPLE_INTERVAL_MS"],
  ...["STORE", "STORE_USER", "STORE_CREDENTIALS", "STORE_DIALECT"],
]);
/** Their values are nobody's business. */
const SECRET_VARIABLES = new Set(["STORE_PASSWORD", "STORE_TOKEN", "PSEUDONYM_KEY", "SECRETS"]);

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
      const { pid, host } = reading.header;
      const state = LIVES[writerState(reading.header)];
      if (!sealed) yield { level: "fine", text: `${writer} is written by process ${pid} on ${host}, ${state}` };
      for (const _ of reading.frames()); // closes the file at its end
      if (reading.lostStatements + reading.lostRows > 0) {
        const lost = `${counted(reading.lostStatements, "statement")} and ${counted(reading.lostRows, "row")}`;
        yield { level: "wrong", text: `${writer} lost ${lost} when it wrote; look at the space on its disk` };
      }
      for (const { from, to, reason } of reading.damage)
        yield { level: "wrong", text: `${path}, bytes ${from}-${to}: ${reason}` };
    } catch (error) {
      yield { level: "wrong", text: (error as Error).message };
    }
  }
  const what = segments === 0 ? "nothing is pending in the spool" : `${counted(segments, "segment")} in the spool`;
  yield { level: "fine", text: segments === 0 ? what : `${what}; provml flush moves what can be moved` };
}

const LIVES = {
  alive: "which lives",
  dead: "which is dead",
  unknown: "of which nobody here can say if it lives",
} as const;

function* graphFiles(folder: string): Generator<Finding> {
  let whole = 0;
  for (const path of filesBelow(folder)) {
    if (!path.endsWith(".nq")) continue;
    const bytes = bytesOf(path);
    if (bytes === undefined) continue;
    if (isWhole(bytes)) whole++;
    else yield { level: "wrong", text: `${path} does not match its check sum; restore it from a copy` };
  }
  yield {
    level: "fine",
    text: `${counted(whole, "graph file matches its check sum", "graph files match their check sums")}`,
  };
}

/** Undefined where a compaction has just put the file's lines into another one. */
function bytesOf(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

async function seriesFiles(folder: string): Promise<Finding[]> {
  const findings: Finding[] = [];
  let whole = 0;
  for (const path of filesBelow(folder)) {
    if (!path.endsWith(".parquet") || !existsSync(path)) continue;
    const text = isParquet(path)
      ? await wrongWithRows(path)
      : `${path} is no whole Parquet file; restore it from a copy`;
    if (text === undefined) whole++;
    else findings.push({ level: "wrong", text });
  }
  findings.push({ level: "fine", text: `${counted(whole, "series file is", "series files are")} whole` });
  return findings;
}

/** Undefined where the rows are those of the digest beside them, or where a compaction has just put them into another file. */
async function wrongWithRows(path: string): Promise<string | undefined> {
  try {
    await readSeriesFile(path);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? undefined : (error as Error).message;
  }
}

/** A Parquet file begins and ends with these four bytes. */
const PARQUET = "PAR1";

function isParquet(path: string): boolean {
  const ends = Buffer.alloc(2 * PARQUET.length);
  const { size } = statSync(path);
  const fd = openSync(path, "r");
  try {
    readSync(fd, ends, 0, PARQUET.length, 0);
    readSync(fd, ends, PARQUET.length, PARQUET.length, Math.max(0, size - PARQUET.length));
  } finally {
    closeSync(fd);
  }
  return ends.toString("latin1") === PARQUET + PARQUET;
}

function* plans(folder: string): Generator<Finding> {
  for (const path of filesBelow(folder)) {
    if (!path.endsWith(".json")) continue;
    try {
      const { plan } = namePlan(JSON.parse(readFileSync(path, "utf8")));
      yield { level: "fine", text: `${plan.name} has an accepted plan of ${counted(plan.steps.length, "step")}` };
    } catch (error) {
      const advice = "accept one again with provml plan accept RUN";
      yield { level: "wrong", text: `${path} holds no plan (${(error as Error).message}); ${advice}` };
    }
  }
}

function* quarantined(folder: string): Generator<Finding> {
  let count = 0;
  let refused = 0;
  for (const path of filesBelow(folder)) {
    if (basename(path).startsWith("replica-")) refused++;
    else count++;
  }
  if (count > 0)
    yield { level: "wrong", text: `${counted(count, "file")} in ${folder}: no graph can hold that; each says why` };
  if (refused > 0)
    yield { level: "advice", text: `${counted(refused, "quad")} in ${folder} that a server refused; each says why` };
}
