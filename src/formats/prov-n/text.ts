import { DATE_TIME_PATTERN } from "../literal-value.ts";
import type { Fail } from "../qualified-names.ts";
import { positionAt, shown, unreadableAt } from "../unreadable.ts";

/**
 * The tokens of PROV-N (W3C PROV-N, section 6 and the terminals of 3.7), taken one by one as the grammar asks for them. White space and comments are passed over
 * before each. Names may hold more characters than the grammar allows, since tools write them so.
 * @throws {ProvenanceError} `unreadable` with line and column, from every method.
 */
export class ProvNText {
  readonly #text: string;
  #at: number;
  /** Where the latest token starts: what is wrong with its meaning is wrong there. */
  #token = 0;

  constructor(text: string) {
    this.#text = text;
    this.#at = text.charCodeAt(0) === BYTE_ORDER_MARK ? 1 : 0;
  }

  /** The next character, or the empty text at the end. */
  next(): string {
    this.#skip();
    return this.#text.charAt(this.#at);
  }

  /** Takes a mark if it comes next. */
  takes(mark: string): boolean {
    this.#skip();
    if (!this.#text.startsWith(mark, this.#at)) return false;
    this.#token = this.#at;
    this.#at += mark.length;
    return true;
  }

  /** Takes the marker `-` of an absent argument, which is not the start of a number. */
  takesMarker(): boolean {
    this.#skip();
    if (this.#text.charCodeAt(this.#at) !== HYPHEN || /[0-9]/.test(this.#text.charAt(this.#at + 1))) return false;
    this.#at++;
    return true;
  }

  /** Takes a mark that must come next. */
  expect(mark: string, expected: string = mark): void {
    if (!this.takes(mark)) this.failHere(expected);
  }

  /** A word or a qualified name, as it is written. */
  name(expected: string): string {
    this.#skip();
    const text = this.#text;
    const start = this.#at;
    let end = start;
    for (;;) {
      NAME_CHARACTERS.lastIndex = end;
      if (NAME_CHARACTERS.test(text)) end = NAME_CHARACTERS.lastIndex;
      if (text.charCodeAt(end) !== BACKSLASH || !ESCAPABLE.includes(text.charAt(end + 1)) || end + 1 >= text.length)
        break;
      end += 2;
    }
    while (end > start && text.charCodeAt(end - 1) === DOT && text.charCodeAt(end - 2) !== BACKSLASH) end--;
    const first = text.charCodeAt(start);
    if (end === start || first === HYPHEN || first === DOT) this.failHere(expected);
    this.#token = start;
    this.#at = end;
    return text.slice(start, end);
  }

  /** Takes a word if it comes next, and is not the start of a longer one. */
  takesWord(word: string): boolean {
    this.#skip();
    const end = this.#at + word.length;
    if (!this.#text.startsWith(word, this.#at)) return false;
    NAME_CHARACTERS.lastIndex = end;
    if (NAME_CHARACTERS.test(this.#text)) return false;
    this.#token = this.#at;
    this.#at = end;
    return true;
  }

  /** An IRI in angle brackets, without them. */
  iri(): string {
    this.#skip();
    IRI_REF.lastIndex = this.#at;
    if (!IRI_REF.test(this.#text)) this.failHere("an IRI in angle brackets");
    this.#token = this.#at;
    this.#at = IRI_REF.lastIndex;
    return this.#text.slice(this.#token + 1, this.#at - 1);
  }

  time(): string {
    this.#skip();
    DATE_TIME.lastIndex = this.#at;
    if (!DATE_TIME.test(this.#text)) this.failHere("a time such as 2011-11-16T16:05:00Z, or -");
    this.#token = this.#at;
    this.#at = DATE_TIME.lastIndex;
    return this.#text.slice(this.#token, this.#at);
  }

  /** An integer as it is spelled. */
  integer(): string {
    this.#skip();
    INTEGER.lastIndex = this.#at;
    if (!INTEGER.test(this.#text)) this.failHere("a value: \"text\", 'name' or an integer");
    this.#token = this.#at;
    this.#at = INTEGER.lastIndex;
    return this.#text.slice(this.#token, this.#at);
  }

  /** A qualified name between single quotes. */
  quotedName(): string {
    this.expect("'");
    const end = this.#closing("'", this.#at);
    const name = this.#text.slice(this.#at, end);
    if (end < 0 || name.includes("\n")) this.#failAt(this.#token, "a name between single quotes");
    this.#at = end + 1;
    return name;
  }

  /** A string between double quotes, or three of them on each side. */
  string(): string {
    const text = this.#text;
    const mark = this.takes('"""') ? '"""' : '"';
    if (mark === '"') this.expect(mark);
    const start = this.#at;
    const end = this.#closing(mark, start);
    if (end < 0 && mark !== '"') this.#failAt(text.length, `${mark} at the end of a string`);
    const raw = text.slice(start, end < 0 ? text.length : end);
    const line = mark === '"' ? raw.search(/[\r\n]/) : -1;
    if (line >= 0 || end < 0)
      this.#failAt(line < 0 ? text.length : start + line, '" at the end of a string on one line');
    this.#at = end + mark.length;
    return raw.includes("\\") ? this.#unescaped(raw, start) : raw;
  }

  /** A language tag after a string, if there is one. */
  language(): string | undefined {
    if (!this.takes("@")) return undefined;
    LANGUAGE.lastIndex = this.#at;
    if (!LANGUAGE.test(this.#text)) this.failHere("a language tag such as en-GB");
    const start = this.#at;
    this.#at = LANGUAGE.lastIndex;
    return this.#text.slice(start, this.#at);
  }

  end(): void {
    if (this.next() !== "") this.failHere("nothing after endDocument");
  }

  /** Refuses what comes next. */
  failHere(expected: string): never {
    this.#skip();
    this.#failAt(this.#at, expected);
  }

  /** Refuses the latest token. */
  readonly fail: Fail = (what) => {
    throw unreadableAt(positionAt(this.#text, this.#token), what);
  };

  #failAt(at: number, expected: string): never {
    const found = at < this.#text.length ? shown(this.#text.slice(at, at + 20)) : "the end";
    throw unreadableAt(positionAt(this.#text, at), `expected ${expected}, found ${found}`);
  }

  #skip(): void {
    const text = this.#text;
    for (;;) {
      const code = text.charCodeAt(this.#at);
      if (code === SPACE || code === LINE_FEED || code === RETURN || code === TAB) this.#at++;
      else if (code === SLASH && text.charCodeAt(this.#at + 1) === SLASH) {
        LINE_END.lastIndex = this.#at;
        this.#at = LINE_END.test(text) ? LINE_END.lastIndex : text.length;
      } else if (code === SLASH && text.charCodeAt(this.#at + 1) === STAR) {
        const end = text.indexOf("*/", this.#at + 2);
        if (end < 0) this.#failAt(text.length, "*/ at the end of a comment");
        this.#at = end + 2;
      } else return;
    }
  }

  /** Where a mark stands that no backslash takes away, or -1. */
  #closing(mark: string, from: number): number {
    const text = this.#text;
    for (let end = text.indexOf(mark, from); end >= 0; end = text.indexOf(mark, end + 1)) {
      let before = end;
      while (before > from && text.charCodeAt(before - 1) === BACKSLASH) before--;
      if ((end - before) % 2 === 0) return end;
    }
    return -1;
  }

  #unescaped(raw: string, start: number): string {
    return raw.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_, unit?: string, character?: string, offset = 0) => {
      if (unit !== undefined) return String.fromCharCode(Number.parseInt(unit, 16));
      const meant = ESCAPES.get(character ?? "");
      return meant ?? this.#failAt(start + offset, "an escape: one of \\t \\b \\n \\r \\f \\\" \\' \\\\");
    });
  }
}

/** Production ECHAR; `\u` and four digits is what Java programs write. */
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["t", "\t"],
  ["b", "\b"],
  ["n", "\n"],
  ["r", "\r"],
  ["f", "\f"],
  ['"', '"'],
  ["'", "'"],
  ["\\", "\\"],
]);

/** Characters of QUALIFIED_NAME without escapes: those of PN_CHARS and PN_CHARS_OTHERS, and beyond ASCII all that are no white space. */
const NAME_CHARACTERS = /[\w.\-:/@~&+*?#$!%\u00a1-\u1fff\u200c-\u2027\u2030-\u205e\u2060-\u2fff\u3001-\uffff]+/y;
/** Production PN_CHARS_ESC. */
const ESCAPABLE = "='(),-:;[].";
// biome-ignore lint/suspicious/noControlCharactersInRegex: the grammar names them
const IRI_REF = /<[^<>"{}|^`\\\u0000-\u0020]*>/y;
const DATE_TIME = new RegExp(DATE_TIME_PATTERN, "y");
const INTEGER = /-?[0-9]+/y;
const LANGUAGE = /[A-Za-z]+(?:-[A-Za-z0-9]+)*/y;
const LINE_END = /[\r\n]/g;

const BYTE_ORDER_MARK = 0xfeff;
const TAB = 9;
const LINE_FEED = 10;
const RETURN = 13;
const SPACE = 32;
const STAR = 42;
const HYPHEN = 45;
const DOT = 46;
const SLASH = 47;
const BACKSLASH = 92;
