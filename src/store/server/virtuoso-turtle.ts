import { canonicalDouble } from "../../model/literals.ts";
import { PREFIXES } from "../../model/names.ts";
import { isEscaped, unescaped } from "../../rdf/read-quads.ts";
import { literalTerm, type Quad, type Term } from "../../rdf/terms.ts";
import type { QueryResult, SolutionRow } from "../store.ts";
import { UNKEPT } from "./dialects.ts";

export const VIRTUOSO_TURTLE = "text/turtle";

/**
 * Reads the Turtle in which Virtuoso 7 answers, solutions of a SELECT included. Of all its formats only this one is exact:
 * JSON, XML, CSV and N-Triples cut doubles to six digits, write booleans as 1, and call integers from 2³¹ on decimals.
 * It writes doubles with twenty digits and times in milliseconds; both come back in their canonical form.
 * @throws {SyntaxError} where it is something else, or ends in the middle
 */
export function readVirtuosoTurtle(form: QueryResult["form"], text: string): QueryResult {
  const answer = form === "ask" ? /\brs:boolean\s+(TRUE|FALSE)\s/.exec(text)?.[1] : undefined;
  if (form === "ask" && answer !== undefined) return { form, answer: answer === "TRUE" };
  const reader = new Reader(text);
  if (form === "graph") return { form, quads: [...reader.triples()] };
  const variables: string[] = [];
  const rows: SolutionRow[] = [];
  reader.prefixes();
  reader.expect("_:_ a res:ResultSet .");
  for (let isFirst = true; !reader.atEnd(); isFirst = false) {
    reader.prefixes();
    if (reader.atEnd()) break;
    reader.expect("_:_");
    if (isFirst && reader.take("res:resultVariable")) {
      do variables.push(reader.term().value);
      while (reader.take(","));
    } else {
      reader.expect("res:solution [");
      const row: Record<string, Term> = {};
      while (!reader.take("]")) {
        reader.expect("res:binding [ res:variable");
        const name = reader.term().value;
        reader.expect("; res:value");
        row[name] = reader.term();
        reader.expect("]");
        reader.take(";");
      }
      rows.push(row);
    }
    reader.expect(".");
  }
  // Under a time limit the answer to an ASK is a solution or none.
  return form === "ask" ? { form, answer: rows.length > 0 } : { form, variables, rows };
}

const { xsd } = PREFIXES;

