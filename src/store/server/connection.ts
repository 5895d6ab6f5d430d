import { ProvenanceError } from "../../model/error.ts";
import { Authorization } from "./authorization.ts";
import type { Credentials } from "./credentials.ts";
import { messageOf, oneLine, ServerFault } from "./fault.ts";
import { Secrets } from "./secrets.ts";

export interface Request {
  readonly method: "GET" | "POST";
  readonly url: URL;
  readonly accept?: string;
  readonly type?: string;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly timeoutMs: number;
  /** Where only the head of a 2xx matters: its text may be all that the server holds, and is not read. */
  readonly reads?: "head";
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The media type, in lower case and without parameters. */
  readonly type: string;
  readonly text: string;
}

/** How much of an error page is read. */
const ERROR_BYTES = 65_536;

/** Speaks HTTP with one server, by the platform's fetch: TLS is verified, no redirect is followed, no answer is read beyond its limit. */
export class Connection {
  readonly #secrets: Secrets;
  readonly #authorization: Authorization;
  readonly #answerLimitBytes: number;
  #isProbed = false;

  /** For the store at this address, and its endpoints. */
  constructor(store: URL, credentials: Credentials | undefined, answerLimitBytes: number) {
    this.#secrets = new Secrets(store, credentials);
    this.#authorization = new Authorization(credentials);
    this.#answerLimitBytes = answerLimitBytes;
  }

  /**
   * The answer, whatever its status, or a fault where there is none. A request that is refused for want of credentials is
   * sent once more as the server wants them.
   * @throws {ServerFault}
   */
  async send(request: Request): Promise<Answer> {
    checkTls(request.url);
    const deadline = new Deadline(request.timeoutMs);
    try {
      await this.#meetChallenge(request, deadline);
      const { challenge } = this.#authorization;
      const answer = await this.#once(request, deadline);
      if (answer.status !== 401) return answer;
      const isWorthAnother = this.#authorization.learn(answer.headers.get("www-authenticate"), challenge);
      return isWorthAnother ? await this.#once(request, deadline) : answer;
    } catch (error) {
      throw this.#faultOf(error, request, deadline);
    } finally {
      deadline.clear();
    }
  }

  /** As `send`, where only a 2xx is an answer. */
  async ask(request: Request): Promise<Answer> {
    const answer = await this.send(request);
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw this.refusalOf(answer, request);
  }

