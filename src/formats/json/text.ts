import { positionAt, shown, unreadableAt } from "../unreadable.ts";

export type JsonKind = "object" | "array" | "string" | "number" | "boolean" | "null";

/**
 * JSON (RFC 8259) taken piece by piece, in the order of the text. Beside `JSON.parse` this keeps the members of an object that come twice, the
 * spelling of numbers, and where each thing stands, and it builds nothing that is not asked for. Nothing here recurses.
 *
 * An object is read as `if (json.enterObject()) do { json.key(); …its value… } while (json.nextMember())`, an array likewise.
 * @throws {ProvenanceError} `unreadable` with line and column, from every method, where the text is no JSON.
 */
export class JsonText {
  readonly #text: string;
  #at: number;
  /** Short strings by a hash of theirs: most come again, and need not be made again. */
  readonly #words: string[] = new Array<string>(WORDS).fill("");

  constructor(text: string) {
    this.#text = text;
    this.#at = text.charCodeAt(0) === BYTE_ORDER_MARK ? 1 : 0;
  }

  /** Where the next thing stands, for {@link rewind}. */
  get offset(): number {
    return this.#at;
  }

  /** Goes back to an offset that was asked for before. */
  rewind(offset: number): void {
    this.#at = offset;
  }

  /** What the next value is. */
  kind(): JsonKind {
    switch (this.#peek()) {
      case OPEN_BRACE:
        return "object";
      case OPEN_BRACKET:
        return "array";
      case QUOTE:
        return "string";
      case LETTER_T:
      case LETTER_F:
        return "boolean";
      case LETTER_N:
        return "null";
      default:
        return "number"; // or nothing at all, which reading it finds out
    }
  }

  /** Enters an object; false for an empty one, which has then been read. */
  enterObject(): boolean {
    return this.#enter(OPEN_BRACE, CLOSE_BRACE, "{");
  }

  /** Goes to the next member of an object, or leaves it and says false. */
  nextMember(): boolean {
    return this.#next(CLOSE_BRACE, ", or }");
  }

  enterArray(): boolean {
    return this.#enter(OPEN_BRACKET, CLOSE_BRACKET, "[");
  }

  nextItem(): boolean {
    return this.#next(CLOSE_BRACKET, ", or ]");
  }

  /** The name of a member. */
  key(): string {
    if (this.#peek() !== QUOTE) this.#fail("a key in quotes");
    const key = this.string();
    if (this.#peek() !== COLON) this.#fail(": after a key");
    this.#at++;
    return key;
  }

  string(): string {
    if (this.#peek() !== QUOTE) this.#fail("a string");
    const text = this.#text;
    const start = ++this.#at;
    let at = start;
    let code = text.charCodeAt(at);
    let hash = 0;
    while (code !== QUOTE) {
      if (code === BACKSLASH) return this.#escapedString(start, at);
      if (!(code >= SPACE)) this.#failInString(at);
      hash = (Math.imul(hash, 31) + code) | 0;
      code = text.charCodeAt(++at);
    }
    this.#at = at + 1;
    if (at - start > LONGEST_WORD) return text.slice(start, at);
    const place = hash & (WORDS - 1);
    const word = this.#words[place] as string;
    if (word.length === at - start && text.startsWith(word, start)) return word;
    const string = text.slice(start, at);
    this.#words[place] = string;
    return string;
  }

  /** A number as it is spelled. */
  number(): string {
    this.#peek();
    NUMBER.lastIndex = this.#at;
    if (!NUMBER.test(this.#text)) this.#fail("a value");
    const spelling = this.#text.slice(this.#at, NUMBER.lastIndex);
    this.#at = NUMBER.lastIndex;
    return spelling;
  }

  boolean(): boolean {
    const value = this.#peek() === LETTER_T;
    this.#word(value ? "true" : "false");
    return value;
  }

  null(): void {
    this.#peek();
    this.#word("null");
  }

  /** Passes over a value without looking closely: only {@link rewind} may follow, and a proper reading. */
  skip(): void {
    const text = this.#text;
    let depth = 0;
    for (let at = this.#at; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) at = this.#closingQuote(at + 1);
      else if (code === OPEN_BRACE || code === OPEN_BRACKET) depth++;
      else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) depth--;
      if (depth < 0 || (depth === 0 && code === COMMA)) {
        this.#at = at;
        return;
      }
    }
    this.#at = text.length;
  }

  /** @throws {ProvenanceError} `unreadable` when anything but white space is left. */
  end(): void {
    if (!Number.isNaN(this.#peek())) this.#fail("the end of the text");
  }

  #enter(open: number, close: number, shape: string): boolean {
    if (this.#peek() !== open) this.#fail(shape);
    this.#at++;
    if (this.#peek() !== close) return true;
    this.#at++;
    return false;
  }

  #next(close: number, expected: string): boolean {
    const code = this.#peek();
    if (code !== COMMA && code !== close) this.#fail(expected);
    this.#at++;
    return code === COMMA;
  }

  /** The code unit of what comes after white space; NaN at the end. */
  #peek(): number {
    const text = this.#text;
    let code = text.charCodeAt(this.#at);
    while (code === SPACE || code === LINE_FEED || code === RETURN || code === TAB) code = text.charCodeAt(++this.#at);
    return code;
  }

  #word(word: string): void {
    if (!this.#text.startsWith(word, this.#at)) this.#fail("a value");
    this.#at += word.length;
  }

  #escapedString(start: number, first: number): string {
    const text = this.#text;
    const end = this.#closingQuote(first);
    for (let at = first; at < end; at++) {
      const code = text.charCodeAt(at);
      if (code < SPACE) this.#failInString(at);
      if (code !== BACKSLASH) continue;
      ESCAPE.lastIndex = at;
      if (!ESCAPE.test(text)) this.#failInString(at);
      at = ESCAPE.lastIndex - 1;
    }
    if (end === text.length) this.#failInString(end);
    this.#at = end + 1;
    return JSON.parse(text.slice(start - 1, end + 1));
  }

  /** Where the string ends that is open at an offset: at a quote with an even number of backslashes before it, or with the text. */
  #closingQuote(from: number): number {
    const text = this.#text;
    for (let quote = text.indexOf('"', from); quote >= 0; quote = text.indexOf('"', quote + 1)) {
      let before = quote;
      while (before > from && text.charCodeAt(before - 1) === BACKSLASH) before--;
      if ((quote - before) % 2 === 0) return quote;
    }
    return text.length;
  }

  #failInString(at: number): never {
    this.#at = at;
    if (at >= this.#text.length) this.#fail('" at the end of a string');
    if (this.#text.charCodeAt(at) === BACKSLASH) this.#fail("an escape of JSON");
    this.#fail("no control character in a string");
  }

  #fail(expected: string): never {
    const found = this.#at < this.#text.length ? shown(this.#text.slice(this.#at, this.#at + 12)) : "the end";
    throw unreadableAt(positionAt(this.#text, this.#at), `expected ${expected}, found ${found}`);
  }
}

/** How long a string may be that is kept, and how many are: a power of two. */
const LONGEST_WORD = 40;
const WORDS = 1 << 12;

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

const BYTE_ORDER_MARK = 0xfeff;
const TAB = 9;
const LINE_FEED = 10;
const RETURN = 13;
const SPACE = 32;
const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const OPEN_BRACKET = 91;
const BACKSLASH = 92;
const CLOSE_BRACKET = 93;
const LETTER_F = 102;
const LETTER_N = 110;
const LETTER_T = 116;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
