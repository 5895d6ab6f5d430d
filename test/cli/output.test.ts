import { describe, expect, it } from "vitest";
import { shownId, shownValue, wholeValue } from "../../src/cli/graph-text.ts";
import { bytes, counted, duration, plainLines, plainText, shortNumber } from "../../src/cli/output.ts";

describe("what people read", () => {
  it.each([
    [0, "0 µs"],
    [0.0123, "12 µs"],
    [0.9999, "1 ms"],
    [12.4, "12 ms"],
    [999.4, "999 ms"],
    [999.6, "1.0 s"],
    [59_940, "59.9 s"],
    [59_960, "1 min 0 s"],
    [119_600, "2 min 0 s"],
    [3_599_400, "59 min 59 s"],
    [3_599_600, "1 h 0 min"],
    [86_399_000, "24 h 0 min"],
    [360_000_000, "100 h 0 min"],
  ])("has %d ms as %s", (milliseconds, text) => {
    expect(duration(milliseconds)).toBe(text);
  });

  it.each([
    [0, "0 B"],
    [1023, "1023 B"],
    [1024, "1.0 KiB"],
    [1_500_000, "1.4 MiB"],
    [25_276_514_304, "23.5 GiB"],
  ])("has %d bytes as %s", (count, text) => {
    expect(bytes(count)).toBe(text);
  });

  it.each([
    [0.0011843, "0.001184"],
    [123_456.789, "123500"],
    [123_456_789, "123456789"],
    [1e-9, "1e-9"],
    [Number.NaN, "NaN"],
  ])("has %d as %s", (value, text) => {
    expect(shortNumber(value)).toBe(text);
  });

  it("counts in words", () => {
    expect([counted(0, "row"), counted(1, "row"), counted(2, "row")]).toEqual(["0 rows", "1 row", "2 rows"]);
  });

  it("shortens numbers for people only, and shows what was not recorded", () => {
    expect([shownValue(1 / 3), wholeValue(1 / 3), wholeValue(null)]).toEqual([0.3333, 1 / 3, "null"]);
    expect([shownValue({ omitted: "Float32Array(9)" }), shownValue([1, [2]]), shownValue(Number.NaN)]).toEqual([
      "Float32Array(9)",
      "[1,[2]]",
      "NaN",
    ]);
  });
});

describe("text from the graph", () => {
  it("cannot move the cursor, hide or turn text", () => {
    expect(plainText("a\u001b[2Jb\r\n\t\u0085\u202ec")).toBe("a\\u001B[2Jb\\u000D\\n\\u0009\\u0085\\u202Ec");
    expect(plainLines("a\n\u0000b\n")).toBe("a\n\\u0000b\n");
    expect(plainText("Größe 数 🐧")).toBe("Größe 数 🐧");
  });
});

describe("an id as people type it", () => {
  const uuid = "01a1fd0c-a32b-7538-b33b-62bbc1ee35fd";
  it.each([
    [`https://w3id.org/prov-ml/id/${uuid}/w6b87rekllpfk-10`, "w6b87rekllpfk-10"],
    [`https://w3id.org/prov-ml/id/${uuid}/execution`, uuid],
    [`https://w3id.org/prov-ml/id/${uuid}/graph`, `${uuid}/graph`],
    ["https://w3id.org/prov-ml/id/agent.Ada", "agent.Ada"],
    ["http://example.org/ns#thing", "thing"],
    [
      "ni:///sha-256;xd2iw4hyjICVygKRDMr8jDdC2jHHtCZOVGuQE8D7XMg",
      "ni:///sha-256;xd2iw4hyjICVygKRDMr8jDdC2jHHtCZOVGuQE8D7XMg",
    ],
    ["swh:1:rev:5b6d8657d9b62ab0a9d11b104b02352f04f06ebf", "swh:1:rev:5b6d8657d9b62ab0a9d11b104b02352f04f06ebf"],
    ["pkg:npm/provml@0.1.0", "pkg:npm/provml@0.1.0"],
  ])("of %s is %s", (iri, id) => {
    expect(shownId(iri)).toBe(id);
  });
});
