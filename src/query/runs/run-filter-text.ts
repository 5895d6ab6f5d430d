import { ProvenanceError } from "../../model/error.ts";
import {
  COMPARISONS,
  type Comparison,
  conditionFault,
  isTextField,
  isTimeField,
  MOST_LEVELS,
  type RunFilter,
} from "./run-filter.ts";

/**
 * A filter as people write it: `lr < 0.01 or (status = failed and not person = "Ada L.")`. `not` binds closer than `and`, and that closer than `or`. Names and
 * texts with blanks or signs in them stand in quotes, in which \ goes before a quote or another \.
 * @throws {ProvenanceError} `bad-argument`, with the place in the text
 */
export function parseRunFilter(text: string): RunFilter {
  if (text.length > LONGEST_FILTER) throw bad(text.slice(0, 50), 0, `longer than ${LONGEST_FILTER} characters`);
  const words = wordsOf(text);
  const at = { place: 0, levels: 0 };
  const filter = alternatives();
  if (peek() !== undefined) throw expected("and, or, or the end");
  return filter;

  function alternatives(): RunFilter {
    const all = [conjunction()];
    while (takeWord("or")) all.push(conjunction());
    return all.length === 1 ? (all[0] as RunFilter) : { or: all };
  }

  function conjunction(): RunFilter {
    const all = [single()];
    while (takeWord("and")) all.push(single());
    return all.length === 1 ? (all[0] as RunFilter) : { and: all };
  }

  function single(): RunFilter {
    if (++at.levels > MOST_LEVELS) throw expected(`at most ${MOST_LEVELS} levels of not and brackets`);
    const found = takeWord("not") ? { not: single() } : isSign("(") ? inBrackets() : condition();
    at.levels--;
    return found;
  }

  function inBrackets(): RunFilter {
    at.place++;
    const inside = alternatives();
    if (!isSign(")")) throw expected("and, or, or )");
    at.place++;
    return inside;
  }

  function condition(): RunFilter {
    const field = peek();
    if (field === undefined || field.text === "" || field.kind === "sign" || isKeyword(field))
      throw expected("the name of a field, not or (");
    at.place++;
    const is = COMPARISONS.find(isSign);
    if (is === undefined) throw expected(`one of ${COMPARISONS.join(" ")}`);
    at.place++;
    const value = peek();
    if (value === undefined || value.kind === "sign" || isKeyword(value)) throw expected("a number or a text");
    const condition = conditionOf(field.text, is, value);
    const fault = "field" in condition ? conditionFault(condition) : undefined;
    if (fault !== undefined) throw bad(text, value.at, fault);
    at.place++;
    return condition;
  }

  function isSign(text: string): boolean {
    return peek()?.kind === "sign" && peek()?.text === text;
  }

  function peek(): Word | undefined {
    return words[at.place];
  }

  function takeWord(keyword: string): boolean {
    const word = peek();
    if (word?.kind !== "word" || word.text.toLowerCase() !== keyword) return false;
    at.place++;
    return true;
  }

  function expected(what: string): ProvenanceError {
    const word = peek();
    return bad(
      text,
      word?.at ?? text.length,
      word === undefined ? `it ends where ${what} should stand` : `${quoted(word.text)} stands where ${what} should`,
    );
  }
}

const LONGEST_FILTER = 10_000;

interface Word {
  readonly kind: "word" | "quoted" | "sign";
  readonly text: string;
  readonly at: number;
}

const WORD =
  /\s+|(?<sign>[()]|!=|<=|>=|[=<>~])|"(?<double>(?:[^"\\]|\\[\s\S])*)"|'(?<single>(?:[^'\\]|\\[\s\S])*)'|(?<word>[^\s()=<>~!"']+)/y;

function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  WORD.lastIndex = 0;
  for (let at = 0; at < text.length; at = WORD.lastIndex) {
    const groups = WORD.exec(text)?.groups;
    if (groups === undefined) {
      const what = /["']/.test(text[at] as string)
        ? "a quote that does not end"
        : `${quoted(text[at] as string)}, which means nothing there`;
      throw bad(text, at, what);
    }
    const inQuotes = groups.double ?? groups.single;
    if (inQuotes !== undefined) words.push({ kind: "quoted", text: inQuotes.replace(/\\([\s\S])/g, "$1"), at });
    else if (groups.sign !== undefined) words.push({ kind: "sign", text: groups.sign, at });
    else if (groups.word !== undefined) words.push({ kind: "word", text: groups.word, at });
  }
  return words;
}

function isKeyword({ kind, text }: Word): boolean {
  return kind === "word" && /^(and|or|not)$/i.test(text);
}

/**
 * What is searched for, times and what is in quotes are texts. Elsewhere what reads as a number is one; where a field has texts of its own, such as a
 * commit 12e3, and may also be the name of a measure, it may equal either.
 */
function conditionOf(field: string, is: Comparison, { kind, text }: Word): RunFilter {
  const asText = { field, is, value: text };
  if (kind === "quoted" || is === "~" || isTimeField(field)) return asText;
  const asRead = { field, is, value: plain(text) };
  if (asRead.value === text || !isTextField(field)) return asRead;
  return is === "=" ? { or: [asText, asRead] } : is === "!=" ? { and: [asText, asRead] } : asRead;
}

/** A number or a boolean where it reads as one; INF is what JSON output has for Infinity. */
function plain(text: string): string | number | boolean {
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text);
  if (/^(NaN|[+-]?(Infinity|INF))$/.test(text)) return Number(text.replace("INF", "Infinity"));
  return text === "true" ? true : text === "false" ? false : text;
}

function bad(text: string, at: number, what: string): ProvenanceError {
  const before = text.slice(Math.max(0, at - SHOWN), at);
  const shown = `${at > SHOWN ? "…" : ""}${before}»${text.slice(at, at + SHOWN)}${text.length > at + SHOWN ? "…" : ""}`;
  return new ProvenanceError(
    "bad-argument",
    `the filter cannot be read at character ${at + 1}, marked by » in ${quoted(shown)}: ${what}`,
  );
}

const SHOWN = 40;

function quoted(text: string): string {
  return JSON.stringify(text);
}
