import { describe, expect, it } from "vitest";
import { checkConstraints } from "../../src/validate/constraints/check.ts";
import { INFERENCE_CASES } from "./inference-cases.ts";
import { isValidLiterally } from "./literal.ts";
import { ORDER_CASES } from "./order-cases.ts";
import { documentOfLines } from "./prov-n-lines.ts";

describe("a document that is invalid because of what it implies", () => {
  it.each(INFERENCE_CASES)("$inference: $what", ({ inference, invalid, constraint, without, told }) => {
    const { violations } = checkConstraints(documentOfLines(invalid));
    const sentences = violations.map(({ sentence }) => sentence).join("\n");
    const found = violations.find((one) => one.constraint === constraint || one.involved.includes(constraint));
    expect(found, sentences).toBeDefined();
    if (told) expect(found?.involved, sentences).toContain(inference);
    const rest = invalid
      .split(";;")
      .filter((line) => line.trim() !== without)
      .join(";;");
    expect(rest).not.toBe(invalid);
    expect(checkConstraints(documentOfLines(rest)).violations.filter((one) => one.constraint === constraint)).toEqual(
      [],
    );
  });

  it("is invalid to a literal reader of the specification too", () => {
    for (const { invalid } of INFERENCE_CASES) expect(isValidLiterally(documentOfLines(invalid)), invalid).toBe(false);
    for (const { valid } of ORDER_CASES) expect(isValidLiterally(documentOfLines(valid)), valid).toBe(true);
  });

  it("comes for every definition and inference that can make a document invalid", () => {
    const numbers = new Set(INFERENCE_CASES.map(({ inference }) => inference));
    expect([...numbers].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 7, 9, 10, 11, 13, 14, 15, 19, 21]);
  });
});
