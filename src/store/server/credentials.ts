import { readFileSync, statSync } from "node:fs";
import { ProvenanceError } from "../../model/error.ts";

/** Who asks: a user with a password (sent by Basic or Digest, as the server says), or a token (Bearer). */
export type Credentials =
  | { readonly kind: "password"; readonly user: string; readonly password: string }
  | { readonly kind: "token"; readonly token: string };

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The credentials for a server: `PROVML_STORE_TOKEN`, or `PROVML_STORE_USER` with `PROVML_STORE_PASSWORD`, or the entry for
 * the server's origin in the JSON file that `PROVML_STORE_CREDENTIALS` names, which nobody but its owner may read.
 * @throws {ProvenanceError} `bad-option`; no message holds a secret
 */
export function findCredentials(url: URL, environment: Environment = process.env): Credentials | undefined {
  const token = environment.PROVML_STORE_TOKEN || undefined;
  const user = environment.PROVML_STORE_USER || undefined;
  const password = environment.PROVML_STORE_PASSWORD || undefined;
  if (token || user || password) {
    return credentialsOf({ token, user, password }, "PROVML_STORE_USER, PROVML_STORE_PASSWORD and PROVML_STORE_TOKEN");
  }
  const file = environment.PROVML_STORE_CREDENTIALS;
  return file ? fromFile(file, url.origin) : undefined;
}

function fromFile(path: string, origin: string): Credentials | undefined {
  const file = `the file of PROVML_STORE_CREDENTIALS, ${path},`;
  let mode: number;
  let text: string;
  try {
    mode = statSync(path).mode;
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new ProvenanceError("bad-option", `${file} cannot be read; look at its path and permissions`, { cause });
  }
  if (process.platform !== "win32" && (mode & 0o077) !== 0) {
    throw new ProvenanceError("bad-option", `${file} can be read by others; chmod 600 it`);
  }
  const entries = parsed(text);
  if (entries === undefined) {
    throw new ProvenanceError("bad-option", `${file} is no JSON object of { "origin": { "user", "password" } }`);
  }
  if (!Object.hasOwn(entries, origin)) return undefined;
  const entry = entries[origin];
  if (typeof entry !== "object" || entry === null) {
    throw new ProvenanceError("bad-option", `${file} has no object for ${origin}`);
  }
  return credentialsOf(entry, `${file} at ${origin}`);
}

/** The parser's own message may show what it read, so it is not kept. */
function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function credentialsOf(entry: object, where: string): Credentials {
  const { token, user, password } = entry as Record<string, unknown>;
  if (isText(token) && user === undefined && password === undefined) return { kind: "token", token };
  if (isText(user) && isText(password) && token === undefined && !user.includes(":")) {
    return { kind: "password", user, password };
  }
  throw new ProvenanceError(
    "bad-option",
    `${where} must give either a user (without a colon) and a password, or a token alone, in printable characters`,
  );
}

/** A line feed would end the header, and what a header cannot carry would be shown in an error about it. */
function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "" && /^[^\p{Cc}]+$/u.test(value);
}
