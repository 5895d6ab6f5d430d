import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { OPTIONS, settingsOf } from "../../src/capture/options.ts";

const root = new URL("../../", import.meta.url).pathname;
const text = readFileSync(join(root, "docs/configuration.md"), "utf8");

interface Row {
  readonly option: string | undefined;
  readonly variable: string | undefined;
  readonly cells: readonly string[];
}

const rows: Row[] = text.split("\n").flatMap((line) => {
  const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
  const [option, variable] = cells.slice(1, 3).map((cell) => /^`(\w+)`/.exec(cell)?.[1]);
  if (option === undefined && variable === undefined) return [];
  return option?.startsWith("PROVML_")
    ? [{ option: undefined, variable: option, cells: [] }]
    : [{ option, variable, cells }];
});
const known: Readonly<Record<string, { readonly variable?: string; readonly otherwise: unknown }>> = OPTIONS;

/** Every name of a variable that the source mentions: what is read, and what is said of it. */
function variablesInSource(): Set<string> {
  const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".ts"),
  );
  const names = files.flatMap(
    (file) => readFileSync(join(root, "src", file), "utf8").match(/\bPROVML_[A-Z][A-Z_]*/g) ?? [],
  );
  return new Set(names.filter((name) => name !== "PROVML_BAD_VARIABLE")); // the code of a warning
}

describe("docs/configuration.md", () => {
  it("tells of every option with its variable, and of no other", () => {
    const told = rows.flatMap(({ option, variable }) => (option === undefined ? [] : [[option, variable]]));
    expect(told).toEqual(Object.entries(OPTIONS).map(([name, { variable }]) => [name, variable]));
  });

  it("tells of every variable that the source names, and of no other", () => {
    const told = rows.flatMap(({ variable }) => (variable === undefined ? [] : [variable]));
    expect(new Set(told)).toEqual(variablesInSource());
    expect(told).toHaveLength(new Set(told).size);
  });

  it("tells the defaults that count", () => {
    for (const { option, cells } of rows) {
      const otherwise = option === undefined ? undefined : known[option]?.otherwise;
      if (otherwise !== undefined && !Array.isArray(otherwise)) expect(cells[4], option).toBe(`\`${otherwise}\``);
    }
  });

  it("gives examples that are taken, and change something", () => {
    const examples = rows.filter(({ variable, cells }) => variable !== undefined && cells.length > 0);
    expect(examples.length).toBeGreaterThan(8);
    for (const { variable, cells } of examples) {
      const example = /^`(.*)`$/.exec(cells[6] ?? "")?.[1];
      expect(example, variable).toBeDefined();
      if (variable === "PROVML_DISABLED") continue; // read when the package is loaded
      const settings = settingsOf({}, { [variable as string]: example });
      expect(settings, variable).not.toEqual(settingsOf({}, {}));
    }
  });
});
