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
    if (this.#challenge.scheme === "basic") return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
    this.#count++;
    return digestHeader(this.#challenge, {
      user,
      password,
      method,
      uri: url.pathname + url.search,
      count: this.#count,
    });
  }

  /** Takes the `WWW-Authenticate` of a 401. False where the same request would fail again. */
  learn(header: string | null): boolean {
    if (this.#credentials?.kind !== "password") return false;
    const challenge = readChallenge(header ?? "");
    const known = this.#challenge;
    if (challenge === undefined) return false;
    // Another nonce for a known realm is only worth another try if the server says that the old one was stale.
    if (known?.scheme === challenge.scheme && !challenge.isStale) return false;
    this.#challenge = challenge;
    this.#count = 0;
    return true;
  }

  /** The text without the secret, should a server have repeated it. */
  clean(text: string): string {
    const credentials = this.#credentials;
    if (credentials === undefined) return text;
    return text.replaceAll(credentials.kind === "token" ? credentials.token : credentials.password, "…");
  }
}

interface Challenge {
  readonly scheme: "basic" | "digest";
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  readonly algorithm: string | undefined;
  readonly hasQop: boolean;
  readonly isStale: boolean;
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
      isStale: read.get("stale")?.toLowerCase() === "true",
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
