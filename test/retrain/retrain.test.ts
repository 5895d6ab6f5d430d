import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { open } from "provml/query";
import { describe, expect, it, onTestFinished } from "vitest";
import { type Outcome, provml } from "../cli/provml.ts";

const REPOSITORY = fileURLToPath(new URL("../../", import.meta.url));
const LIMIT = { timeout: 240_000 };

/** A folder with a package, committed to a repository of its own unless told, in which `import … from "provml"` finds this one. */
function project(files: Readonly<Record<string, string>>, { packages = ["provml"], git = true } = {}): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "provml-project-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of packages) {
    const link = join(folder, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(name === "provml" ? REPOSITORY : join(REPOSITORY, "node_modules", name), link);
  }
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  if (git) {
    run(folder, "git", ["init", "-q", "--initial-branch=master", "."]);
    run(folder, "git", ["add", "-A"]);
    run(folder, "git", [...NAMED, "commit", "-q", "-m", "first"]);
  }
  return folder;
}

const NAMED = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false"];

const PACKAGE = {
  "package.json": '{ "name": "numbers", "version": "1.0.0", "type": "module" }\n',
  "package-lock.json": '{ "name": "numbers", "version": "1.0.0", "lockfileVersion": 3, "packages": {} }\n',
  ".gitignore": "node_modules\n.provml\ndata\nmodel.json\n",
};

function run(folder: string, program: string, args: readonly string[], variables: NodeJS.ProcessEnv = {}): string {
  const others = Object.entries(process.env).filter(([name]) => !/^(PROVML_|VITEST|NODE_|GIT_)/.test(name));
  const env = { ...Object.fromEntries(others), PROVML_DIR: join(folder, ".provml"), ...variables };
  return execFileSync(program, [...args], { cwd: folder, env, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
}

/** Every file of the user's with its text, but for what is recorded, and what git keeps for itself. */
function filesOf(folder: string): Map<string, string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true });
  const own = names.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
  const kept = own.filter((name) => !/\/(\.provml|\.git|node_modules)\//.test(name)).sort();
  return new Map(kept.map((name) => [name, readFileSync(name, "utf8")]));
}

/** No worktree is left, in the repository or among temporary files. */
function worktreesOf(folder: string): string[] {
  return run(folder, "git", ["worktree", "list", "--porcelain"])
    .split("\n")
    .filter((line) => line.startsWith("worktree "));
}

/** Trains on a file, with a seed; `--noise`: by chance; `--breaks`: not when it is done again. */
const NUMBERS = `
import { readFileSync, writeFileSync } from "node:fs";
import { provenance } from "provml";
const prov = provenance({ workflow: "numbers", agent: "Ada" });
const flags = process.argv.slice(2);
if (flags.includes("--breaks") && process.env.PROVML_REPRODUCES) process.exit(7);
const read = prov.dataPreparation("read", (path) => readFileSync(path, "utf8").split(",").map(Number));
const learn = prov.training("fit", (rows, { rate, seed }) => {
  let w = seed;
  for (const epoch of prov.current().epochs(3)) {
    for (const x of rows) w += rate * x + (epoch.number === 1 && flags.includes("--noise") ? Math.random() : 0);
    epoch.log({ loss: 1 / (1 + w) });
  }
  return { w };
});
const save = prov.activity("save", (model) => {
  writeFileSync("model.json", JSON.stringify({ weights: model, zone: process.env.TZ }));
  prov.current().generated("model.json", { kind: "model", of: model });
});
save(learn(read(prov.dataset("data/numbers.csv")), { rate: 0.5, seed: 3 }));
await prov.close();
`;
const DATA = { "data/numbers.csv": "1,2,3,4,5,6,7,8" };

