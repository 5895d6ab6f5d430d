import { createHash, randomBytes } from "node:crypto";
import type { Credentials } from "./credentials.ts";

/** The `Authorization` of requests to one server. It learns from what the server asks for, and then sends it at once. */
export class Authorization {
  readonly #credentials: Credentials | undefined;
  #challenge: Challenge | undefined;
  #count = 0;

  constructor(credentials: Credentials | undefined) {
    this.#credentials = credentials;
  }

  /** Undefined while there is nothing to send: no credentials, or none that the server has asked for yet. */
  header(method: string, url: URL): string | undefined {
    const credentials = this.#credentials;
    if (credentials === undefined) return undefined;
    if (credentials.kind === "token") return `Bearer ${credentials.token}`;
    if (this.#challenge === undefined) return undefined;
    const { user, password } = credentials;
    if (this.#challenge.scheme === "basic") return `Basic ${basic(credentials)}`;
    this.#count++;
    return digestHeader(this.#challenge, {
      user,
      password,
      method,
      uri: url.pathname + url.search,
      count: this.#count,
    });
  }

  /** What the next header answers. */
  get challenge(): Challenge | undefined {
    return this.#challenge;
  }

  /** Whether there is a password that the server has not asked for yet. */
  get isUnasked(): boolean {
    return this.#credentials?.kind === "password" && this.#challenge === undefined;
  }

  /**
   * Takes the `WWW-Authenticate` of a 401 to a request that answered the challenge `answered`. False where the same request
   * would fail again: the same scheme and nonce. Another nonce is worth a try even where the server does not call the old one
   * stale, since one that was restarted no longer knows that it ever gave it.
   */
  learn(header: string | null, answered: Challenge | undefined): boolean {
    if (this.#credentials?.kind !== "password") return false;
    const challenge = readChallenge(header ?? "");
    if (challenge === undefined || isSame(challenge, answered)) return false;
    // Requests run at once: another one may have learned the same, and counts already.
    if (isSame(challenge, this.#challenge)) return true;
    this.#challenge = challenge;
    this.#count = 0;
    return true;
  }
}

export function basic({ user, password }: { readonly user: string; readonly password: string }): string {
  return Buffer.from(`${user}:${password}`).toString("base64");
}

export interface Challenge {
  readonly scheme: "basic" | "digest";
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  readonly algorithm: string | undefined;
  readonly hasQop: boolean;
}

function isSame(one: Challenge, other: Challenge | undefined): boolean {
  return one.scheme === other?.scheme && one.nonce === other.nonce;
}

const ALGORITHMS: Readonly<Record<string, string>> = { md5: "md5", "sha-256": "sha256" };

/** RFC 9110, section 11.6.1: one header may hold several challenges. Digest is taken before Basic, which shows the password. */
export function readChallenge(header: string): Challenge | undefined {
  let best: Challenge | undefined;
  for (const [scheme, text] of challengesIn(header)) {
    const read = parametersOf(text);
    const algorithm = read.get("algorithm");
    const qops = read.get("qop")?.split(/[\s,]+/);
    if (scheme === "digest") {
      if (!Object.hasOwn(ALGORITHMS, (algorithm ?? "md5").toLowerCase())) continue;
      if (qops !== undefined && !qops.includes("auth")) continue;
    }
    if (best?.scheme === "digest") continue;
    best = {
      scheme,
      realm: read.get("realm") ?? "",
      nonce: read.get("nonce") ?? "",
      opaque: read.get("opaque"),
      algorithm,
      hasQop: qops !== undefined,
    };
  }
  return best;
}

function challengesIn(header: string): [scheme: "basic" | "digest", parameters: string][] {
  const starts = [...header.matchAll(/(?:^|,)\s*([A-Za-z]+)(?=\s+[A-Za-z0-9_-]+\s*=|\s*$|\s*,)/g)];
  return starts.flatMap((start, i) => {
    const scheme = (start[1] as string).toLowerCase();
    if (scheme !== "basic" && scheme !== "digest") return [];
    return [[scheme, header.slice(start.index + start[0].length, starts[i + 1]?.index)]];
  });
}

function parametersOf(text: string): Map<string, string> {
  const pairs = text.matchAll(/([A-Za-z0-9_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g);
  return new Map(
    Array.from(pairs, ([, name = "", quoted, bare]) => [
      name.toLowerCase(),
      quoted?.replace(/\\(.)/g, "$1") ?? bare ?? "",
    ]),
  );
}

interface DigestInput {
  readonly user: string;
  readonly password: string;
  readonly method: string;
  readonly uri: string;
  readonly count: number;
  readonly cnonce?: string;
}

/** RFC 7616, section 3.4, with `qop=auth`, or as RFC 2069 where the server offers none. */
export function digestHeader(challenge: Challenge, input: DigestInput): string {
  const { realm, nonce, opaque, algorithm, hasQop } = challenge;
  const { user, password, method, uri, count, cnonce = randomBytes(16).toString("hex") } = input;
  const name = ALGORITHMS[(algorithm ?? "md5").toLowerCase()] as string;
  const hash = (...parts: readonly string[]) => createHash(name).update(parts.join(":")).digest("hex");
  const nc = count.toString(16).padStart(8, "0");
  const secret = hash(user, realm, password);
  const asked = hash(method, uri);
  const response = hasQop ? hash(secret, nonce, nc, cnonce, "auth", asked) : hash(secret, nonce, asked);
  const quoted = (text: string) => `"${text.replace(/["\\]/g, "\\$&")}"`;
  return [
    `Digest username=${quoted(user)}`,
    `realm=${quoted(realm)}`,
    `nonce=${quoted(nonce)}`,
    `uri=${quoted(uri)}`,
    ...(algorithm === undefined ? [] : [`algorithm=${algorithm}`]),
    ...(hasQop ? ["qop=auth", `nc=${nc}`, `cnonce=${quoted(cnonce)}`] : []),
    ...(opaque === undefined ? [] : [`opaque=${quoted(opaque)}`]),
    `response=${quoted(response)}`,
  ].join(", ");
}
