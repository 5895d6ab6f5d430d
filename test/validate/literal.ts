import type { Document } from "../../src/model/document.ts";
import { formalAttributes, isElementKind, type Kind } from "../../src/model/relations.ts";
import type { Statement } from "../../src/model/statement.ts";

/**
 * PROV-CONSTRAINTS word for word, for documents of a few statements: the normal form is built by applying every definition, inference and
 * uniqueness constraint until nothing changes (section 6), then every ordering, typing and impossibility constraint is looked at
 * (section 7). Slow and simple: what the validator is held to.
 */
export function isValidLiterally({ statements }: Document): boolean {
  const facts = normalForm(statements);
  return facts !== undefined && isOrdered(facts) && isPossible(facts);
}

/** A term: `?1` is an existential variable, `-` the placeholder, anything else a constant. `EMPTY` among the terms of an entity marks its type. */
type Fact = readonly [relation: string, ...terms: string[]];

/** The normal form as statements, its variables anonymous: what may be added to a document without changing what it says. */
export function normalStatements({ statements }: Document): Statement[] | undefined {
  return normalForm(statements)?.map(([kind, ...terms]) => {
    const statement: Record<string, unknown> = { kind };
    const name = (term: string) => (term.startsWith("?") ? `_:v${term.slice(1)}` : term);
    const isIdentified = !UNIDENTIFIED.has(kind);
    if (isIdentified) statement.id = name(terms[0] as string);
    formalAttributes(kind as Kind).forEach(([attribute, type], index) => {
      const term = terms[isIdentified ? index + 1 : index] as string;
      if (term === "-" || (type === "time" && term.startsWith("?"))) return;
      statement[attribute] = name(term);
    });
    if (kind === "entity" && terms.includes("EMPTY")) {
      const prov = "http://www.w3.org/ns/prov#";
      statement.attributes = [[`${prov}type`, { iri: `${prov}EmptyCollection` }]];
    }
    return statement as unknown as Statement;
  });
}

const UNIDENTIFIED = new Set(["alternateOf", "specializationOf", "hadMember"]);
const UNEXPANDED = new Set(["wasDerivedFrom 3", "wasDerivedFrom 4", "wasDerivedFrom 5", "wasAssociatedWith 3"]);

let variables = 0;
const fresh = () => `?${++variables}`;

function normalForm(statements: readonly Statement[]): Fact[] | undefined {
  let facts: Fact[] | undefined = distinct(statements.map(expanded));
  for (;;) {
    facts = unified(facts);
    if (facts === undefined) return undefined;
    const more: Fact[] | undefined = firstInference(facts);
    if (more === undefined) return facts;
    facts = distinct([...facts, ...more]);
  }
}

/** Definitions 1-4. */
function expanded(statement: Statement): Fact {
  const { kind, id, attributes = [] } = statement;
  const values = statement as unknown as Readonly<Record<string, string | undefined>>;
  const variable = (text: string) => (text.startsWith("_:") ? `?${text}` : text);
  const terms = formalAttributes(kind).map(([name], index) => {
    const value = values[name];
    if (value !== undefined) return variable(value);
    const isNull = UNEXPANDED.has(`${kind} ${index + 1}`);
    const hasActivity = kind === "wasDerivedFrom" && index > 2 && values.activity !== undefined;
    return isNull && !hasActivity ? "-" : fresh();
  });
  const isEmpty =
    kind === "entity" && attributes.some(([, value]) => JSON.stringify(value).includes("EmptyCollection"));
  const own = isElementKind(kind) || !UNIDENTIFIED.has(kind) ? [id === undefined ? fresh() : variable(id)] : [];
  return [kind, ...own, ...terms, ...(isEmpty ? ["EMPTY"] : [])];
}

function distinct(facts: readonly Fact[]): Fact[] {
  return [...new Map(facts.map((fact) => [fact.join(" "), fact])).values()];
}

/** Constraints 22-29 until nothing changes; undefined when something cannot be unified. */
function unified(given: Fact[]): Fact[] | undefined {
  let facts = given;
  search: for (;;) {
    for (const a of facts) {
      for (const b of facts) {
        const pairs = equations(a, b);
        for (const [x, y] of pairs) {
          if (x === y) continue;
          const [from, to] = x.startsWith("?") ? [x, y] : [y, x];
          if (!from.startsWith("?") || to === "-") return undefined;
          facts = distinct(facts.map((fact) => fact.map((term) => (term === from ? to : term)) as unknown as Fact));
          continue search;
        }
      }
    }
    return merged(facts);
  }
}