describe("provml retrain", () => {
  it("trains the penguins' model again in a worktree of its own: the same bytes", LIMIT, async () => {
    const program = (name: string) => readFileSync(join(REPOSITORY, "dist/examples", `${name}.js`), "utf8");
    const short = program("penguins-model").replace("epochs: 20", "epochs: 1").replace("epochs: 40", "epochs: 2");
    const folder = project(
      {
        ...PACKAGE,
        ".gitignore": `${PACKAGE[".gitignore"]}penguins-model.json\n`,
        "src/penguins.js": program("penguins"),
        "src/classifier.js": program("classifier"),
        "src/penguins-model.js": short,
      },
      { packages: ["provml", "vega-datasets", "@tensorflow/tfjs"] },
    );
    run(folder, process.execPath, ["src/penguins.js"]);
    const before = filesOf(folder);
    const score = await provml(["retrain", "penguins-model.json"], { cwd: folder });
    expect([score.code, score.stdout.split("\n").at(-2)]).toEqual([
      0,
      "penguins-model.json can be trained again: 7 of 7 known, score 1.00",
    ]);
    const { code, stdout } = await provml(["retrain", "penguins-model.json", "--run"], { cwd: folder });
    expect(stdout).toMatch(/^identical {2}penguins-model\.json {2}sha256 [0-9a-f]{12}$/m);
    expect(stdout).toMatch(/^trained again: the same bytes came out/m);
    expect(code).toBe(0);
    expect(filesOf(folder)).toEqual(before);
    expect(worktreesOf(folder)).toEqual([`worktree ${folder}`]);

    await using graph = await open(join(folder, ".provml"));
    const runs = await graph.runs();
    expect(runs.map(({ status }) => status)).toEqual(Array(4).fill("completed"));
    const pairs = await graph.sparql`SELECT ?again ?first { ?again provml:reproduces ?first }`;
    expect(pairs).toEqual([{ again: runs[0]?.execution, first: runs[3]?.execution }]);
    const [again, first] = [runs[0]?.software, runs[3]?.software];
    expect([again?.commit, again?.isDirty]).toEqual([first?.commit, false]);
  });

  it("applies what was not committed, finds data that was moved, and sets the variables of then", LIMIT, async () => {
    const folder = project({ ...PACKAGE, "main.js": NUMBERS });
    writeFileSync(join(folder, "main.js"), NUMBERS.replace("let w = seed;", "let w = seed + 1;"));
    mkdirSync(join(folder, "data"));
    writeFileSync(join(folder, "data/numbers.csv"), DATA["data/numbers.csv"]);
    run(folder, process.execPath, ["main.js"], { PROVML_CHANGES: "1", TZ: "Asia/Tokyo" });
    run(folder, "git", ["checkout", "-q", "main.js"]);
    mkdirSync(join(folder, "attic"));
    renameSync(join(folder, "data/numbers.csv"), join(folder, "attic/old.txt"));
    copyFileSync(join(folder, "package.json"), join(folder, "data/numbers.csv"));
    const before = filesOf(folder);

    const lost = await provml(["retrain", "model.json"], { cwd: folder });
    expect(lost.code).toBe(1);
    expect(missingIn(lost)).toEqual(["data"]);
    expect(lost.stdout).toMatch(/data\/numbers\.csv has other bytes by now; name a folder that has it with --data/);
    const refused = await provml(["retrain", "model.json", "--run"], { cwd: folder });
    expect([refused.code, refused.stdout]).toEqual([1, ""]);

    const { code, stdout, stderr } = await provml(["retrain", "model.json", "--run", "--data", "attic"], {
      cwd: folder,
    });
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^identical {2}model\.json/m);
    expect(filesOf(folder)).toEqual(before);
    expect(worktreesOf(folder)).toHaveLength(1);

    const plan = await provml(["retrain", "model.json", "--plan", "--data", "attic"], { cwd: folder });
    expect(plan.code).toBe(0);
    expect(plan.stdout).toMatch(/^git -C \S+ worktree add --detach \S+ [0-9a-f]{40}$/m);
    expect(plan.stdout).toMatch(/^git -C \S+ apply \S+\.provml\/content\/[0-9a-f]{64}$/m);
    expect(plan.stdout).toMatch(/^cp -R \S+attic\/old\.txt \S+data\/numbers\.csv {3}# sha256 [0-9a-f]{64}$/m);
    expect(plan.stdout).toMatch(/^env .*PROVML_REPRODUCES=\S+ .*TZ=Asia\/Tokyo.* node \S+\/main\.js$/m);
  });

  it(
    "says at which step another value came out, and that a program failed, and leaves nothing behind",
    LIMIT,
    async () => {
      const folder = project({ ...PACKAGE, "main.js": NUMBERS, ...DATA });
      run(folder, process.execPath, ["main.js", "--noise"]);
      const other = await provml(["retrain", "model.json", "--run"], { cwd: folder });
      expect(other.code).toBe(1);
      expect(other.stdout).toMatch(/^other {6}model\.json {2}sha256 [0-9a-f]{12}, now [0-9a-f]{12}$/m);
      expect(other.stdout).toMatch(/^the first difference: loss at step 1 was 0\.\d+, and is 0\.\d+$/m);
      expect(other.stdout).toMatch(/^trained again: something else came out/m);
      const loose = await provml(["retrain", "model.json", "--run", "--tolerance", "1"], { cwd: folder });
      expect([loose.code, loose.stdout]).toEqual([
        0,
        expect.stringMatching(/^trained again: the same measures came out/m),
      ]);

      run(folder, process.execPath, ["main.js", "--breaks"]);
      const failed = await provml(["retrain", "model.json", "--run"], { cwd: folder });
      expect([failed.code, failed.stdout]).toEqual([1, ""]);
      expect(failed.stderr).toMatch(
        /^provml: `node \S+\/main\.js --breaks` ended with exit code 7; what it printed stands above$/m,
      );
      expect(worktreesOf(folder)).toHaveLength(1);
    },
  );

  it("compares every file by its whole path, and tells those that one run alone has", LIMIT, async () => {
    const program = `
import { mkdirSync, writeFileSync } from "node:fs";
import { provenance } from "provml";
const prov = provenance({ workflow: "folds" });
prov.training("fit", ({ seed }) => {
  const again = Boolean(process.env.PROVML_REPRODUCES);
  const write = (path, text) => {
    mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    writeFileSync(path, text);
    prov.current().generated(path, { kind: "model" });
  };
  write("out/fold-1/model.json", String(Math.random()));
  write("out/fold-2/model.json", "constant");
  write(again ? "out/late/model.json" : "out/early/model.json", "constant");
  for (const epoch of prov.current().epochs(3)) {
    if (!(again && epoch.number === 1)) epoch.log({ loss: 0.5 });
  }
  prov.current().log(again ? { accuracy: 1, recall: 1 } : { accuracy: 1 }, 9);
})({ seed: 3 });
await prov.close();
`;
    const folder = project({ ...PACKAGE, ".gitignore": `${PACKAGE[".gitignore"]}out\n`, "main.js": program });
    run(folder, process.execPath, ["main.js"]);
    for (const path of ["out/fold-1/model.json", "out/fold-2/model.json"]) {
      const { code, stdout } = await provml(["retrain", path, "--run"], { cwd: folder });
      expect([code, stdout]).toEqual([1, expect.stringMatching(/^trained again: something else came out/m)]);
      expect(stdout).toMatch(/^other {6}out\/fold-1\/model\.json {2}sha256 [0-9a-f]{12}, now [0-9a-f]{12}$/m);
      expect(stdout).toMatch(/^identical {2}out\/fold-2\/model\.json {2}sha256 [0-9a-f]{12}$/m);
      expect(stdout).toMatch(/^other {6}out\/early\/model\.json {2}sha256 [0-9a-f]{12}, now none$/m);
      expect(stdout).toMatch(/^other {6}out\/late\/model\.json {2}none, now [0-9a-f]{12}$/m);
      expect(stdout).toMatch(/^other {6}recall {2}none, now 1$/m);
      expect(stdout).toMatch(/^the first difference: loss at step 1 was 0\.5, and is absent$/m);
    }
  });

  it("says that there is nothing to compare where a model was in memory only", LIMIT, async () => {
    const program = `
import { provenance } from "provml";
const prov = provenance({ workflow: "memory" });
prov.training("fit", ({ seed }) => ({ w: seed }))({ seed: 3 });
await prov.close();
`;
    const folder = project({ ...PACKAGE, "main.js": program });
    run(folder, process.execPath, ["main.js"]);
    const { code, stdout } = await provml(["retrain", "fit", "--run"], { cwd: folder });
    expect([code, stdout]).toEqual([1, expect.stringMatching(/^trained again: nothing to compare: /m)]);
    expect(stdout).toContain('branch: "master" and nothing');
    expect(stdout).not.toMatch(/ and $/m);
  });

  it("finds every gap, and says how to mend it", LIMIT, async () => {
    const program = `
import { writeFileSync } from "node:fs";
import { provenance } from "provml";
const prov = provenance({ workflow: "gaps" });
prov.training("fit", (_path) => {
  writeFileSync("model.json", '{"weights":[1,2,3]}');
  prov.current().generated("model.json", { kind: "model" });
})(prov.dataset("numbers.csv"));
await prov.close();
`;
    const folder = project({ "main.mjs": program, "numbers.csv": "1,2,3,4,5,6,7,8" }, { git: false });
    run(folder, process.execPath, ["main.mjs", "--token", "hunter2hunter2"]);
    rmSync(join(folder, "numbers.csv"));
    const { code, stdout } = await provml(["retrain", "model.json"], { cwd: folder });
    expect(code).toBe(1);
    expect(missingIn({ stdout })).toEqual([
      "commit",
      "changes",
      "data",
      "environment",
      "hyperparameters",
      "seed",
      "command",
    ]);
    expect(stdout).toMatch(/numbers\.csv is not there any more/);
    expect(stdout).not.toContain("hunter2");

    const dirty = project({ ...PACKAGE, "main.js": NUMBERS, ...DATA });
    writeFileSync(join(dirty, "main.js"), `${NUMBERS}// changed\n`);
    mkdirSync(join(dirty, "data"), { recursive: true });
    writeFileSync(join(dirty, "data/numbers.csv"), DATA["data/numbers.csv"]);
    run(dirty, process.execPath, ["main.js"]);
    const unkept = await provml(["retrain", "model.json"], { cwd: dirty });
    expect(missingIn(unkept)).toEqual(["changes"]);
    expect(unkept.stdout).toMatch(/only their digest is kept; commit before training, or set PROVML_CHANGES=1/);
  });
});

function missingIn({ stdout }: Pick<Outcome, "stdout">): string[] {
  return [...stdout.matchAll(/^missing {2}(\w+)/gm)].map(([, name = ""]) => name);
}