  refusalOf({ status, headers, text, type }: Answer, { url }: Request): ServerFault {
    const place = placeText(url);
    // Before the markup goes, which may take a part of a secret, and after; and both before it is cut.
    const message = oneLine(this.#secrets.clean(messageOf(this.#secrets.clean(text), type)));
    if (status >= 300 && status < 400) {
      const to = oneLine(this.#secrets.clean(redirectText(headers.get("location"), url)));
      return new ServerFault("redirect", `${place} redirects to ${to}; give the address that answers itself`, {
        status,
      });
    }
    if (status === 401 || status === 403) {
      const advice = "look at the credentials (PROVML_STORE_USER and PROVML_STORE_PASSWORD, or PROVML_STORE_TOKEN)";
      return new ServerFault("credentials", `${place} refused access with ${status}; ${advice}`, { status });
    }
    const said = `${place} answered ${status}${message === "" ? "" : `: ${message}`}`;
    return new ServerFault("status", said, { status, afterMs: retryAfterMs(headers.get("retry-after")) });
  }

  /**
   * Bodies may be large, so a server that wants credentials says so to a request without one first. What it answers is not
   * read: at a Graph Store it is all that the server holds. One try is enough, since a 401 to the request itself is met too.
   */
  async #meetChallenge({ url, method, body }: Request, deadline: Deadline): Promise<void> {
    if (this.#isProbed || !this.#authorization.isUnasked || method === "GET" || body === undefined) return;
    this.#isProbed = true;
    const response = await this.#fetch({ method: "GET", url, timeoutMs: 0 }, deadline);
    if (response.status === 401) this.#authorization.learn(response.headers.get("www-authenticate"), undefined);
    await response.body?.cancel();
  }

  async #once(request: Request, deadline: Deadline): Promise<Answer> {
    const response = await this.#fetch(request, deadline);
    return {
      status: response.status,
      headers: response.headers,
      type: (response.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "",
      text: await this.#textOf(response, request),
    };
  }

  async #textOf(response: Response, { reads }: Request): Promise<string> {
    if (!response.ok) {
      const { text, isWhole } = await readText(response, ERROR_BYTES, "cut");
      return isWhole ? text : this.#secrets.cleanStart(text);
    }
    if (reads !== "head") return (await readText(response, this.#answerLimitBytes, "fault")).text;
    await response.body?.cancel();
    return "";
  }

  #fetch({ method, url, accept, type, body }: Request, deadline: Deadline): Promise<Response> {
    const headers = new Headers();
    const authorization = this.#authorization.header(method, url);
    if (authorization !== undefined) headers.set("authorization", authorization);
    if (accept !== undefined) headers.set("accept", accept);
    if (type !== undefined) headers.set("content-type", type);
    return fetch(url, {
      method,
      headers,
      redirect: "manual",
      signal: deadline.signal,
      ...(body === undefined ? {} : { body }),
    });
  }

  #faultOf(error: unknown, { url }: Request, deadline: Deadline): Error {
    if (error instanceof ServerFault || error instanceof ProvenanceError) return error;
    const place = placeText(url);
    if (deadline.isOver) {
      return new ServerFault("timeout", `${place} did not answer within ${deadline.limitMs} ms`, { cause: error });
    }
    const why = oneLine(this.#secrets.clean(reasonOf(error)));
    return new ServerFault("network", `${place} cannot be reached, or broke off: ${why}`);
  }
}

/** Ends a request, and its connection with it. */
class Deadline {
  readonly limitMs: number;
  isOver = false;
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(limitMs: number) {
    this.limitMs = limitMs;
    this.#timer = setTimeout(
      () => {
        this.isOver = true;
        this.#controller.abort();
      },
      Math.min(limitMs, LONGEST_TIMER_MS),
    );
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}

/** The longest time that a timer of Node takes; more would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

async function readText(
  response: Response,
  limitBytes: number,
  beyond: "fault" | "cut",
): Promise<{ text: string; isWhole: boolean }> {
  if (response.body === null) return { text: "", isWhole: true };
  const pieces: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop cancels the body, which closes the connection.
  for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) {
    length += piece.length;
    if (length > limitBytes && beyond === "fault") {
      const limit = `${Math.round(limitBytes / 1_000_000).toLocaleString("en")} MB`;
      throw new ServerFault("too-large", `the answer has more than ${limit}; ask for less, or in parts`);
    }
    pieces.push(length > limitBytes ? piece.subarray(0, piece.length - (length - limitBytes)) : piece);
    if (length > limitBytes) break;
  }
  return { text: new TextDecoder().decode(Buffer.concat(pieces)), isWhole: length <= limitBytes };
}

function checkTls(url: URL): void {
  if (url.protocol === "https:" && process.env.NODE_TLS_REJECT_UNAUTHORIZED === "0") {
    throw new ProvenanceError(
      "bad-option",
      "NODE_TLS_REJECT_UNAUTHORIZED=0 would let anybody answer for the server; name its certificate in NODE_EXTRA_CA_CERTS instead",
    );
  }
}

/** A URL without user, password, query and fragment. */
export function placeText({ origin, pathname }: URL): string {
  return origin + pathname;
}

function redirectText(location: string | null, from: URL): string {
  if (location === null || !URL.canParse(location, from.href)) return "nowhere";
  return placeText(new URL(location, from));
}

/** RFC 9110, section 10.2.3: seconds or a date. */
function retryAfterMs(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = Number(header);
  const ms = Number.isNaN(seconds) ? Date.parse(header) - Date.now() : seconds * 1000;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

/** fetch hides what happened in causes. */
function reasonOf(error: unknown): string {
  let reason = error;
  while (reason instanceof Error && reason.cause !== undefined) reason = reason.cause;
  if (reason instanceof AggregateError && reason.errors.length > 0) reason = reason.errors[0];
  if (!(reason instanceof Error)) return String(reason);
  return reason.message || String((reason as NodeJS.ErrnoException).code);
}