/** What must be equal because both facts hold. */
function equations(a: Fact, b: Fact): [string, string][] {
  const [kind] = a;
  if (kind === "activity" && a[1] === b[2]) {
    if (b[0] === "wasStartedBy") return [[a[2] as string, b[5] as string]];
    if (b[0] === "wasEndedBy") return [[a[3] as string, b[5] as string]];
  }
  if (a === b || kind !== b[0] || UNIDENTIFIED.has(kind)) return [];
  const same = (...places: number[]) => places.every((place) => a[place] === b[place]);
  if (same(1)) return kind === "entity" ? [] : a.slice(1).map((term, i) => [term, b[i + 1] as string]);
  const isOne =
    ((kind === "wasGeneratedBy" || kind === "wasInvalidatedBy") && same(2, 3)) ||
    ((kind === "wasStartedBy" || kind === "wasEndedBy") && same(2, 4));
  return isOne ? [[a[1] as string, b[1] as string]] : [];
}

/** Entities of one id have all their attributes. */
function merged(facts: Fact[]): Fact[] {
  const empty = new Set(facts.filter((fact) => fact[0] === "entity" && fact[2] === "EMPTY").map((fact) => fact[1]));
  return distinct(
    facts.map((fact) => (fact[0] === "entity" && empty.has(fact[1]) ? ["entity", fact[1] as string, "EMPTY"] : fact)),
  );
}

/** What follows from some facts by inferences 5-21 and is not there yet; undefined when there is nothing. */
function firstInference(facts: readonly Fact[]): Fact[] | undefined {
  const of = (kind: string) => facts.filter((fact) => fact[0] === kind).map((fact) => fact.slice(1) as string[]);
  const has = (kind: string, ...terms: (string | undefined)[]) =>
    of(kind).some((fact) => terms.every((term, i) => term === undefined || term === fact[i]));
  const any = undefined;
  for (const [, a2, a1] of of("wasInformedBy")) {
    const isThere = of("wasGeneratedBy").some(([, e, a]) => a === a1 && has("used", any, a2, e));
    const e = fresh();
    if (!isThere)
      return [
        ["wasGeneratedBy", fresh(), e, a1 as string, fresh()],
        ["used", fresh(), a2 as string, e, fresh()],
      ];
  }
  for (const [, e1, a1] of of("wasGeneratedBy")) {
    for (const [, a2, e2] of of("used")) {
      if (e1 === e2 && !has("wasInformedBy", any, a2, a1))
        return [["wasInformedBy", fresh(), a2 as string, a1 as string]];
    }
  }
  for (const [e = ""] of of("entity")) {
    if (!has("wasGeneratedBy", any, e)) return [["wasGeneratedBy", fresh(), e, fresh(), fresh()]];
    if (!has("wasInvalidatedBy", any, e)) return [["wasInvalidatedBy", fresh(), e, fresh(), fresh()]];
    if (!has("alternateOf", e, e)) return [["alternateOf", e, e]];
  }
  for (const [a = "", t1 = "", t2 = ""] of of("activity")) {
    if (!has("wasStartedBy", any, a, any, any, t1)) return [["wasStartedBy", fresh(), a, fresh(), fresh(), t1]];
    if (!has("wasEndedBy", any, a, any, any, t2)) return [["wasEndedBy", fresh(), a, fresh(), fresh(), t2]];
  }
  for (const [, , e1 = "", a1 = ""] of [...of("wasStartedBy"), ...of("wasEndedBy")]) {
    if (!has("wasGeneratedBy", any, e1, a1)) return [["wasGeneratedBy", fresh(), e1, a1, fresh()]];
  }
  for (const [, e2 = "", e1 = "", a = "", gen2 = "", use1 = ""] of of("wasDerivedFrom")) {
    if (a === "-" || gen2 === "-" || use1 === "-") continue;
    if (!has("used", use1, a, e1)) return [["used", use1, a, e1, fresh()]];
    if (!has("wasGeneratedBy", gen2, e2, a)) return [["wasGeneratedBy", gen2, e2, a, fresh()]];
  }
  for (const [, e = "", ag = ""] of of("wasAttributedTo")) {
    const a = fresh();
    const isThere = of("wasGeneratedBy").some(([, e2, by]) => e2 === e && has("wasAssociatedWith", any, by, ag));
    if (!isThere)
      return [
        ["wasGeneratedBy", fresh(), e, a, fresh()],
        ["wasAssociatedWith", fresh(), a, ag, fresh()],
      ];
  }
  for (const [, ag1 = "", ag2 = "", a = ""] of of("actedOnBehalfOf")) {
    for (const ag of [ag1, ag2])
      if (!has("wasAssociatedWith", any, a, ag)) return [["wasAssociatedWith", fresh(), a, ag, fresh()]];
  }
  for (const kind of INFLUENCES) {
    for (const [id = "", x = "", y = ""] of of(kind))
      if (!has("wasInfluencedBy", id, x, y)) return [["wasInfluencedBy", id, x, y]];
  }
  for (const relation of ["alternateOf", "specializationOf"]) {
    for (const [e1 = "", e2 = ""] of of(relation)) {
      for (const [e3 = "", e4 = ""] of of(relation))
        if (e2 === e3 && !has(relation, e1, e4)) return [[relation, e1, e4] as Fact];
    }
  }
  for (const [e1 = "", e2 = ""] of of("alternateOf")) if (!has("alternateOf", e2, e1)) return [["alternateOf", e2, e1]];
  for (const [e2 = "", e1 = ""] of of("specializationOf")) {
    if (!has("alternateOf", e2, e1)) return [["alternateOf", e2, e1]];
    for (const [e = "", ...empty] of of("entity")) {
      if (e === e1 && !has("entity", e2, ...empty)) return [["entity", e2, ...empty]];
    }
  }
  return undefined;
}

