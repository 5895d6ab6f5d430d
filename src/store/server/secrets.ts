import { basic } from "./authorization.ts";
import type { Credentials } from "./credentials.ts";

/** What is shown to nobody: the credentials, and what the query of the address holds, where many a gateway wants its key. */
export class Secrets {
  readonly #secrets: readonly Spelled[];
  /** The first units of all of them. */
  readonly #starts: ReadonlySet<string>;

  constructor(url: URL, credentials: Credentials | undefined) {
    this.#secrets = [...new Set([...queryOf(url), ...secretsOf(credentials)])].map(spelled);
    this.#starts = new Set(this.#secrets.flatMap(([first = []]) => first.map((spelling) => spelling.charAt(0))));
  }

  /** The text without them, should a server have repeated one, however it is escaped. */
  clean(text: string): string {
    return this.#cleaned(text, "whole");
  }

  /** The same of the beginning of a text, without what may be the beginning of one at its end. */
  cleanStart(start: string): string {
    return this.#cleaned(start.replace(/\ufffd+$/, ""), "start");
  }

  #cleaned(text: string, what: "whole" | "start"): string {
    let cleaned = "";
    let from = 0;
    for (let at = 0; at < text.length; at++) {
      if (!this.#starts.has(text.charAt(at))) continue;
      const ends = this.#secrets.flatMap((secret) => endOf(secret, text, at) ?? []);
      if (what === "start" && ends.includes(BEYOND)) return cleaned + text.slice(from, at);
      const end = Math.max(0, ...ends.filter((end) => end !== BEYOND));
      if (end === 0) continue;
      cleaned += `${text.slice(from, at)}…`;
      from = end;
      at = end - 1;
    }
    return cleaned + text.slice(from);
  }
}

/** A text, character by character: all ways to write each. */
type Spelled = readonly (readonly string[])[];

const BEYOND = Number.POSITIVE_INFINITY;

/** Where a secret ends that begins here; undefined where none does. */
function endOf(secret: Spelled, text: string, at: number): number | undefined {
  let ends = new Set([at]);
  let isCut = false;
  for (const spellings of secret) {
    const next = new Set<number>();
    for (const end of ends) {
      for (const spelling of spellings) {
        if (text.startsWith(spelling, end)) next.add(end + spelling.length);
        else if (text.length - end < spelling.length && spelling.startsWith(text.slice(end))) isCut = true;
      }
    }
    if (next.size === 0) return isCut ? BEYOND : undefined;
    ends = next;
  }
  return Math.max(...ends);
}

function spelled(text: string): Spelled {
  return Array.from(text, spellingsOf);
}

const NAMES: Readonly<Record<string, string>> = { "<": "lt", ">": "gt", "&": "amp", '"': "quot", "'": "apos" };

/** As it is, in JSON, in a URL or a form, and in HTML. */
function spellingsOf(character: string): readonly string[] {
  if (/^[A-Za-z0-9]$/.test(character)) return [character]; // these nobody escapes
  const code = character.codePointAt(0) as number;
  const decimal = String(code);
  const hexadecimal = (written: (digits: string) => string) => {
    const hex = (number: number, length: number) => written(number.toString(16).padStart(length, "0"));
    const bytes = Array.from(Buffer.from(character), (byte) => `%${hex(byte, 2)}`);
    const units = Array.from({ length: character.length }, (_, i) => `\\u${hex(character.charCodeAt(i), 4)}`);
    return [bytes.join(""), units.join(""), ...[1, 2, 4].map((length) => `&#x${hex(code, length)};`)];
  };
  return [
    ...new Set([
      character,
      `\\${character}`,
      JSON.stringify(character).slice(1, -1),
      ...(character === " " ? ["+"] : []),
      ...(character in NAMES ? [`&${NAMES[character]};`] : []),
      `&#${decimal};`,
      `&#${decimal.padStart(3, "0")};`,
      ...hexadecimal((digits) => digits),
      ...hexadecimal((digits) => digits.toUpperCase()),
    ]),
  ];
}

function secretsOf(credentials: Credentials | undefined): string[] {
  if (credentials === undefined) return [];
  if (credentials.kind === "token") return [credentials.token];
  return [credentials.password, basic(credentials).replace(/=+$/, "")];
}

/** A shorter value is no secret, and would be cut out of other words and numbers: it goes only together with its name. */
const SHORTEST = 4;

function queryOf({ search, searchParams }: URL): string[] {
  const pairs = search.slice(1).split("&");
  const values = [...pairs.map((pair) => pair.slice(pair.indexOf("=") + 1)), ...searchParams.values()];
  return [
    search,
    ...pairs.filter((pair) => pair.includes("=")),
    ...Array.from(searchParams, ([name, value]) => `${name}=${value}`),
    ...values.filter((value) => value.length >= SHORTEST),
  ].filter((text) => text !== "");
}
