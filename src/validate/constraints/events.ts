import type { Declarations, Specializations } from "./declarations.ts";
import { CODES, COLUMNS, ID, KINDS, WIDTH } from "./instance.ts";
import { IntList } from "./int-list.ts";
import { MISSING, NONE } from "./terms.ts";
import type { Unified } from "./unification.ts";

/** What kind of instantaneous event a node is (PROV-DM 5.1). */
export type Role = "start" | "end" | "generation" | "invalidation" | "usage";

export const ROLES: readonly Role[] = ["start", "end", "generation", "invalidation", "usage"];
const [START, END, GENERATION, INVALIDATION, USAGE] = [0, 1, 2, 3, 4];

/** No statement states the event of this node. */
export const NOTHING = -1;
/** Several statements do; each has a node of its own. */
export const SEVERAL = -2;

/** The strict constraint: the only one that makes one event come truly before another. */
export const STRICT = 42;

/**
 * The events of an instance and what constraints 30-49 say of their order.
 *
 * The starts of one activity are all at once by constraint 31, as are its ends (32), and the generations (39) and invalidations (40) of one entity.
 * They share a *hub*, before and after each of them: what holds for any of n events is one edge of the hub, not n, and n × m between
 * hubs is one. A single event is its own hub.
 *
 * Inferences 5-10 and 13-14 are not written out. Events that they give to an entity or activity which has none of its own are the hub itself, which
 * exists for it (`witness`); events of things that nothing names have no order that matters, but for the generation of an unnamed
 * trigger by a named starter or ender (9, 10), which is a node. What inference 5 says of order is constraint 35; what 6 says follows from 33, 34 and 37.
 *
 * Inference 19 is not written out either: hubs of specializations are linked (45, 46) also where an entity has no such event, and then carry no other
 * edge, so that there is a path from hub to hub just where the closure has an edge.
 */
export interface Events {
  readonly nodes: number;
  /** By node. Of a hub: a row which tells that such an event exists, -1 where it only passes an order on. */
  readonly witness: Int32Array;
  /** By node, an index into `ROLES`. */
  readonly roles: Int32Array;
  /** By node, the entity or activity that the event is of; of a usage, the activity. */
  readonly terms: Int32Array;
  /** By node, the row that states this event; `NOTHING` where none does, `SEVERAL` for the hub of several. */
  readonly stated: Int32Array;
  readonly edges: number;
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** By edge, the constraint that states it: 30-49, or 53 between events that have one id. */
  readonly codes: Int32Array;
  /** By edge, the row that it follows from. */
  readonly reasons: Int32Array;
}

