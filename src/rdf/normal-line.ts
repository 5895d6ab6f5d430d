import { canonicalDouble } from "../model/literals.ts";
import { PREFIXES } from "../model/names.ts";
import { iriText, literalText } from "./nquads.ts";
import type { Quad, Term } from "./terms.ts";

/** A quad as a line of N-Quads, without its line end. */
export function quadLine({ subject, predicate, object, graph }: Quad): string {
  const terms = [subject, predicate, object, ...(graph ? [graph] : [])];
  return `${terms.map(termText).join(" ")} .`;
}

function termText(term: Term): string {
  if (term.kind === "iri") return iriText(term.value, "a term", "a quad");
  if (term.kind === "blank") return `_:${term.value}`;
  const { value, type, language } = term;
  return literalText({ lexical: value, type, ...(language === undefined ? {} : { language }) });
}

/** The graph that a line of N-Quads names; "" where it names none. */
export function graphOfLine(line: string): string {
  const end = line.lastIndexOf(">");
  const start = line.lastIndexOf("<", end);
  return start > 0 && line[start - 1] === " " && line[end + 1] === " " ? line.slice(start + 1, end) : "";
}

/**
 * A line whose value has the one spelling that all its spellings share, so that what a server has made of numbers, truth values and times
 * compares as what was written. A lexical form that its datatype does not have stays as it is.
 */
export function normalLine(line: string): string {
  const at = line.lastIndexOf(TYPED);
  if (at < 0) return line;
  const rule = RULES.get(line.slice(at + TYPED.length, line.indexOf(">", at)));
  if (rule === undefined) return line;
  const start = line.lastIndexOf('"', at - 1) + 1;
  return line.slice(0, start) + rule(line.slice(start, at)) + line.slice(at);
}

const TYPED = `"^^<${PREFIXES.xsd}`;

const INTEGER = /^[+-]?\d+$/;
const DECIMAL = /^([+-]?)0*(\d*)(?:\.(\d*?)0*)?$/;
const DOUBLE = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const TIME = /^(.*T\d\d:\d\d:\d\d)(?:\.(\d*?)0*)?(Z|[+-]00:00)$/;
const TRUTH: Readonly<Record<string, string>> = { "1": "true", "0": "false" };

const integer = (text: string) => (INTEGER.test(text) ? BigInt(text).toString() : text);
const double = (text: string) => (DOUBLE.test(text) ? canonicalDouble(Number(text)) : text === "+INF" ? "INF" : text);

const RULES: ReadonlyMap<string, (text: string) => string> = new Map([
  ...["integer", "long", "int", "short", "byte", "nonNegativeInteger", "positiveInteger"].map(
    (name) => [name, integer] as const,
  ),
  ...["nonPositiveInteger", "negativeInteger", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"].map(
    (name) => [name, integer] as const,
  ),
  ["double", double],
  ["float", double],
  ["boolean", (text) => TRUTH[text] ?? text],
  ["decimal", decimal],
  ["dateTime", time],
]);

function decimal(text: string): string {
  const [whole, sign, before = "", after = ""] = DECIMAL.exec(text) ?? [];
  if (whole === undefined || !/\d/.test(text)) return text;
  const digits = `${before === "" ? "0" : before}.${after === "" ? "0" : after}`;
  return sign === "-" && /[1-9]/.test(digits) ? `-${digits}` : digits;
}

function time(text: string): string {
  const [whole, seconds, fraction = ""] = TIME.exec(text) ?? [];
  return whole === undefined ? text : `${seconds}${fraction === "" ? "" : `.${fraction}`}Z`;
}
