import { PREFIXES } from "../../model/names.ts";
import { literalTerm, type Term } from "../../rdf/terms.ts";
import { readLiteral } from "../../store/solution-table.ts";
import {
  type Condition,
  type Group,
  type Part,
  type PatternQuery,
  type Place,
  readBy,
  type TriplePattern,
  Untold,
  variablesIn,
} from "./pattern.ts";

/**
 * Reads the SELECTs that the questions are made of: plain patterns with `*` and `+`, UNION, OPTIONAL, VALUES, BIND of a term and FILTER.
 * @throws {Untold} for whatever else SPARQL has
 */
export function readPattern(text: string, numberOf: (term: Term) => number): PatternQuery {
  return new Reader(text, numberOf).query();
}

const TOKEN = new RegExp(
  [
    String.raw`\s+`,
    String.raw`(<[^<>"{}|^\x60\\\s]*>)`,
    String.raw`("(?:[^"\\]|\\.)*"(?:@[A-Za-z-]+|\^\^<[^>]*>)?)`,
    String.raw`(\?\w+)`,
    String.raw`([a-z]+:[A-Za-z]\w*)`,
    String.raw`(\d+)(?![.\w])`,
    String.raw`([A-Za-z]+|&&|\|\||!=|<=|>=|[{}().;,*+!=<>])`,
  ].join("|"),
  "y",
);

type Token = { readonly place: Place } | { readonly word: string };

class Reader {
  readonly #tokens: Token[] = [];
  readonly #variables: string[] = [];
  readonly #numberOf: (term: Term) => number;
  #at = 0;

