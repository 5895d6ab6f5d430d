import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** A server on a free port of this machine that answers as `answer` does, and keeps what it was asked. */
export async function answering(
  answer: (request: Received, response: ServerResponse) => unknown,
): Promise<{ readonly address: string; readonly received: readonly Received[] }> {
  const received: Received[] = [];
  const listener: RequestListener = async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const { method = "", url = "", headers } = request;
    const whole = { method, url, headers, body: Buffer.concat(pieces).toString() };
    received.push(whole);
    answer(whole, response);
  };
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { address: `http://127.0.0.1:${port}`, received };
}

const JSON_TYPE = "application/sparql-results+json";

export function answerJson(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { "content-type": JSON_TYPE }).end(JSON.stringify(body));
}
