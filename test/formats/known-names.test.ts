import { describe, expect, it } from "vitest";
import { KnownNames } from "../../src/formats/known-names.ts";

describe("known names", () => {
  it("give the meaning of a name, or nothing, never that of another name", () => {
    const known = new KnownNames();
    const names = Array.from({ length: 20_000 }, (_, n) => `ex:e${n * n}`);
    for (const name of names) known.set(name, `<${name}>`);
    for (const name of names) expect([undefined, `<${name}>`]).toContain(known.get(name));
    expect(known.get("")).toBeUndefined();
    expect(known.get("ex:other")).toBeUndefined();
  });

  it("hold the latest of what was said", () => {
    const known = new KnownNames();
    known.set("a", "1");
    known.set("a", "2");
    expect(known.get("a")).toBe("2");
  });
});
