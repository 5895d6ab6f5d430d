import { canonicalJson } from "../../capture/content/canonical-json.ts";
import { jsonValue } from "./json-value.ts";

/**
 * What went into a language model or came out of it. `text` is what its digest is of (SHA-256 of its UTF-8 bytes):
 *
 * - of plain text, that text (`text/plain`);
 * - of messages, the list of `{"content", "role"}` as canonical JSON (`application/json`), with `"toolCalls"` where a message has some;
 * - of an answer that is more than text, the list of its parts as canonical JSON.
 *
 * A content of one text part is that text. `text` is absent where it would be too large.
 */
export interface Content {
  readonly text?: string | undefined;
  readonly mediaType: "text/plain" | "application/json";
  /** The length of all texts in it, in UTF-16 code units. */
  readonly characterCount: number;
  readonly messageCount?: number;
}

export function textContent(text: string): Content {
  return {
    text: text.length <= LONGEST_TEXT ? text : undefined,
    mediaType: "text/plain",
    characterCount: text.length,
  };
}
const LONGEST_TEXT = 1024 * 1024;

export interface Message {
  readonly role: string;
  /** A string, or a list of parts. */
  readonly content: unknown;
  readonly toolCalls?: unknown;
}

export function messagesContent(messages: readonly Message[]): Content {
  const plain = messages.map(({ role, content, toolCalls }) => {
    const hasCalls = Array.isArray(toolCalls) && toolCalls.length > 0;
    return { role: ROLES[role] ?? role, content: textAlone(content), ...(hasCalls ? { toolCalls } : {}) };
  });
  return {
    text: canonicalJson(jsonValue(plain)),
    mediaType: "application/json",
    characterCount: plain.reduce((sum, { content }) => sum + lengthOf(content), 0),
    messageCount: plain.length,
  };
}

/** What the libraries call the same. */
const ROLES: Readonly<Record<string, string>> = { human: "user", ai: "assistant", model: "assistant" };

/** An answer: its text where that is all, else its parts. */
export function partsContent(parts: unknown): Content {
  const content = textAlone(parts);
  if (typeof content === "string") return textContent(content);
  return { text: canonicalJson(jsonValue(content)), mediaType: "application/json", characterCount: lengthOf(content) };
}

/** The text of a list that holds a single text part; everything else as it is. */
function textAlone(content: unknown): unknown {
  if (!Array.isArray(content) || content.length !== 1) return content;
  return partText(content[0]) ?? content;
}

/** The text of a part, as the libraries write it: a string, `{ type: "text", text }` or `{ type: "text", content }`. */
function partText(part: unknown): string | undefined {
  if (typeof part === "string") return part;
  if (typeof part !== "object" || part === null) return undefined;
  const { type, text, content } = part as Record<string, unknown>;
  if (type !== "text") return undefined;
  return typeof text === "string" ? text : typeof content === "string" ? content : undefined;
}

function lengthOf(content: unknown): number {
  if (typeof content === "string") return content.length;
  if (!Array.isArray(content)) return 0;
  return content.slice(0, MOST_PARTS).reduce((sum: number, part) => sum + (partText(part)?.length ?? 0), 0);
}
const MOST_PARTS = 10_000;
