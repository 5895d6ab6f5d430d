import { statSync } from "node:fs";
import { flush } from "../flush/flush.ts";
import { ProvenanceError } from "../model/error.ts";
import type { Graph } from "../query/index.ts";
import { sparql } from "../query/sparql.ts";
import { directoryPaths } from "../spool/directory.ts";
import type { SegmentHeader } from "../spool/format.ts";
import { processIdentity, writerState } from "../spool/liveness.ts";
import { listSegments, readSegment } from "../spool/reader.ts";
import { type Command, type CommandInput, DIRECTORY_OPTION, JSON_OPTION } from "./command.ts";
import { directoryOf, openFlushed, spoolOf } from "./directory.ts";
import { EXIT } from "./exit-codes.ts";
import { counted, duration, printJson, printNote } from "./output.ts";

/** Whoever wrote so recently is not dead, whatever a person thinks; a writer that goes on later looks first whether its file is there. */
const SILENT_MS = 60_000;

export const command: Command = {
  name: "close",
  summary: "declare that what wrote a run, or a scheduler's job, has ended, where nobody here can tell",
  usage: "RUN… | --job JOB [--if-any] [--json]",
  arguments: { least: 0, most: 1000 },
  options: {
    job: { type: "string", value: "JOB", summary: "all processes of this job, which the scheduler says to be over" },
    "if-any": { type: "boolean", summary: "that nothing was recorded by the job is no fault: for epilogs" },
    ...JSON_OPTION,
    ...DIRECTORY_OPTION,
  },
  async run(input) {
    const { job } = input.options;
    if ((job === undefined) === (input.positionals.length === 0))
      throw new ProvenanceError("bad-argument", `usage: provml close ${command.usage}`);
    const directory = directoryOf(input);
    const spool = spoolOf().spool ?? directoryPaths(directory).spool;
    const executions = await executionsOf(input);
    if (executions.size === 0 && input.options["if-any"] !== true)
      throw new ProvenanceError("not-found", `nothing in ${directory} was recorded by a job ${job}`);
    const { closed, left } = judge(spool, executions, job === undefined ? SILENT_MS : 0);
    if (closed.size > 0) {
      const declaresDead = ({ execution, writer }: SegmentHeader) => closed.has(keyOf(execution, writer));
      await flush(directory, { ...spoolOf(), declaresDead });
    }
    if (input.options.json === true) printJson({ closed: [...closed], left });
    else console.log(`${counted(closed.size, "writer")} closed`);
    for (const why of left) printNote(why);
    return left.length > 0 ? EXIT.no : EXIT.done;
  },
};

/** The UUIDs of the executions that are meant. What is pending counts too: whoever died may have left nothing else. */
async function executionsOf(input: CommandInput): Promise<ReadonlySet<string>> {
  await using graph = await openFlushed(input);
  const ids = typeof input.options.job === "string" ? await ofJob(graph, input.options.job) : [];
  for (const name of input.positionals) ids.push((await graph.run(name)).id);
  return new Set(ids.flatMap((id) => UUID.exec(id)?.[0] ?? []));
}
const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(?=\/[^/]*$)/;

/** A job is recorded as scheduler, cluster and number; it may be given as the number alone. */
async function ofJob(graph: Graph, job: string): Promise<string[]> {
  const rows = await graph.select(sparql`SELECT ?s ?job WHERE { ?s provml:job ?job }`);
  return rows.filter((row) => row.job === job || String(row.job).split(" ").at(-1) === job).map(({ s }) => String(s));
}

/** The writers that may be closed, and why others may not. Those that are proven dead have been closed by the pass before. */
function judge(spool: string, executions: ReadonlySet<string>, silentMs: number) {
  const self = processIdentity();
  const closed = new Set<string>();
  const left: string[] = [];
  for (const { path, writer } of listSegments(spool)) {
    const header = headerOf(path);
    if (header === undefined || !executions.has(header.execution)) continue;
    const key = keyOf(header.execution, writer);
    const writtenAt = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    const silentFor = Math.max(0, Date.now() - writtenAt);
    const who = `process ${header.pid} on ${header.host}, which writes ${writer},`;
    if (writerState(header, self) === "alive") left.push(`${who} lives; end it first`);
    else if (silentFor < silentMs) {
      closed.delete(key);
      left.push(`${who} wrote ${duration(silentFor)} ago; close it when it has been silent for a minute`);
    } else closed.add(key);
  }
  return { closed, left };
}

function headerOf(path: string): SegmentHeader | undefined {
  try {
    const reading = readSegment(path);
    reading?.close();
    return reading?.header;
  } catch {
    return undefined; // provml flush tells of it
  }
}

function keyOf(execution: string, writer: string): string {
  return `${execution}/${writer}`;
}
