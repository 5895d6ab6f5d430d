import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Brief } from "../../src/model/brief.ts";
import { statementsJson } from "../../src/spool/statement-text.ts";
import { anyText } from "../any-text.ts";

const text = fc.oneof(fc.string(), anyText(), fc.constantFrom('"', "\\", "null", "\ud800", "é", "\n", "x:w1-2"));
const value = fc.oneof(
  text,
  fc.boolean(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.record({ name: text }),
  fc.record({ value: text, type: text }),
  fc.record({ value: text, language: text }),
);
const time = fc.double({ noNaN: true, noDefaultInfinity: true });
const activity = fc.record(
  {
    kind: fc.constant("activity"),
    id: text,
    startTime: fc.oneof(time, text),
    endTime: time,
    attributes: fc.array(fc.tuple(text, value)),
    graph: text,
  },
  { requiredKeys: ["kind"] },
);
const numbers = fc.record(
  {
    kind: fc.constantFrom("parameters", "outputs", "measures"),
    id: text,
    activity: text,
    names: fc.array(text),
    doubles: fc.base64String(),
    time,
    of: text,
    graph: text,
  },
  { requiredKeys: ["kind", "id", "activity", "names", "doubles"] },
);
const values = fc.record({
  kind: fc.constant("outputs"),
  id: text,
  activity: text,
  values: fc.dictionary(text, value),
});

describe("the text of statements", () => {
  it("is JSON that reads as the JSON of the same list does", () => {
    const lists = fc.array(fc.oneof(activity, numbers, values), { minLength: 1 });
    fc.assert(
      fc.property(lists, (list) => {
        const json = statementsJson(list as unknown as Brief[]) ?? "none";
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(list)));
      }),
      { numRuns: 1000 },
    );
  });

  it("of the same names is the same in every list", () => {
    const names = ["a", 'b"'];
    const list = (doubles: string) => ({ kind: "outputs", id: "x:1", activity: "x:2", names, doubles }) as Brief;
    const lists = [list("AAAA"), list("BBBB")];
    expect(JSON.parse(statementsJson(lists) ?? "")).toEqual(lists);
  });

  it.each<[string, object]>([
    ["a time that is no number", { kind: "activity", id: "x:1", endTime: Number.NaN }],
    ["an infinite time", { kind: "activity", id: "x:1", startTime: Number.POSITIVE_INFINITY }],
    ["an attribute without a value", { kind: "activity", id: "x:1", attributes: [["rdfs:label", undefined]] }],
    ["an attribute that is NaN", { kind: "activity", id: "x:1", attributes: [["prov:value", Number.NaN]] }],
    ["a bigint", { kind: "entity", id: "x:1", attributes: [["prov:value", 1n]] }],
  ])("is not had of %s", (_, brief) => {
    expect(statementsJson([{ kind: "entity", id: "x:0" }, brief as Brief])).toBeUndefined();
  });
});
