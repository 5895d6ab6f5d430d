import { describe, expect, it } from "vitest";
import { checkConstraints } from "../../src/validate/constraints/check.ts";
import { mutantOf } from "./mutant-of.ts";
import { ORDER_CASES } from "./order-cases.ts";
import { IMPOSSIBLE_CASES, UNIQUENESS_CASES } from "./other-cases.ts";
import { documentOfLines } from "./prov-n-lines.ts";

describe("a document that contradicts one constraint on the order of events", () => {
  it.each(ORDER_CASES)("$constraint: $what", ({ constraint, valid, mutation, isPure }) => {
    expect(checkConstraints(documentOfLines(valid)).violations).toEqual([]);
    const { violations } = checkConstraints(documentOfLines(mutantOf(valid, mutation)));
    const orders = violations.filter(
      (one) => typeof one.constraint === "number" && one.constraint >= 30 && one.constraint <= 49,
    );
    expect(orders).toHaveLength(1);
    expect(orders[0]?.involved).toContain(constraint);
    expect(orders[0]?.involved).toContain(42);
    expect(violations.some((one) => one.constraint === 53)).toBe(isPure !== true);
    if (isPure) expect(violations).toHaveLength(1);
  });

  it("is there for every constraint from 30 to 49", () => {
    const numbers = new Set(ORDER_CASES.map(({ constraint }) => constraint));
    expect([...numbers].sort()).toEqual(Array.from({ length: 20 }, (_, i) => 30 + i));
  });
});

describe("a document that violates one other constraint", () => {
  it.each([...UNIQUENESS_CASES, ...IMPOSSIBLE_CASES])("$constraint: $valid", ({ constraint, valid, mutation }) => {
    const mutant = mutantOf(valid, mutation);
    expect(mutant).not.toBe(valid);
    expect(checkConstraints(documentOfLines(valid)).violations).toEqual([]);
    const { violations } = checkConstraints(documentOfLines(mutant));
    const told = violations.map((one) =>
      constraint === 50 ? one.involved.includes(50) : one.constraint === constraint,
    );
    expect(told, violations.map(({ sentence }) => sentence).join("\n")).toContain(true);
  });
});
