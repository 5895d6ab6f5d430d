import { createHash } from "node:crypto";
import { eachReference, isAnonymous } from "./anonymous.ts";
import type { Document } from "./document.ts";
import { ProvenanceError } from "./error.ts";
import type { Iri, Statement } from "./statement.ts";
import { type Spell, statementKey } from "./statement-key.ts";

/** A statement and the bundle that it stands in; a bundle itself, where there is no statement. */
export interface Placed {
  readonly bundle?: Iri;
  readonly statement?: Statement;
}

/** What only one of two documents states. Both lists are empty when the documents are equal. */
export interface Difference {
  readonly onlyFirst: readonly Placed[];
  readonly onlySecond: readonly Placed[];
}

/**
 * Compares two documents: equal are those that state the same, whatever the order of statements and attributes, the prefixes, and the labels of
 * anonymous identifiers. The same statement twice is not the same statement once; a repeated attribute is.
 * @throws {ProvenanceError} `too-large` when anonymous identifiers are so alike that telling them apart takes too long.
 */
export function difference(first: Document, second: Document): Difference {
  const a = settle(placedIn(first));
  const b = settle(placedIn(second));
  const found = unmatched(a, b);
  if (found.onlyFirst.length > 0 || found.onlySecond.length > 0) return found;
  if (isSame(a, b, { trials: 0 })) return found;
  return { onlyFirst: a.anonymous, onlySecond: b.anonymous };
}

/** Whether two documents state the same; see {@link difference}. */
export function isEqual(first: Document, second: Document): boolean {
  const { onlyFirst, onlySecond } = difference(first, second);
  return onlyFirst.length === 0 && onlySecond.length === 0;
}

/**
 * One of the documents with a colour for each anonymous id: a digest of what is said of it. Ids of one colour may or may not stand for the same
 * thing (colour refinement, as graph isomorphism is commonly decided).
 */
interface Coloured {
  readonly placed: readonly Placed[];
  /** Those of `placed` that name something anonymous. */
  readonly anonymous: readonly Placed[];
  readonly colours: ReadonlyMap<Iri, string>;
}

function settle(placed: readonly Placed[]): Coloured {
  const colours = new Map<Iri, string>();
  const anonymous = placed.filter((one) => {
    const names = anonymousNames(one);
    for (const id of names) colours.set(id, "");
    return names.length > 0;
  });
  return refine({ placed, anonymous, colours });
}

/** Colours each id by what is said of it in the colours of the others, until that tells no more ids apart. */
function refine({ placed, anonymous, colours }: Coloured): Coloured {
  let now = colours;
  for (let known = 0, size = new Set(now.values()).size; size > known; size = new Set(now.values()).size) {
    known = size;
    const said = new Map<Iri, string[]>(Array.from(now.keys(), (id) => [id, []]));
    for (const one of anonymous) {
      for (const id of new Set(anonymousNames(one))) said.get(id)?.push(keyOf(one, spelling(now, id)));
    }
    now = new Map(Array.from(said, ([id, keys]) => [id, digest([now.get(id) as string, ...keys.sort()])]));
  }
  return { placed, anonymous, colours: now };
}

/** How many pairs of look-alikes are tried. */
const MOST_TRIALS = 5_000;

/** Whether some pairing of the ids of each colour makes both the same: tries one pair and refines, as long as colours are shared. */
function isSame(a: Coloured, b: Coloured, spent: { trials: number }): boolean {
  const { onlyFirst, onlySecond } = unmatched(a, b);
  if (onlyFirst.length > 0 || onlySecond.length > 0) return false;
  const tied = smallestTie(a.colours);
  if (tied === undefined) return true;
  const [id] = tied.ids as [Iri];
  for (const [other, colour] of b.colours) {
    if (colour !== tied.colour) continue;
    if (++spent.trials > MOST_TRIALS) {
      throw new ProvenanceError("too-large", "the anonymous identifiers are too alike to compare; give them names");
    }
    if (isSame(refine(marked(a, id)), refine(marked(b, other)), spent)) return true;
  }
  return false;
}

function marked(side: Coloured, id: Iri): Coloured {
  return { ...side, colours: new Map(side.colours).set(id, `${side.colours.get(id)}!`) };
}

function smallestTie(colours: ReadonlyMap<Iri, string>): { readonly colour: string; readonly ids: Iri[] } | undefined {
  const classes = new Map<string, Iri[]>();
  for (const [id, colour] of colours) {
    const ids = classes.get(colour);
    if (ids) ids.push(id);
    else classes.set(colour, [id]);
  }
  let smallest: { colour: string; ids: Iri[] } | undefined;
  for (const [colour, ids] of classes) {
    if (ids.length > 1 && ids.length < (smallest?.ids.length ?? Number.POSITIVE_INFINITY)) smallest = { colour, ids };
  }
  return smallest;
}

function unmatched(a: Coloured, b: Coloured): Difference {
  const left = new Map<string, Placed[]>();
  for (const one of a.placed) {
    const key = keyOf(one, spelling(a.colours));
    const same = left.get(key);
    if (same) same.push(one);
    else left.set(key, [one]);
  }
  const onlySecond = b.placed.filter((one) => left.get(keyOf(one, spelling(b.colours)))?.pop() === undefined);
  return { onlyFirst: [...left.values()].flat(), onlySecond };
}

function spelling(colours: ReadonlyMap<Iri, string>, self?: Iri): Spell {
  if (colours.size === 0) return (id) => id;
  return (id) => (isAnonymous(id) ? (id === self ? "_:" : `_:${colours.get(id)}`) : id);
}

function keyOf({ bundle, statement }: Placed, spell: Spell): string {
  const place = bundle === undefined ? "" : spell(bundle);
  return `${place.length}:${place}${statement ? statementKey(statement, spell) : ""}`;
}

function placedIn({ statements, bundles }: Document): Placed[] {
  const placed: Placed[] = statements.map((statement) => ({ statement }));
  for (const { id, statements } of bundles) {
    placed.push({ bundle: id });
    for (const statement of statements) placed.push({ bundle: id, statement });
  }
  return placed;
}

function anonymousNames({ bundle, statement }: Placed): Iri[] {
  const names: Iri[] = [];
  const found = (id: Iri) => {
    if (isAnonymous(id)) names.push(id);
  };
  if (bundle !== undefined) found(bundle);
  if (statement?.id !== undefined) found(statement.id);
  if (statement) eachReference(statement, found);
  return names;
}

function digest(texts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(`${text.length}:${text}`);
  return hash.digest("base64").slice(0, 22);
}
