import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

interface ChatRequest {
  readonly model: string;
  readonly stream?: boolean;
  readonly messages: readonly { readonly role: string; readonly content: unknown }[];
  readonly tools?: readonly { readonly function: { readonly name: string } }[];
}

/** A server on loopback that speaks the chat-completions protocol: it answers with the last message, reversed. */
export interface ChatServer extends AsyncDisposable {
  readonly baseUrl: string;
  /** Every request that came. */
  readonly requests: readonly ChatRequest[];
  close(): Promise<void>;
}

/** `fail this`: status 500 or, streamed, an early end; `use the tool`: a call of the first tool; `use the tool` again gets text. */
export async function chatServer(): Promise<ChatServer> {
  const requests: ChatRequest[] = [];
  const server = createServer(async (request, response) => {
    const asked = (await json(request)) as ChatRequest;
    requests.push(asked);
    answer(request, response, asked);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const close = () =>
    new Promise<void>((closed) => {
      server.closeAllConnections();
      server.close(() => closed());
    });
  const { port } = server.address() as AddressInfo;
  return { baseUrl: `http://127.0.0.1:${port}/v1`, requests, close, [Symbol.asyncDispose]: close };
}

function answer(_request: IncomingMessage, response: ServerResponse, asked: ChatRequest): void {
  const last = textOf(asked.messages.at(-1)?.content);
  const head = { id: "answer-1", created: 1_700_000_000, model: `${asked.model}-2026-11` };
  if (last.includes("fail this")) {
    response.writeHead(400, { "content-type": "application/json" });
    response.end(JSON.stringify({ error: { message: "no such luck", type: "bad_luck", code: 400 } }));
    return;
  }
  const usage = { prompt_tokens: countOf(asked), completion_tokens: last.length, total_tokens: 0 };
  const tool = asked.tools?.[0]?.function.name;
  const isToolCall = tool !== undefined && asked.messages.every(({ role }) => role !== "tool");
  const message = isToolCall
    ? {
        role: "assistant",
        content: null,
        tool_calls: [{ id: "call-1", type: "function", function: { name: tool, arguments: '{"x":21}' } }],
      }
    : { role: "assistant", content: reversed(last) };
  const finish_reason = isToolCall ? "tool_calls" : "stop";
  if (!asked.stream) {
    response.setHeader("content-type", "application/json");
    response.end(
      JSON.stringify({ ...head, object: "chat.completion", choices: [{ index: 0, message, finish_reason }], usage }),
    );
    return;
  }
  response.setHeader("content-type", "text/event-stream");
  const send = (choice: object, more: object = {}) =>
    response.write(
      `data: ${JSON.stringify({ ...head, object: "chat.completion.chunk", choices: [{ index: 0, ...choice }], ...more })}\n\n`,
    );
  for (const character of reversed(last)) send({ delta: { role: "assistant", content: character } });
  send({ delta: {}, finish_reason }, { usage });
  response.end("data: [DONE]\n\n");
}

function countOf({ messages }: ChatRequest): number {
  return messages.reduce((sum, { content }) => sum + textOf(content).length, 0);
}

function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  return Array.isArray(content) ? content.map((part) => String(part.text ?? "")).join("") : "";
}

function reversed(text: string): string {
  return [...text].reverse().join("");
}