const PROPERTIES = [
  "used",
  "wasGeneratedBy",
  "wasInvalidatedBy",
  "wasStartedBy",
  "wasEndedBy",
  "wasInformedBy",
  "wasAttributedTo",
  "wasAssociatedWith",
  "actedOnBehalfOf",
];
const INFLUENCES = [...PROPERTIES, "wasDerivedFrom"];

/** Constraints 30-49: no event strictly before itself, in the closure of what precedes what. */
function isOrdered(facts: readonly Fact[]): boolean {
  const of = (kind: string) => facts.filter((fact) => fact[0] === kind).map((fact) => fact.slice(1) as string[]);
  const before = new Map<string, boolean>(); // "a b" → whether strictly
  const order = (a: string, b: string, isStrict = false) =>
    before.set(`${a} ${b}`, isStrict || (before.get(`${a} ${b}`) ?? false));
  const [starts, ends] = [of("wasStartedBy"), of("wasEndedBy")];
  const [generations, invalidations, usages] = [of("wasGeneratedBy"), of("wasInvalidatedBy"), of("used")];
  /** Ids of the events whose thing is this one. */
  const ids = (events: string[][], thing = "", place = 1) =>
    events.filter((event) => event[place] === thing).map(([id = ""]) => id);
  const orderAll = (firsts: string[], seconds: string[], isStrict = false) => {
    for (const a of firsts) for (const b of seconds) order(a, b, isStrict);
  };
  for (const [id = "", a, trigger] of starts) {
    orderAll([id], [...ids(ends, a), ...ids(starts, a)]); // 30, 31
    orderAll([id], ids(usages, a)); // 33
    orderAll([id], ids(generations, a, 2)); // 34
    orderAll(ids(generations, trigger), [id]); // 43
    orderAll([id], ids(invalidations, trigger));
  }
  for (const [id = "", a, trigger] of ends) {
    orderAll([id], ids(ends, a)); // 32
    orderAll(ids(usages, a), [id]); // 33
    orderAll(ids(generations, a, 2), [id]); // 34
    orderAll(ids(generations, trigger), [id]); // 44
    orderAll([id], ids(invalidations, trigger));
  }
  for (const [, a2, a1] of of("wasInformedBy")) orderAll(ids(starts, a1), ids(ends, a2)); // 35
  for (const [id = "", e] of generations)
    orderAll([id], [...ids(invalidations, e), ...ids(usages, e, 2), ...ids(generations, e)]); // 36, 37, 39
  for (const [id = "", e] of invalidations) {
    orderAll(ids(usages, e, 2), [id]); // 38
    orderAll([id], ids(invalidations, e)); // 40
  }
  for (const [, e2, e1, a, gen2 = "", use1 = ""] of of("wasDerivedFrom")) {
    if (a !== "-" && gen2 !== "-" && use1 !== "-") order(use1, gen2); // 41
    orderAll(ids(generations, e1), ids(generations, e2), true); // 42
  }
  for (const [e2, e1] of of("specializationOf")) {
    orderAll(ids(generations, e1), ids(generations, e2)); // 45
    orderAll(ids(invalidations, e2), ids(invalidations, e1)); // 46
  }
  for (const [, a, ag] of of("wasAssociatedWith")) {
    orderAll(ids(starts, a), [...ids(invalidations, ag), ...ids(ends, ag)]); // 47
    orderAll([...ids(generations, ag), ...ids(starts, ag)], ids(ends, a));
  }
  for (const [, e, ag] of of("wasAttributedTo"))
    orderAll([...ids(generations, ag), ...ids(starts, ag)], ids(generations, e)); // 48
  for (const [, ag2, ag1] of of("actedOnBehalfOf")) {
    orderAll(ids(generations, ag1), ids(invalidations, ag2)); // 49
    orderAll(ids(starts, ag1), ids(ends, ag2));
  }
  return !isStrictlyCyclic(before);
}

