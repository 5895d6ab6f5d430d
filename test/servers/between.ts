import { createServer, type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** What stands between a client and a server, as a proxy does, and notes what passes. */
export interface Between {
  readonly address: string;
  /** The server behind it, which may be another one from now on. */
  target: string;
  /** What is answered in place of the server. */
  instead: number | undefined;
  readonly passed: { readonly method: string; readonly status: number }[];
  /** Whether the text of what a GET is answered never ends: then who reads more than its head waits for ever. */
  holdsBack: boolean;
}

/** Listens on a free port of this machine until the test has ended. */
export async function standBetween(target: string): Promise<Between> {
  const server = createServer(async (asked, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of asked) pieces.push(piece as Buffer);
    const { method = "", url = "", headers } = asked;
    if (state.instead !== undefined) {
      state.passed.push({ method, status: state.instead });
      response.writeHead(state.instead, { server: "nginx" }).end();
      return;
    }
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = request(new URL(url, state.target), { method, headers }, resolve);
      sent.on("error", reject).end(Buffer.concat(pieces));
    });
    const status = answer.statusCode ?? 0;
    state.passed.push({ method, status });
    const { "content-length": _, ...kept } = answer.headers;
    response.writeHead(status, kept);
    answer.on("error", () => response.destroy());
    response.on("close", () => answer.destroy());
    answer.pipe(response, { end: !(state.holdsBack && method === "GET" && status < 300) });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const { pathname } = new URL(target);
  const address = `http://127.0.0.1:${port}${pathname === "/" ? "" : pathname}`;
  const state: Between = { address, target, instead: undefined, passed: [], holdsBack: false };
  return state;
}
