import { ProvenanceError } from "../../model/error.ts";

/** What went wrong with one request. The message is one line, and holds neither credentials nor the query of a URL. */
export class ServerFault extends Error {
  override readonly name = "ServerFault";
  readonly what: FaultKind;
  /** The HTTP status, where there was an answer. */
  readonly status: number | undefined;
  /** How long the server asks to be left alone. */
  readonly afterMs: number | undefined;

  constructor(
    what: FaultKind,
    message: string,
    { status, afterMs, cause }: { status?: number; afterMs?: number | undefined; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.what = what;
    this.status = status;
    this.afterMs = afterMs;
  }
}

/**
 * `network`: no whole answer. `timeout`: none within the limit. `credentials`: 401 or 403. `status`: another status than 2xx.
 * `redirect`: to somewhere else. `foreign`: an answer, but not of a SPARQL server. `too-large`: more than the limit.
 */
export type FaultKind = "network" | "timeout" | "credentials" | "status" | "redirect" | "foreign" | "too-large";

/** How much of a server's message is shown. */
const LONGEST_MESSAGE = 300;

export function oneLine(text: string): string {
  const line = text
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim()
    .toWellFormed();
  return line.length <= LONGEST_MESSAGE ? line : `${line.slice(0, LONGEST_MESSAGE).toWellFormed()}…`;
}

/** What an error page says, as long as it is, without its markup. */
export function messageOf(body: string, type: string): string {
  if (!/html|xml/i.test(type) && !/^\s*</.test(body)) return body;
  const title = /<title[^>]*>([^<]*)<\/title>/i.exec(body)?.[1] ?? "";
  const text = body
    .replace(/<(script|style|head)\b[\s\S]*?<\/\1\s*>/gi, " ")
    .replace(/<[^>]*>/g, " ")
    .replace(/&(?:#(\d{1,9})|#x([\da-f]{1,8})|(lt|gt|amp|quot|apos));/gi, (_, decimal, hex, name) =>
      name === undefined ? character(decimal ? Number(decimal) : Number.parseInt(hex, 16)) : named(name),
    );
  return text.trim() === "" ? title : text;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function named(name: string): string {
  return ENTITIES[name.toLowerCase()] ?? " ";
}

function character(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : " ";
}

/** What a caller of a store sees of a fault that has nothing to do with what was asked. */
export function storeFailed(fault: ServerFault): ProvenanceError {
  return new ProvenanceError("store-failed", fault.message, { cause: fault });
}
