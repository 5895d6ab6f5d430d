import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = new URL("..", import.meta.url).pathname;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "provml-index-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a module's text in a process of its own, in which `provml` is this package. */
function runModule(text: string, environment: NodeJS.ProcessEnv = {}): string {
  const env = { ...process.env, PROVML_DIR: join(folder, ".provml"), ...environment };
  return execFileSync(process.execPath, ["--input-type=module", "-e", text], { cwd: root, env, encoding: "utf8" });
}

/** So that modules in the folder can import the package by its name. */
function symlinkIn(place: string): void {
  mkdirSync(join(place, "node_modules"), { recursive: true });
  if (!existsSync(join(place, "node_modules/provml"))) symlinkSync(root, join(place, "node_modules/provml"));
}

describe("the package's entry", () => {
  it("exports exactly the names that the README tells", () => {
    const names = runModule('console.log(Object.keys(await import("provml")).join(" "))').trim().split(" ").sort();
    expect(names).toEqual(
      [
        ...["provenance", "dataPreparation", "training", "evaluation", "inference", "stream", "activity", "run"],
        ...["study", "current", "seed", "dataset", "model", "entity", "derived", "carrier", "within"],
        ...["flush", "close", "stats", "ProvenanceError", "ERROR_CODES"],
      ].sort(),
    );
  });

  it("requires no package, and uuid alone with the first execution", () => {
    const program = `
      import { createRequire } from "node:module";
      const prov = (await import("provml")).provenance({ workflow: "imports" });
      const loaded = () => Object.keys(createRequire(import.meta.url).cache ?? {});
      const before = loaded().filter((file) => file.includes("node_modules"));
      prov.activity("step", () => {})();
      const after = loaded().filter((file) => file.includes("node_modules"));
      console.log(JSON.stringify({ before, after }));`;
    const { before, after } = JSON.parse(runModule(program));
    expect(before).toEqual([]);
    expect(after.every((file: string) => file.includes("node_modules/uuid/"))).toBe(true);
  });

  it("imports no package in any file that it loads", () => {
    const seen = new Set<string>();
    const follow = (file: string): void => {
      if (seen.has(file)) return;
      seen.add(file);
      for (const [, imported = ""] of readFileSync(file, "utf8").matchAll(
        /^(?:import|export)\b[^;]*?from "([^"]+)";/gm,
      )) {
        if (imported.startsWith(".")) follow(join(file, "..", imported));
        else expect(imported, `${file} imports ${imported}`).toMatch(/^node:/);
      }
    };
    follow(join(root, "dist/src/index.js"));
    const atImport = seen.size;
    follow(join(root, "dist/src/recording.js"));
    expect(atImport).toBeLessThan(20);
    expect(seen.size).toBeGreaterThan(40);
  });

  it("makes nothing when functions are wrapped and methods decorated, and everything at the first call", () => {
    const program = `
      import { existsSync } from "node:fs";
      import { training } from "provml";
      const fit = training("fit", () => 1);
      const before = existsSync(process.env.PROVML_DIR);
      fit();
      console.log(before, existsSync(process.env.PROVML_DIR));`;
    expect(runModule(program, { PROVML_DIR: join(folder, "lazy") }).trim()).toBe("false true");
  });

  it("binds its functions to the first instance made, in every copy of the package", () => {
    const program = `
      import { provenance, training, stats } from "provml";
      const copy = await import(${JSON.stringify(new URL("../dist/src/index.js?copy", import.meta.url).href)});
      const prov = provenance({ workflow: "first" });
      copy.training("fit", () => 1)();
      training("fit", () => 1)();
      console.log(prov.stats().statements === stats().statements, copy.stats().statements === stats().statements, stats().statements > 10);`;
    expect(runModule(program).trim()).toBe("true true true");
  });

  it("records what its functions say inside a step of another instance there, not with the default", () => {
    const program = `
      import { current, dataset, provenance, run, training } from "provml";
      const first = provenance({ workflow: "first" });
      const second = provenance({ workflow: "second", directory: ${JSON.stringify(join(folder, "second"))} });
      const fit = training("fit", () => {});
      second.run("outer", () => { dataset("package.json"); run("inner", () => fit()); current().log({ a: 1 }); });
      console.log(first.stats().statements, second.stats().statements > 15, second.stats().rows);`;
    expect(runModule(program).trim()).toBe("0 true 1");
  });

  // `script` gives the child a terminal; where it is absent this is named as not run.
  it.skipIf(spawnSync("script", ["--version"]).status !== 0).each([
    ["left open", ""],
    ["closed", "await prov.close();"],
  ])("says in one line on a terminal what was recorded and what to type next, when the instance is %s", (_, end) => {
    const program = `import { provenance } from "provml"; const prov = provenance({ workflow: "told" }); prov.run("x", () => {}); ${end}`;
    writeFileSync(join(folder, "told.mjs"), program);
    const env = { ...process.env, PROVML_DIR: join(folder, ".provml"), PROVML_QUIET: "" };
    symlinkIn(folder);
    const said = execFileSync("script", ["-qec", `${process.execPath} told.mjs`, "/dev/null"], {
      cwd: folder,
      env,
      encoding: "utf8",
    });
    expect(said).toMatch(/^provml: recorded [0-9a-f-]{36} in \.provml; next: npx provml runs\s*$/);
  });

  const rolldown = join(root, "node_modules/.bin/rolldown");
  it.skipIf(!existsSync(rolldown))("warns once, and lets the program be, when a bundler has torn it apart", () => {
    symlinkIn(folder);
    writeFileSync(
      join(folder, "torn.mjs"),
      'import { run } from "provml"; console.log(run("a", () => 1) + run("b", () => 2));',
    );
    execFileSync(rolldown, ["torn.mjs", "--platform", "node", "--file", "bundle/torn.mjs"], {
      cwd: folder,
      stdio: "ignore",
    });
    const env = { ...process.env, PROVML_DIR: join(folder, "torn") };
    const { stdout, stderr, status } = spawnSync(process.execPath, ["bundle/torn.mjs"], {
      cwd: folder,
      env,
      encoding: "utf8",
    });
    expect([stdout.trim(), status]).toEqual(["3", 0]);
    expect(stderr.match(/provml records nothing/g)).toHaveLength(1);
  });

  it("says nothing at the end when it does not write to a terminal", () => {
    const program = 'import { run } from "provml"; run("quiet", () => {});';
    expect(runModule(program)).toBe("");
  });
});