function isStrictlyCyclic(before: Map<string, boolean>): boolean {
  const events = [...new Set([...before.keys()].flatMap((pair) => pair.split(" ")))];
  const place = new Map(events.map((event, i) => [event, i]));
  const n = events.length;
  const reach = Array.from({ length: n }, () => new Uint8Array(n)); // 1: precedes, 2: strictly precedes
  for (const [pair, isStrict] of before) {
    const [a = "", b = ""] = pair.split(" ");
    (reach[place.get(a) as number] as Uint8Array)[place.get(b) as number] = isStrict ? 2 : 1;
  }
  for (let k = 0; k < n; k++) {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const [first, second] = [reach[i]?.[k] as number, reach[k]?.[j] as number];
        if (first === 0 || second === 0) continue;
        const row = reach[i] as Uint8Array;
        row[j] = Math.max(row[j] as number, first, second);
      }
    }
  }
  return events.some((_, i) => reach[i]?.[i] === 2);
}

/** Constraints 50-56. */
function isPossible(facts: readonly Fact[]): boolean {
  const types = new Map<string, Set<string>>();
  const put = (term: string, type: string) => {
    if (term !== "-") types.set(term, (types.get(term) ?? new Set()).add(type));
  };
  const relations = new Map<string, Set<string>>();
  for (const [kind, ...terms] of facts) {
    if (kind === "entity" || kind === "activity" || kind === "agent") put(terms[0] as string, kind);
    const offset = UNIDENTIFIED.has(kind) ? 0 : 1;
    for (const [i, [, type]] of formalAttributes(kind as Kind).entries()) put(terms[i + offset] as string, type);
    if (offset === 1) relations.set(terms[0] as string, (relations.get(terms[0] as string) ?? new Set()).add(kind));
    if (kind === "specializationOf" && terms[0] === terms[1]) return false; // 52
    const [, , , a, g, u] = terms;
    if (kind === "wasDerivedFrom" && a === "-" && (g !== "-" || u !== "-")) return false; // 51
    const isEmpty = facts.some(([other, c, type]) => other === "entity" && c === terms[0] && type === "EMPTY");
    if (kind === "hadMember" && isEmpty) return false; // 56
  }
  for (const kinds of relations.values()) {
    if (PROPERTIES.filter((kind) => kinds.has(kind)).length > 1) return false; // 53
    const isElement = ["entity", "activity", "agent"].some((kind) => kinds.has(kind));
    if (isElement && [...INFLUENCES, "wasInfluencedBy"].some((kind) => kinds.has(kind))) return false; // 54
  }
  return ![...types.values()].some((of) => of.has("entity") && of.has("activity")); // 55
}