export function readEvents(unified: Unified, declared: Declarations, specializations: Specializations): Events {
  const { instance, rowOf } = unified;
  const { rows, terms } = instance;
  const { kinds, cells, count } = rows;
  const [witness, roles, owners, stated] = [new IntList(), new IntList(), new IntList(), new IntList()];
  const [from, to, codes, reasons] = [new IntList(), new IntList(), new IntList(), new IntList()];
  const hubOf = new Int32Array(terms.size * 4).fill(-1);
  const nodeOf = new Int32Array(count).fill(-1);

  const cell = (row: number, column: number) => {
    const term = cells[row * WIDTH + column] as number;
    return term === MISSING ? MISSING : terms.find(term);
  };
  const addNode = (role: number, term: number, row: number, event: number) => {
    witness.push(row);
    owners.push(term);
    stated.push(event);
    return roles.push(role);
  };
  const order = (a: number, b: number, code: number, row: number) => {
    if (a === -1 || b === -1) return;
    from.push(a);
    to.push(b);
    codes.push(code);
    reasons.push(row);
  };
  /** The hub, which exists if it carries nothing but the order of specializations. */
  const passing = (role: number, term: number) => {
    const at = term * 4 + role;
    if (hubOf[at] === -1) hubOf[at] = addNode(role, term, -1, NOTHING);
    return hubOf[at] as number;
  };
  /** The hub if there is such an event, else -1. */
  const hub = (role: number, term: number) => {
    const node = term > NONE ? (hubOf[term * 4 + role] as number) : -1;
    return node !== -1 && witness.items[node] !== -1 ? node : -1;
  };
  const exists = (role: number, term: number, row: number) => {
    if (term <= NONE) return;
    const node = passing(role, term);
    if (witness.items[node] === -1) witness.items[node] = row;
  };

  for (let row = 0; row < count; row++) if (rowOf(row) === row) tellEvents(row);
  for (let term = 0; term < declared.entity.length; term++) {
    for (const role of [GENERATION, INVALIDATION])
      if (declared.entity[term] !== -1) exists(role, term, declared.entity[term] as number);
    for (const role of [START, END])
      if (declared.activity[term] !== -1) exists(role, term, declared.activity[term] as number);
  }
  for (let row = 0; row < count; row++) if (rowOf(row) === row) orderEvents(row);
  for (let term = 0; term < terms.size; term++) {
    order(hub(START, term), hub(END, term), 30, witness.items[hub(START, term)] ?? -1);
    order(hub(GENERATION, term), hub(INVALIDATION, term), 36, witness.items[hub(GENERATION, term)] ?? -1);
  }
  for (let i = 0; i < specializations.count; i++) {
    const [general, specific] = [specializations.general[i] as number, specializations.specific[i] as number];
    const row = specializations.row[i] as number;
    order(passing(GENERATION, general), passing(GENERATION, specific), 45, row);
    order(passing(INVALIDATION, specific), passing(INVALIDATION, general), 46, row);
  }
  orderSharedIds();

  /** Adds the event that a row states, and marks what exists because of it. */
  function tellEvents(row: number): void {
    const role = ROLE_OF[kinds[row] as number] ?? -1;
    if (role === USAGE) nodeOf[row] = addNode(USAGE, cell(row, 0), row, row);
    else if (role !== -1) tellEvent(row, role);
    if (kinds[row] === CODES.wasAttributedTo) exists(GENERATION, cell(row, 0), row); // inference 13
  }

  function tellEvent(row: number, role: number): void {
    const term = cell(row, 0);
    if (term === MISSING) return;
    const node = passing(role, term);
    const first = stated.items[node] as number;
    if (first === NOTHING) {
      nodeOf[row] = node;
      stated.items[node] = row;
      witness.items[node] = row;
    } else {
      if (first !== SEVERAL) addEvent(first, role, term, node);
      addEvent(row, role, term, node);
      stated.items[node] = SEVERAL;
    }
    // Inferences 9 and 10: a trigger was generated.
    if (role === START || role === END) exists(GENERATION, cell(row, 1), row);
  }

  function addEvent(row: number, role: number, term: number, hubNode: number): void {
    nodeOf[row] = addNode(role, term, row, row);
    tie(nodeOf[row] as number, hubNode, LINKS[role] as number, row);
  }

  function tie(event: number, hubNode: number, code: number, row: number): void {
    order(event, hubNode, code, row);
    order(hubNode, event, code, row);
  }

  function orderEvents(row: number): void {
    const [a, b, c] = [cell(row, 0), cell(row, 1), cell(row, 2)];
    const node = nodeOf[row] as number;
    switch (KINDS[kinds[row] as number]) {
      case "wasGeneratedBy":
        order(hub(START, b), node, 34, row);
        order(node, hub(END, b), 34, row);
        return;
      case "used":
        order(hub(START, a), node, 33, row);
        order(node, hub(END, a), 33, row);
        order(hub(GENERATION, b), node, 37, row);
        order(node, hub(INVALIDATION, b), 38, row);
        return;
      case "wasInformedBy":
        order(hub(START, b), hub(END, a), 35, row);
        return;
      case "wasStartedBy":
        orderTrigger(row, node, b, c, 43);
        return;
      case "wasEndedBy":
        orderTrigger(row, node, b, c, 44);
        return;
      case "wasDerivedFrom": {
        order(hub(GENERATION, b), hub(GENERATION, a), STRICT, row);
        // The rows of inference 11 stand behind the derivation.
        if (c !== NONE) order(nodeOf[rowOf(row + 2)] as number, nodeOf[rowOf(row + 1)] as number, 41, row);
        return;
      }
      case "wasAttributedTo":
        order(hub(GENERATION, b), hub(GENERATION, a), 48, row);
        order(hub(START, b), hub(GENERATION, a), 48, row);
        return;
      case "wasAssociatedWith":
        orderAssociation(row, a, b);
        return;
      case "actedOnBehalfOf":
        order(hub(GENERATION, b), hub(INVALIDATION, a), 49, row);
        order(hub(START, b), hub(END, a), 49, row);
        for (const agent of [a, b]) orderAssociation(row, c, agent); // inference 14
        return;
    }
  }

  /** Of a start or an end by a trigger that another activity generated. */
  function orderTrigger(row: number, event: number, trigger: number, by: number, code: number): void {
    order(hub(GENERATION, trigger), event, code, row);
    order(event, hub(INVALIDATION, trigger), code, row);
    if (by <= NONE) return;
    const generation = trigger === MISSING ? addNode(GENERATION, MISSING, row, NOTHING) : hub(GENERATION, trigger);
    order(hub(START, by), generation, 34, row);
    order(generation, hub(END, by), 34, row);
    if (trigger === MISSING) order(generation, event, code, row);
  }

  function orderAssociation(row: number, activity: number, agent: number): void {
    order(hub(START, activity), hub(INVALIDATION, agent), 47, row);
    order(hub(GENERATION, agent), hub(END, activity), 47, row);
    order(hub(START, activity), hub(END, agent), 47, row);
    order(hub(START, agent), hub(END, activity), 47, row);
  }

  /** An id names one event: where it is the id of two kinds of events (which 53 forbids), they are one event all the same. */
  function orderSharedIds(): void {
    const seen = new Int32Array(terms.size).fill(-1);
    for (let row = 0; row < count; row++) {
      if (rowOf(row) !== row || nodeOf[row] === -1) continue;
      const id = cell(row, ID);
      if (id <= NONE) continue;
      const other = seen[id] as number;
      if (other === -1) seen[id] = row;
      else if (kinds[other] !== kinds[row]) tie(nodeOf[other] as number, nodeOf[row] as number, 53, row);
    }
  }

  return {
    nodes: roles.length,
    witness: witness.items,
    roles: roles.items,
    terms: owners.items,
    stated: stated.items,
    edges: from.length,
    from: from.items,
    to: to.items,
    codes: codes.items,
    reasons: reasons.items,
  };
}

/** By code of a kind, the role of the events that it states. */
const ROLE_OF: readonly (number | undefined)[] = COLUMNS.map((_, kind) => {
  const role = {
    wasStartedBy: START,
    wasEndedBy: END,
    wasGeneratedBy: GENERATION,
    wasInvalidatedBy: INVALIDATION,
    used: USAGE,
  };
  return role[KINDS[kind] as keyof typeof role];
});

/** By role, the constraint that all such events of one thing are at once. */
const LINKS: readonly number[] = [31, 32, 39, 40];
