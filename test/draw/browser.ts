import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";

/** The browsers that Debian and others call so; the first that is there. */
const NAMES = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"];

export const BROWSER = NAMES.find((name) => spawnSync(name, ["--version"]).status === 0);

/** What a page did, beside what it shows. */
export interface Seen {
  /** What it wrote to its console, errors, scripts that failed, what its policy refused. */
  readonly complaints: string[];
  /** The addresses that it asked for, the page's own among them. */
  readonly requests: string[];
}

interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

/** A browser that is told what to do over a pipe, so that no port is taken. */
export class Browser {
  readonly #process: ChildProcess;
  readonly #profile = mkdtempSync(join(tmpdir(), "provml-browser-"));
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  readonly #ended: Promise<void>;
  #listener: (answer: Answer) => void = () => {};
  #count = 0;
  #rest = "";

  constructor(name: string) {
    const options = [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--no-first-run",
      "--disable-dev-shm-usage",
      "--remote-debugging-pipe",
    ];
    this.#process = spawn(name, [...options, `--user-data-dir=${this.#profile}`], {
      stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
    });
    this.#ended = new Promise((done) => this.#process.on("exit", () => done()));
    const from = this.#process.stdio[4] as Readable;
    from.setEncoding("utf8");
    from.on("data", (text: string) => {
      const parts = (this.#rest + text).split("\0");
      this.#rest = parts.pop() ?? "";
      for (const part of parts) this.#take(JSON.parse(part) as Answer);
    });
  }

  #take(answer: Answer): void {
    if (answer.id === undefined) this.#listener(answer);
    else this.#waiting.get(answer.id)?.(answer);
  }

  async #ask(method: string, params: object = {}, sessionId?: string): Promise<Record<string, unknown>> {
    const id = ++this.#count;
    const answered = new Promise<Answer>((done) => this.#waiting.set(id, done));
    (this.#process.stdio[3] as Writable).write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    const { result, error } = await Promise.race([
      answered,
      this.#ended.then((): Answer => ({ error: { message: "the browser ended" } })),
    ]);
    if (error !== undefined || result === undefined) throw new Error(`${method}: ${error?.message}`);
    return result;
  }

  /** Opens a page in a window of this size, asks it something, and returns that with what the page did. */
  async open<T>(
    url: string,
    look: { readonly width: number; readonly scheme: "light" | "dark" },
    question: string,
  ): Promise<Seen & { readonly answer: T; readonly screenshot: Buffer; readonly pages: Buffer }> {
    const { targetId } = await this.#ask("Target.createTarget", { url: "about:blank" });
    const attached = await this.#ask("Target.attachToTarget", { targetId, flatten: true });
    const sessionId = attached.sessionId as string;
    const ask = (method: string, params?: object) => this.#ask(method, params, sessionId);
    const seen: Seen = { complaints: [], requests: [] };
    this.#listener = ({ method, params }) => {
      if (method === "Network.requestWillBeSent") seen.requests.push((params as unknown as Sent).request.url);
      else if (isComplaint(method, params)) seen.complaints.push(JSON.stringify(params));
    };
    for (const domain of ["Page", "Runtime", "Log", "Network"]) await ask(`${domain}.enable`);
    await ask("Emulation.setDeviceMetricsOverride", {
      width: look.width,
      height: 900,
      deviceScaleFactor: 1,
      mobile: false,
    });
    await ask("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: look.scheme }] });
    await ask("Page.navigate", { url });
    const evaluate = async (expression: string) => {
      const { result } = await ask("Runtime.evaluate", { expression, returnByValue: true, awaitPromise: true });
      return (result as { value?: unknown } | undefined)?.value;
    };
    const isThere = `location.href === ${JSON.stringify(url)} && document.readyState === "complete"`;
    while ((await evaluate(isThere).catch(() => false)) !== true) await sleep(50); // the empty page may be asked before
    const answer = (await evaluate(question)) as T;
    const { data } = await ask("Page.captureScreenshot", { captureBeyondViewport: true });
    const { data: pdf } = await ask("Page.printToPDF", {});
    await this.#ask("Target.closeTarget", { targetId });
    return {
      ...seen,
      answer,
      screenshot: Buffer.from(data as string, "base64"),
      pages: Buffer.from(pdf as string, "base64"),
    };
  }

  async close(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#ended;
    try {
      rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
    } catch {
      // its children may write there for a while after it was killed
    }
  }
}

type Sent = { readonly request: { readonly url: string } };

/** What the browser advises about a slow machine is none of the page's. */
function isComplaint(method: string | undefined, params: unknown): boolean {
  if (method === "Log.entryAdded") return (params as { entry: { level: string } }).entry.level === "error";
  return method === "Runtime.consoleAPICalled" || method === "Runtime.exceptionThrown";
}
