import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lengthOf, table } from "../../src/cli/table.ts";
import { csvText } from "../../src/query/csv.ts";
import { anyText } from "../any-text.ts";

const widest = (text: string) => Math.max(...text.split("\n").map(lengthOf));

describe("table", () => {
  it("sets text to the left, numbers to the right, and nothing behind", () => {
    expect(
      table(
        ["name", "count"],
        [
          ["a", 1],
          ["long name", 20.5],
          ["b", undefined],
        ],
      ),
    ).toBe(["name       count", "a              1", "long name   20.5", "b"].join("\n"));
  });

  it("has a head where there is no row", () => {
    expect(table(["what", "count"], [])).toBe("what  count");
  });

  it("cuts the widest texts in their middle, so that both ends of an id stay", () => {
    const id = "https://w3id.org/prov-ml/id/01a1fd0c-a32b-7538-b33b-62bbc1ee35fd/w6b87rekllpfk-10";
    const cut = table(["id", "name"], [[id, "loss"]], 40);
    expect(widest(cut)).toBe(40);
    expect(cut).toMatch(/\nhttps:\/\/w3id\.org\S*…\S*w6b87rekllpfk-10 {2}loss$/);
  });

  it("keeps columns in line where characters take two cells or none", () => {
    const rows = [
      ["東京", 1],
      ["re\u0301sume\u0301", 2],
      ["🌷", 3],
    ];
    expect(table(["name", "n"], rows)).toBe(
      ["name    n", "東京    1", "re\u0301sume\u0301  2", "🌷      3"].join("\n"),
    );
    expect(table(["name"], [["東".repeat(10)]], 12)).toBe(`name\n${"東".repeat(3)}…${"東".repeat(2)}`);
  });

  it("puts columns that have no place into further blocks, with the first column again", () => {
    const head = ["run", ...Array.from({ length: 6 }, (_, i) => `parameter${i}`)];
    const narrow = table(head, [["w-1", 1, 2, 3, 4, 5, 6]], 40);
    expect(narrow.split("\n\n")).toEqual([
      "run  parameter0  parameter1  parameter2\nw-1           1           2           3",
      "run  parameter3  parameter4  parameter5\nw-1           4           5           6",
    ]);
  });

  it("never cuts a number", () => {
    const rows = [["x".repeat(50), 25_276_514_304, 1.2345e-7]];
    const narrow = table(["a", "b", "c"], rows, 30);
    expect(narrow).toMatch(/ 25276514304\b/);
    expect(narrow).toMatch(/ 1\.2345e-7\b/);
  });

  it("keeps any text within the width of a terminal, on a line of its own, without control characters", () => {
    const cell = anyText({ maxLength: 60 });
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, cell)), fc.integer({ min: 24, max: 120 }), (rows, width) => {
        const lines = table(["one", "two", "three"], rows, width).split("\n");
        const blocks = lines.filter((line) => line === "").length + 1;
        expect(Math.max(...lines.map(lengthOf))).toBeLessThanOrEqual(width);
        expect(lines.length).toBeGreaterThanOrEqual(rows.length + 1);
        expect(blocks).toBeLessThanOrEqual(2 * rows.length + 2);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: none may come through
        expect(lines.join("")).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
      }),
    );
  });
});

describe("csv", () => {
  it("quotes what RFC 4180 has quoted", () => {
    const rows = [
      ["a,b", 'say "x"', 1.5],
      ["line\nline", undefined, ""],
    ];
    expect(csvText(["p", "q", "r"], rows)).toBe('p,q,r\r\n"a,b","say ""x""",1.5\r\n"line\nline",,\r\n');
  });

  it("is read back as it was", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.string())), (rows) => {
        expect(readCsv(csvText(["a", "b"], rows)).slice(1)).toEqual(rows);
      }),
    );
  });
});

function readCsv(text: string): string[][] {
  const cells = [...text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)];
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of cells) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? "");
    if (end === "\r\n") rows.push([]);
  }
  return rows.slice(0, -1);
}
