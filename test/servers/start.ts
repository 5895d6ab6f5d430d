import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export const SERVERS = ["virtuoso", "fuseki", "oxigraph"] as const;
export type ServerName = (typeof SERVERS)[number];

/** Of the one Virtuoso that is started here; nobody else reaches it. */
export const VIRTUOSO_USER = { kind: "password", user: "dba", password: "dba" } as const;

export interface Running {
  readonly address: string;
  stop(): Promise<void>;
}

interface Program {
  readonly command: string;
  readonly parameters: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly address: string;
  /** A header of its answers, by which it is told from whatever else may have taken its port. */
  readonly sign: readonly [header: string, value: RegExp];
}

/** How long a server may take on a machine that has other things to do. */
const MOST_STARTING_MS = 300_000;
const ATTEMPTS = 3;

/** Of the checkout, whether this file is compiled or not. */
const ROOT = new URL(import.meta.url.endsWith(".ts") ? "../../" : "../../../", import.meta.url);
const installed = fileURLToPath(new URL(".servers", ROOT));

/** What runs now: it ends with this process, however that ends itself. */
const children = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of children) child.kill("SIGKILL");
});

/** Starts a server with an empty store in a folder of its own. Returns why not, where it is not installed. */
export async function start(name: ServerName): Promise<Running | string> {
  const folders = existsSync(installed) ? readdirSync(installed) : [];
  const found = folders.find((folder) => folder.startsWith(`${name}-`));
  if (found === undefined) return "not installed; npm run servers:install gets it";
  for (let attempt = 1; ; attempt++) {
    const running = await startOnce(name, join(installed, found));
    if (!(running instanceof Error)) return running;
    if (attempt === ATTEMPTS) throw running; // a free port may be taken before it is used, but not each time
  }
}

async function startOnce(name: ServerName, home: string): Promise<Running | Error> {
  const folder = mkdtempSync(join(tmpdir(), `provml-${name}-`));
  const { command, parameters, environment, address, sign } = await PROGRAMS[name](home, folder);
  const child = spawn(command, parameters, { cwd: folder, env: { ...process.env, ...environment } });
  children.add(child);
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (text) => {
      printed = (printed + text).slice(-2000);
    });
  }
  child.on("error", (error) => {
    printed += error.message;
  });
  const stop = async () => {
    await ended(child);
    children.delete(child);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  const began = performance.now();
  while (performance.now() - began < MOST_STARTING_MS && isAlive(child)) {
    if (await answers(address, sign)) return { address, stop };
    await sleep(200);
  }
  const how = isAlive(child) ? `within ${MOST_STARTING_MS / 1000} s` : `but ended with ${child.exitCode}`;
  await stop();
  return new Error(`${name} did not start ${how}: ${printed}`);
}

function isAlive({ pid, exitCode, signalCode }: ChildProcess): boolean {
  return pid !== undefined && exitCode === null && signalCode === null;
}

/** At once, as nobody needs its store any more. */
async function ended(child: ChildProcess): Promise<void> {
  if (!isAlive(child)) return;
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}

async function answers(address: string, [header, value]: Program["sign"]): Promise<boolean> {
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(10_000) });
    await response.arrayBuffer();
    return value.test(response.headers.get(header) ?? "");
  } catch {
    return false;
  }
}

const PROGRAMS: Readonly<Record<ServerName, (home: string, folder: string) => Promise<Program>>> = {
  async virtuoso(home, folder) {
    const [http, sql] = [await freePort(), await freePort()];
    writeFileSync(join(folder, "virtuoso.ini"), virtuosoIni(http, sql));
    const libraries = ["usr/lib", "lib"].flatMap((path) => foldersIn(join(home, "root", path)));
    return {
      command: join(home, "root/usr/bin/virtuoso-t"),
      parameters: ["+foreground", "+configfile", "virtuoso.ini"],
      environment: { LD_LIBRARY_PATH: [...libraries, process.env.LD_LIBRARY_PATH].filter(Boolean).join(":") },
      address: `http://127.0.0.1:${http}/sparql`,
      sign: ["server", /^virtuoso\b/i],
    };
  },
  async fuseki(home, folder) {
    const port = await freePort();
    const jar = readdirSync(home).find((file) => file.endsWith(".jar")) ?? "";
    mkdirSync(join(folder, "tdb"));
    return {
      command: "java",
      parameters: ["-Xmx1g", "-jar", join(home, jar), "--port", `${port}`, "--localhost"].concat([
        "--update",
        "--tdb2",
        "--loc",
        join(folder, "tdb"),
        "/provml",
      ]),
      environment: { FUSEKI_BASE: join(folder, "base") },
      address: `http://127.0.0.1:${port}/provml`,
      sign: ["fuseki-request-id", /./],
    };
  },
  async oxigraph(home, folder) {
    const port = await freePort();
    const data = readdirSync(home).find((file) => file.endsWith(".data")) ?? "";
    return {
      command: join(home, data, "scripts/oxigraph"),
      parameters: ["serve", "--location", join(folder, "store"), "--bind", `127.0.0.1:${port}`, "--timeout-s", "30"],
      address: `http://127.0.0.1:${port}`,
      sign: ["server", /^oxigraph\b/i],
    };
  },
};

function foldersIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [join(folder, entry.name)] : [],
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** Small, and as the documentation tells to set it up: docs/servers.md. */
function virtuosoIni(http: number, sql: number): string {
  return `
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:${sql}
NumberOfBuffers = 40000
MaxDirtyBuffers = 30000
ThreadsPerQuery = 2
[HTTPServer]
ServerPort = 127.0.0.1:${http}
ServerThreads = 16
[SPARQL]
ResultSetMaxRows = 100000
`;
}
