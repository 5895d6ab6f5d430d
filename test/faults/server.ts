import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Store } from "oxigraph";

/**
 * How a server meets a request that writes. `down`: the connection breaks at once. `slow`: it stores, and answers too late. `fails`: 503,
 * nothing stored. `half`: the answer breaks off, nothing stored. `lost`: it stores, and the answer never comes. `partly`: it stores
 * some of it and answers 500.
 */
export const MOODS = ["down", "slow", "fails", "half", "lost", "partly"] as const;
export type Mood = (typeof MOODS)[number] | "well";

export interface FaultyServer extends AsyncDisposable {
  readonly address: string;
  /** How many requests it met in each mood. */
  readonly met: ReadonlyMap<Mood, number>;
  /** Different lines of named graphs, sorted. */
  lines(): string[];
}

export interface FaultyOptions {
  /** The mood of the next request. */
  readonly mood?: () => Mood;
  /** Lines that it answers with 400, whatever stands beside them. */
  readonly refuses?: (line: string) => boolean;
  readonly slowMs?: number;
  /** Whether it answers the next question; where not, with 503. */
  readonly answers?: () => boolean;
}

/** A real store behind HTTP that speaks as Oxigraph's server does, and misbehaves as it is told. */
export async function faultyServer(options: FaultyOptions = {}): Promise<FaultyServer> {
  const { mood = () => "well" as const, refuses = () => false, slowMs = 400, answers = () => true } = options;
  const store = new Store();
  const met = new Map<Mood, number>();
  const load = (text: string) => store.load(text, { format: "application/n-quads" });
  const write = async (text: string, response: ServerResponse) => {
    const now = mood();
    met.set(now, (met.get(now) ?? 0) + 1);
    if (now !== "down" && now !== "fails" && text.split("\n").some(refuses)) {
      response.writeHead(400, SERVER).end("I do not take this");
      return;
    }
    switch (now) {
      case "down":
        response.destroy();
        return;
      case "fails":
        response.writeHead(503, { ...SERVER, "retry-after": "1" }).end("later");
        return;
      case "half":
        response.writeHead(500, { ...SERVER, "content-length": "1000" }).write("half of");
        setImmediate(() => response.destroy());
        return;
      case "partly":
        load(text.slice(0, text.lastIndexOf("\n", text.length / 2) + 1));
        response.writeHead(500, SERVER).end("broken");
        return;
      case "lost":
        load(text);
        response.destroy();
        return;
      case "slow":
        load(text);
        await sleep(slowMs);
        response.writeHead(204, SERVER).end();
        return;
      case "well":
        load(text);
        response.writeHead(204, SERVER).end();
    }
  };
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    if (request.method === "GET") response.writeHead(200, SERVER).end();
    else if (request.url?.split("?")[0] === "/store") await write(body, response);
    else if (request.url === "/update") {
      store.update(new URLSearchParams(body).get("update") ?? "");
      response.writeHead(204, SERVER).end();
    } else if (!answers()) response.writeHead(503, SERVER).end("no questions now");
    else answer(store, body, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}`,
    met,
    lines() {
      const all = store.dump({ format: "application/n-quads" }).split("\n");
      return all.filter(isNamed).sort();
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const SERVER = { server: "Oxigraph/0.5" };

/** Whether a line of N-Quads has a graph: a line of the default graph ends in its object. */
function isNamed(line: string): boolean {
  const object = line.replace(/^<[^>]*> <[^>]*> /, "");
  return object.startsWith("<") ? /^<[^>]*> <[^>]*> \.$/.test(object) : /(?:"|>|@[\w-]+) <[^>]*> \.$/.test(object);
}

function answer(store: Store, body: string, response: ServerResponse): void {
  const query = new URLSearchParams(body).get("query") ?? "";
  const type = /^\s*CONSTRUCT|DESCRIBE/.test(query) ? "application/n-triples" : "application/sparql-results+json";
  try {
    const text = store.query(query, { results_format: type }) as unknown as string;
    response.writeHead(200, { ...SERVER, "content-type": type }).end(text);
  } catch (error) {
    response.writeHead(400, SERVER).end(String(error));
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString();
}