  constructor(text: string, numberOf: (term: Term) => number) {
    this.#numberOf = numberOf;
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < text.length) {
      const token = TOKEN.exec(text);
      if (token === null) throw new Untold(text);
      const [, iri, literal, variable, name, number, word] = token;
      if (word !== undefined) this.#tokens.push({ word });
      else if (number !== undefined) this.#tokens.push({ word: number });
      else if (variable !== undefined) this.#tokens.push({ place: this.#variable(variable.slice(1)) });
      else if (iri !== undefined) this.#tokens.push({ place: numberOf({ kind: "iri", value: iri.slice(1, -1) }) });
      else if (name !== undefined) this.#tokens.push({ place: numberOf({ kind: "iri", value: wholeName(name) }) });
      else if (literal !== undefined) this.#tokens.push({ place: numberOf(readLiteral(literal)) });
    }
  }

  query(): PatternQuery {
    this.#expect("SELECT");
    const isDistinct = this.#take("DISTINCT");
    const selected: Place[] = [];
    for (let place = this.#variableNext(); place !== undefined; place = this.#variableNext()) selected.push(place);
    this.#expect("WHERE");
    const where = this.#group();
    const limit = this.#take("LIMIT") ? Number(this.#word()) : Number.POSITIVE_INFINITY;
    if (this.#at < this.#tokens.length || selected.length === 0 || Number.isNaN(limit)) throw new Untold();
    return { variables: this.#variables, selected, isDistinct, limit, where };
  }

  #group(): Group {
    const parts: Part[] = [];
    const conditions: Condition[] = [];
    this.#expect("{");
    while (!this.#take("}")) {
      if (this.#take("FILTER")) conditions.push(this.#constraint());
      else if (this.#take("OPTIONAL")) parts.push({ kind: "optional", group: this.#group() });
      else if (this.#take("VALUES")) parts.push(this.#values());
      else if (this.#take("BIND")) parts.push(this.#bound());
      else if (this.#next("{")) parts.push(this.#union());
      else parts.push({ kind: "triples", patterns: this.#triples() });
      this.#take(".");
    }
    return { parts: joined(parts), conditions };
  }

  /** A condition of a part sees what that part binds only, here as in SPARQL. */
  #union(): Part {
    const groups = [this.#group()];
    while (this.#take("UNION")) groups.push(this.#group());
    for (const group of groups) {
      const bound = new Set(variablesIn(group));
      if (group.conditions.some((condition) => !readBy(condition).every((place) => bound.has(place))))
        throw new Untold();
    }
    return { kind: "union", groups };
  }

  #values(): Part {
    const variable = this.#place();
    const terms: number[] = [];
    this.#expect("{");
    while (!this.#take("}")) terms.push(this.#term());
    if (variable >= 0) throw new Untold();
    return { kind: "values", variable, terms };
  }

  #bound(): Part {
    this.#expect("(");
    const term = this.#term();
    this.#expect("AS");
    const variable = this.#place();
    this.#expect(")");
    return { kind: "values", variable, terms: [term] };
  }

  #triples(): TriplePattern[] {
    const patterns: TriplePattern[] = [];
    const subject = this.#place();
    do {
      if (this.#next(".") || this.#next("}")) break; // a ; before the end
      const property = this.#take("a") ? this.#numberOf(TYPE) : this.#place();
      const path = this.#take("*") ? "*" : this.#take("+") ? "+" : undefined;
      if (path !== undefined && property < 0) throw new Untold();
      do patterns.push({ subject, property, object: this.#place(), ...(path && { path }) });
      while (this.#take(","));
    } while (this.#take(";"));
    return patterns;
  }

  #constraint(): Condition {
    if (this.#take("NOT")) return { kind: "call", name: "!", of: [this.#exists()] };
    if (this.#next("EXISTS")) return this.#exists();
    return this.#one();
  }

  #exists(): Condition {
    this.#expect("EXISTS");
    return { kind: "exists", group: this.#group() };
  }

  #either(): Condition {
    let condition = this.#both();
    while (this.#take("||")) condition = { kind: "call", name: "||", of: [condition, this.#both()] };
    return condition;
  }

  #both(): Condition {
    let condition = this.#compared();
    while (this.#take("&&")) condition = { kind: "call", name: "&&", of: [condition, this.#compared()] };
    return condition;
  }

  #compared(): Condition {
    const first = this.#one();
    const isNot = this.#take("NOT");
    if (this.#take("IN")) {
      const within: Condition = { kind: "call", name: "IN", of: [first, ...this.#list()] };
      return isNot ? { kind: "call", name: "!", of: [within] } : within;
    }
    if (isNot) throw new Untold();
    const name = COMPARISONS.find((word) => this.#take(word));
    return name === undefined ? first : { kind: "call", name, of: [first, this.#one()] };
  }

  #one(): Condition {
    if (this.#take("!")) return { kind: "call", name: "!", of: [this.#one()] };
    if (this.#take("(")) {
      const condition = this.#either();
      this.#expect(")");
      return condition;
    }
    const token = this.#tokens[this.#at];
    if (token !== undefined && "place" in token) return { kind: "place", place: this.#place() };
    const word = this.#word();
    if (/^\d+$/.test(word)) return { kind: "place", place: this.#numberOf(integer(word)) };
    return { kind: "call", name: word.toUpperCase(), of: this.#list() };
  }

  #list(): Condition[] {
    const all: Condition[] = [];
    this.#expect("(");
    if (this.#take(")")) return all;
    do all.push(this.#either());
    while (this.#take(","));
    this.#expect(")");
    return all;
  }

  #place(): Place {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new Untold();
    if ("place" in token) return token.place;
    if (/^\d+$/.test(token.word)) return this.#numberOf(integer(token.word));
    if (token.word === "true" || token.word === "false")
      return this.#numberOf(literalTerm(token.word, { type: `${PREFIXES.xsd}boolean` }));
    throw new Untold(token.word);
  }

  #term(): number {
    const place = this.#place();
    if (place < 0) throw new Untold();
    return place;
  }

  #variableNext(): Place | undefined {
    const token = this.#tokens[this.#at];
    return token !== undefined && "place" in token && token.place < 0 ? this.#place() : undefined;
  }

  #variable(name: string): Place {
    const known = this.#variables.indexOf(name);
    return known < 0 ? -this.#variables.push(name) : -1 - known;
  }

  #word(): string {
    const token = this.#tokens[this.#at++];
    if (token === undefined || "place" in token) throw new Untold();
    return token.word;
  }

  #next(word: string): boolean {
    const token = this.#tokens[this.#at];
    return token !== undefined && "word" in token && token.word === word;
  }

  #take(word: string): boolean {
    if (!this.#next(word)) return false;
    this.#at++;
    return true;
  }

  #expect(word: string): void {
    if (!this.#take(word)) throw new Untold(word);
  }
}

const COMPARISONS = ["=", "!=", "<", "<=", ">", ">="];
const TYPE: Term = { kind: "iri", value: `${PREFIXES.rdf}type` };

function integer(text: string): Term {
  return literalTerm(text, { type: `${PREFIXES.xsd}integer` });
}

function wholeName(name: string): string {
  const [prefix = "", local] = name.split(":");
  if (!Object.hasOwn(PREFIXES, prefix)) throw new Untold(name);
  return PREFIXES[prefix as keyof typeof PREFIXES] + local;
}

/** Patterns that follow each other are one part, to be gone through in whatever order is least work. */
function joined(parts: readonly Part[]): Part[] {
  const all: Part[] = [];
  for (const part of parts) {
    const last = all.at(-1);
    if (part.kind === "triples" && last?.kind === "triples")
      all[all.length - 1] = { kind: "triples", patterns: [...last.patterns, ...part.patterns] };
    else all.push(part);
  }
  return all;
}
