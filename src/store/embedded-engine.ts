import { Worker } from "node:worker_threads";
import { ProvenanceError } from "../model/error.ts";
import type { EngineOptions, Reply, Request } from "./embedded-worker.ts";

type Fault = Extract<Reply, { fault: string }>;

/** A thread with one Oxigraph in it. It keeps the process alive only while something is asked of it. */
export class Engine {
  readonly #worker: Worker;
  readonly #waiting: { resolve: (reply: Reply) => void; reject: (error: Error) => void }[] = [];
  #ended: Error | undefined;

  constructor(options: EngineOptions) {
    // Beside the compiled file: Node 20 starts no thread from TypeScript. None of the process' own flags: some, such as
    // --input-type, keep a thread from starting, and loaders have nothing to do there.
    const file = new URL("./embedded-worker.js", import.meta.url);
    this.#worker = new Worker(file, { workerData: options, execArgv: [] });
    this.#worker.unref();
    this.#worker.on("message", (reply: Reply) => {
      this.#waiting.shift()?.resolve(reply);
      if (this.#waiting.length === 0) this.#worker.unref();
    });
    this.#worker.on("error", (error: NodeJS.ErrnoException) => {
      this.end(error.code === "ERR_WORKER_OUT_OF_MEMORY" ? crashed(error.message, error) : error);
    });
    this.#worker.on("exit", (code) => this.end(crashed(`its thread ended with code ${code}`)));
  }

  get ended(): boolean {
    return this.#ended !== undefined;
  }

  /** Answers come in the order of the calls. Rejects when the engine ends first. */
  async ask(request: Request, transfer: readonly ArrayBuffer[] = []): Promise<string | number> {
    if (this.#ended) throw this.#ended;
    const reply = await new Promise<Reply>((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#worker.ref();
      this.#worker.postMessage(request, transfer);
    });
    if (!("fault" in reply)) return reply.done;
    const error = faultError(reply);
    if (reply.fault === "crashed") await this.end(error);
    throw error;
  }

  /** Ends the thread, in the middle of its work if need be; what was asked and not answered rejects with this error. */
  async end(error: Error): Promise<void> {
    if (this.#ended) return;
    this.#ended = error;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
    await this.#worker.terminate();
  }
}

function faultError({ fault, message }: Fault): ProvenanceError {
  const line = oneLine(message);
  switch (fault) {
    case "bad-query":
      return new ProvenanceError("bad-query", `the query was refused: ${line}`);
    case "unreadable":
      return new ProvenanceError("unreadable", `what was to be loaded is not N-Quads: ${line}`);
    case "too-large":
      return tooLarge(line);
    case "crashed":
      return crashed(line);
  }
}

function crashed(why: string, cause?: unknown): ProvenanceError {
  return tooLarge(`the engine broke down, out of memory most likely: ${oneLine(why)}`, cause);
}

function tooLarge(why: string, cause?: unknown): ProvenanceError {
  return new ProvenanceError(
    "too-large",
    `this is too much for the embedded store (${why}); ask for less, or put the graph into a SPARQL server`,
    { cause },
  );
}

/** How much of an engine's message is shown: its lists of what it expected run to many lines. */
const LONGEST_MESSAGE = 300;

function oneLine(message: string): string {
  const line = message.replace(/\s+/g, " ").trim();
  return line.length <= LONGEST_MESSAGE ? line : `${line.slice(0, LONGEST_MESSAGE).toWellFormed()}…`;
}
