import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { linesOf, provml } from "./provml.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PAGES = [
  "README.md",
  ...readdirSync(join(ROOT, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

function blocks(page: string, language: string): string[] {
  const text = readFileSync(join(ROOT, page), "utf8");
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "gms"))].map(([, inside = ""]) => inside);
}

/** What the examples of the pages about questions ask of. */
const RECORDS = `
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { provenance } from "provml";

const prov = provenance({ workflow: "flowers", agent: "Ada", announce: false });
writeFileSync("train.csv", "x,y\\n1,2\\n");
mkdirSync("models");
const data = prov.dataset("train.csv", { split: "train" });
prov.study("rates");
for (const [name, file, learningRate] of [["fit-1", "m.json", 0.5], ["fit-2", "models/new.onnx", 0.001], ["fit", "model.json", 0.1]]) {
  const model = prov.training(name, (_data, { learningRate }) => {
    for (const epoch of prov.current().epochs(3)) epoch.log({ loss: 1 / (epoch.number + 1), accuracy: 1 - learningRate / 2 });
    return { learningRate };
  })(data, { learningRate, optimizer: "sgd" });
  prov.activity("save", (_model) => {
    writeFileSync(file, JSON.stringify(model));
    prov.current().generated(file, { kind: "model", of: model });
  })(model);
}
copyFileSync("model.json", "unknown.bin");
await prov.close();
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "provml-documented-"));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(ROOT, join(folder, "node_modules/provml"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the documentation", () => {
  it("has examples of questions and pictures that run as they stand, one after the other", () => {
    const examples = ["docs/questions.md", "docs/pictures.md"].flatMap((page) => blocks(page, "js"));
    const lines = examples.flatMap((text) => text.split("\n"));
    const names = new Map<string, Set<string>>();
    for (const [, inside = "", from = ""] of lines.flatMap((line) => [
      ...line.matchAll(/^import \{ (.*) \} from "(.*)";$/g),
    ])) {
      const known = names.get(from) ?? new Set();
      names.set(from, known);
      for (const name of inside.split(", ")) known.add(name);
    }
    const imports = Array.from(names, ([from, its]) => `import { ${[...its].join(", ")} } from "${from}";`);
    const parts = examples.map(
      (text, i) => `{\n${text.replace(/^import .*\n/gm, "")}\nconsole.log("example ${i}");\n}`,
    );
    writeFileSync(join(folder, "records.mjs"), RECORDS);
    writeFileSync(
      join(folder, "examples.mjs"),
      [...imports, "const graph = await open();", ...parts, "await graph.close();", ""].join("\n"),
    );
    const printed = ["records.mjs", "examples.mjs"].map((name) =>
      execFileSync(process.execPath, [name], {
        cwd: folder,
        env: { ...process.env, PROVML_DIR: join(folder, ".provml") },
        encoding: "utf8",
      }),
    );
    expect(examples.length).toBeGreaterThan(8);
    expect(linesOf(printed[1] as string).filter((line) => line.startsWith("example "))).toEqual(
      examples.map((_, i) => `example ${i}`),
    );
    expect(printed[1]).toMatch(/^0\.9995 fit-2 \{ learningRate: 0\.001, optimizer: 'sgd' \}$/m);
  });

  it("names no command and no option that is none", async () => {
    const { stdout } = await provml(["completion", "bash"], { cwd: folder });
    const known = new Map(
      Array.from(stdout.matchAll(/^ {4}([a-z]+)\) options="([^"]*)"/gm), ([, name = "", options = ""]) => [
        name,
        options.split(" "),
      ]),
    );
    expect(known.size).toBeGreaterThan(25);
    const calls = PAGES.flatMap((page) => {
      const inLines = blocks(page, "sh").flatMap((text) =>
        text.split("\n").map((line) => line.split(/ #|\|/)[0] ?? ""),
      );
      const inText = readFileSync(join(ROOT, page), "utf8").match(/`provml [^`\n]+`/g) ?? [];
      return [...inLines, ...inText].flatMap((text) => {
        const [, name, rest = ""] = /\bprovml ([a-z]+)\b(.*)/.exec(text) ?? [];
        return name === undefined ? [] : [{ page, name, options: rest.match(/--[a-z-]+/g) ?? [] }];
      });
    });
    expect(calls.length).toBeGreaterThan(60);
    const unknown = calls.filter(({ name, options }) => {
      const its = known.get(name);
      return name !== "help" && (its === undefined || options.some((option) => !its.includes(option)));
    });
    expect(unknown).toEqual([]);
  });
});