const SPACE = /(?:\s|#[^\n]*(?:\n|$))*/y;
const PREFIX = /@prefix\s+([\w.-]*):\s*<([^<>]*)>\s*\./y;
const IRI = /<([^<>]*)>/y;
const BLANK = /_:([A-Za-z0-9_-]+)/y;
const NAME = /([A-Za-z][\w-]*|):((?:[\w:.%-]*[\w:%-])?)/y;
const NUMBER = /[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const LANGUAGE = /@([A-Za-z]+(?:-[A-Za-z0-9]+)*)/y;

class Reader {
  readonly #text: string;
  readonly #prefixes = new Map<string, string>();
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  *triples(): Generator<Quad> {
    for (this.prefixes(); !this.atEnd(); this.prefixes()) {
      const subject = this.term();
      do {
        const predicate = this.take("a ") ? ({ kind: "iri", value: `${PREFIXES.rdf}type` } as const) : this.term();
        do {
          const object = this.term();
          if (subject.kind === "literal" || predicate.kind !== "iri") throw this.#fault();
          yield { subject, predicate, object };
        } while (this.take(","));
      } while (this.take(";"));
      this.expect(".");
    }
  }

  atEnd(): boolean {
    this.#match(SPACE);
    return this.#at >= this.#text.length;
  }

  prefixes(): void {
    for (this.atEnd(); ; this.atEnd()) {
      const [, prefix, iri] = this.#match(PREFIX) ?? [];
      if (prefix === undefined || iri === undefined) return;
      this.#prefixes.set(prefix, unescaped(iri));
    }
  }

  take(text: string): boolean {
    this.#match(SPACE);
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  /** Pieces with any space between them. */
  expect(pieces: string): void {
    for (const piece of pieces.split(" ")) if (!this.take(piece)) throw this.#fault();
  }

  term(): Term {
    this.#match(SPACE);
    if (this.#text[this.#at] === '"') return this.#literal();
    const blank = this.#match(BLANK)?.[1];
    if (blank !== undefined) return { kind: "blank", value: blank };
    const number = this.#match(NUMBER)?.[0];
    if (number !== undefined) return numberTerm(number);
    return { kind: "iri", value: this.#iri() };
  }

  #iri(): string {
    const whole = this.#match(IRI)?.[1];
    if (whole !== undefined) return unescaped(whole);
    const [, prefix = "", local = ""] = this.#match(NAME) ?? [];
    const namespace = this.#prefixes.get(prefix);
    if (namespace === undefined) throw this.#fault();
    return namespace + local;
  }

  /** Without a pattern: one that allows for escapes overflows the stack at some megabytes. */
  #literal(): Term {
    const start = this.#at + 1;
    let end = this.#text.indexOf('"', start);
    while (end >= 0 && isEscaped(this.#text, end)) end = this.#text.indexOf('"', end + 1);
    if (end < 0) throw this.#fault();
    const value = unescaped(this.#text.slice(start, end));
    this.#at = end + 1;
    if (!this.#text.startsWith("^^", this.#at)) return literalTerm(value, { language: this.#match(LANGUAGE)?.[1] });
    this.#at += 2;
    const type = this.#iri();
    return literalTerm(EXACT[type]?.(value) ?? value, {
      type: type.startsWith(UNKEPT) ? type.slice(UNKEPT.length) : type,
    });
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    this.#at = pattern.lastIndex;
    return match;
  }

  #fault(): SyntaxError {
    return new SyntaxError(`no Turtle of Virtuoso at ${JSON.stringify(this.#text.slice(this.#at, this.#at + 100))}`);
  }
}

/** The lexical forms that were written, of types that are written with more digits. */
const EXACT: Readonly<Record<string, (text: string) => string>> = {
  [`${xsd}dateTime`]: (text) => text.replace(SUPERFLUOUS_ZEROS, "$1"),
  [`${xsd}time`]: (text) => text.replace(SUPERFLUOUS_ZEROS, "$1"),
  [`${xsd}float`]: (text) => (Number.isNaN(Number(text)) ? text : canonicalDouble(shortest(Math.fround(Number(text))))),
};

/** The shortest number that is this one as a float. */
function shortest(float: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const number = Number(float.toPrecision(digits));
    if (Math.fround(number) === float) return number;
  }
  return float;
}

const SUPERFLUOUS_ZEROS = /(\.\d*[1-9])0+(?=\D|$)|\.0+(?=\D|$)/;

/**
 * A bare number. Virtuoso writes doubles with all of up to twenty digits and decimals as they are, so a number that is not
 * the whole expansion of a double is a decimal; one that is may be either, and counts as the double of the same value.
 */
function numberTerm(text: string): Term {
  if (/^[+-]?\d+$/.test(text)) return literalTerm(text, { type: `${xsd}integer` });
  const value = Number(text);
  const isDouble = /e/i.test(text) || expansionOf(value) === text.replace(/^\+/, "");
  return isDouble
    ? literalTerm(canonicalDouble(value), { type: `${xsd}double` })
    : literalTerm(text, { type: `${xsd}decimal` });
}

/** As C's `%.20g` writes it where it needs no exponent, with `.0` where it would have no point. */
function expansionOf(value: number): string {
  if (Object.is(value, -0)) return "-0.0";
  const digits = value.toPrecision(20);
  return digits.includes(".") ? digits.replace(/0+$/, "").replace(/\.$/, ".0") : `${digits}.0`;
}
