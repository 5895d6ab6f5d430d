import { doublesText } from "../model/doubles.ts";
import { isKnownLarge } from "./own-names.ts";
import { isSecretNumberName } from "./secrets.ts";
import { LONGEST_STRING, MOST_VALUES } from "./values.ts";

/** The numbers of a plain object as it is now. */
export interface Numbers {
  /** The very same list for the same names, so that what is made of it can be kept. */
  readonly names: readonly string[];
  readonly doubles: string;
  readonly values?: undefined;
}

/** What was read of an object that is not only numbers, so that no getter is called twice: the first names, and what was found there. */
export interface Mixed {
  readonly names: readonly string[];
  readonly values: readonly unknown[];
}

/**
 * What a plain object holds if that is nothing but numbers under harmless names; undefined, or what was read of it, for all others, which take the way of
 * `contentsOf`. The ways of steps with many numbers, at each call with the same names: one pass, and nothing is asked of a name twice.
 */
export function numbersOf(object: Readonly<Record<string, unknown>>): Numbers | Mixed | undefined {
  if (isKnownLarge(object)) return undefined;
  const use = ++uses;
  let count = 0;
  let last = "";
  let at = root;
  try {
    for (const name in object) {
      const next = at.lastName === name ? at.lastNext : nextNode(at, name);
      if (next === undefined) return use === uses ? mixedOf(at) : undefined;
      const value = object[name];
      if (typeof value !== "number") return use === uses ? mixedOf(at, name, value) : undefined;
      DOUBLES[count++] = value;
      at = next;
      last = name;
    }
    // Inherited names come last, so that one tells whether there are any.
    if (count === 0 || !Object.hasOwn(object, last)) return undefined;
  } catch {
    return undefined; // a getter or a Proxy that throws
  }
  if (use !== uses) return undefined; // a getter called a step, which used the same memory
  return { names: namesOf(at), doubles: doublesText(BYTES, count) };
}

function mixedOf(at: NameNode, name?: string, value?: unknown): Mixed {
  const names: string[] = [...namesOf(at)];
  const values: unknown[] = [];
  for (let i = 0; i < at.count; i++) values.push(DOUBLES[i]);
  if (name !== undefined) {
    names.push(name);
    values.push(value);
  }
  return { names, values };
}

const DOUBLES = new Float64Array(MOST_VALUES);
const BYTES = Buffer.from(DOUBLES.buffer);
let uses = 0;

/** Lists of names as a tree: a list is the way to a node. Steps take the same names again and again, so each node knows where it went last. */
interface NameNode {
  readonly before: NameNode | undefined;
  readonly name: string;
  readonly count: number;
  lastName: string | undefined;
  lastNext: NameNode | undefined;
  next: Map<string, NameNode> | undefined;
  names: readonly string[] | undefined;
}

/** How many characters of names are kept; beyond it all are forgotten. */
const MOST_CHARACTERS = 1_000_000;
let root = newNode(undefined, "");
let characters = 0;

function newNode(before: NameNode | undefined, name: string): NameNode {
  const count = before === undefined ? 0 : before.count + 1;
  return { before, name, count, lastName: undefined, lastNext: undefined, next: undefined, names: undefined };
}

/** Undefined where the list becomes too long, or the name says that its value is a secret. */
function nextNode(at: NameNode, name: string): NameNode | undefined {
  let next = at.next?.get(name);
  if (next === undefined) {
    if (at.count === MOST_VALUES || name.length > LONGEST_STRING || isSecretNumberName(name)) return undefined;
    next = newNode(at, name);
    at.next ??= new Map();
    at.next.set(name, next);
    keep(name.length + NODE_CHARACTERS);
  }
  at.lastName = name;
  at.lastNext = next;
  return next;
}
/** What a node takes beside its name, about. */
const NODE_CHARACTERS = 100;

function namesOf(node: NameNode): readonly string[] {
  if (node.names !== undefined) return node.names;
  const names: string[] = [];
  for (let at: NameNode | undefined = node; at?.before; at = at.before) names.unshift(at.name);
  node.names = names;
  for (const name of names) keep(name.length + 1);
  return names;
}

function keep(more: number): void {
  characters += more;
  if (characters <= MOST_CHARACTERS) return;
  root = newNode(undefined, "");
  characters = 0;
}
