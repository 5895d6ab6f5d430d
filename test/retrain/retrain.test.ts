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
import { commandsOf } from "../../src/retrain/plan-text.ts";
import { recipeOf } from "../../src/retrain/recipe.ts";
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
      expect(other.stdout).not.toMatch(/not the same: source/);
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
const again = Boolean(process.env.PROVML_REPRODUCES);
prov.training("fit", ({ seed }) => {
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

  it(
    "says that a model in memory only cannot be compared, and takes no program that was started inside for the one that was asked for",
    LIMIT,
    async () => {
      const program = `
import { execFileSync } from "node:child_process";
import { provenance } from "provml";
const prov = provenance({ workflow: process.argv.includes("--inner") ? "inner" : "outer" });
const more = process.env.PROVML_REPRODUCES ? {} : { batch: 8 };
prov.training("fit", ({ seed }) => ({ w: seed }))({ seed: 3, ...more });
await prov.close();
if (!process.argv.includes("--inner")) execFileSync(process.execPath, [process.argv[1], "--inner"]);
`;
      const folder = project({ ...PACKAGE, "main.js": program });
      run(folder, process.execPath, ["main.js"]);
      const runsOf = async () => {
        await using graph = await open(join(folder, ".provml"));
        const pairs = await graph.sparql`SELECT ?again ?first { ?again provml:reproduces ?first }`;
        return { runs: await graph.runs(), pairs };
      };
      const first = (await runsOf()).runs.find(({ workflow }) => workflow === "outer");
      const { code, stdout } = await provml(["retrain", first?.id ?? "", "--run"], { cwd: folder });
      const { runs, pairs } = await runsOf();
      const again = runs.find(({ workflow, id }) => workflow === "outer" && id !== first?.id);
      expect(pairs).toEqual([{ again: again?.execution, first: first?.execution }]);
      expect([code, stdout]).toEqual([1, expect.stringMatching(/^trained again: nothing to compare: /m)]);
      expect(stdout).toMatch(/^not the same: .*batch: 8 and nothing$/m);
      expect(stdout).not.toMatch(/ and $/m);
    },
  );

  it("starts nothing where a program would read other bytes by a whole path than it did", LIMIT, async () => {
    const far = realpathSync(mkdtempSync(join(tmpdir(), "provml-far-")));
    onTestFinished(() => rmSync(far, { recursive: true, force: true }));
    const data = join(far, "numbers.csv");
    const folder = project({ ...PACKAGE, "main.js": NUMBERS.replace('"data/numbers.csv"', JSON.stringify(data)) });
    writeFileSync(data, DATA["data/numbers.csv"]);
    run(folder, process.execPath, ["main.js"]);
    mkdirSync(join(folder, "data"));
    renameSync(data, join(folder, "data/kept.csv"));
    writeFileSync(data, "8,7,6");
    const again = ["retrain", "model.json", "--data", "data"];
    const refused = await provml([...again, "--run"], { cwd: folder });
    expect([refused.code, refused.stdout]).toEqual([1, ""]);
    expect(refused.stderr).toMatch(
      /the program reads \S+numbers\.csv by that path, and the recorded bytes \(sha256 [0-9a-f]{64}\) are not there but at \S+data\/kept\.csv; put them there/,
    );
    expect(worktreesOf(folder)).toHaveLength(1);
    copyFileSync(join(folder, "data/kept.csv"), data);
    const spoils = await provml([...again, "--run", "--setup", `echo 9 > ${data}`], { cwd: folder });
    expect([spoils.code, spoils.stdout]).toEqual([1, ""]);
    expect(spoils.stderr).toMatch(/numbers\.csv is not as recorded: its sha256 is not [0-9a-f]{64}/);
  });

  it("copies what the commit has not of a directory, and only what was recorded", LIMIT, async () => {
    const program = `
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { provenance } from "provml";
const prov = provenance({ workflow: "parts" });
prov.training("fit", (path, { seed }) => {
  const texts = readdirSync(path.path).sort().map((name) => readFileSync(path.path + "/" + name, "utf8"));
  writeFileSync("model.json", texts.join());
  prov.current().generated("model.json", { kind: "model" });
})(prov.dataset("parts"), { seed: 3 });
await prov.close();
`.replaceAll("path.path", "String(path)");
    const folder = project({ ...PACKAGE, "main.js": program, "parts/a.csv": "1,2" });
    writeFileSync(join(folder, ".git/info/exclude"), "*.csv\n");
    writeFileSync(join(folder, "parts/b.csv"), "3,4");
    run(folder, process.execPath, ["main.js"]);
    await provml(["flush"], { cwd: folder });
    writeFileSync(join(folder, "parts/late.csv"), "5,6");
    const { code, stdout, stderr } = await provml(["retrain", "model.json", "--run"], { cwd: folder });
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^identical {2}model\.json/m);
    const spoils = await provml(["retrain", "model.json", "--run", "--setup", "rm parts/b.csv"], { cwd: folder });
    expect([spoils.code, spoils.stdout]).toEqual([1, ""]);
    expect(spoils.stderr).toMatch(/parts is not as recorded: b\.csv in it is missing, or has other bytes/);
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

    const hasty = project({ ...PACKAGE, "main.js": NUMBERS.replace("await prov.close()", "process.exit()"), ...DATA });
    run(hasty, process.execPath, ["main.js"]);
    const unasked = await provml(["retrain", "fit", "--run"], { cwd: hasty });
    expect([unasked.code, unasked.stdout]).toEqual([1, ""]);
    expect(unasked.stderr).toMatch(
      /nothing was started: .* the program ended before git had answered, .*await prov\.close\(\)/,
    );
  });
});

it("the commands of a plan check what they can, and tell what is to be looked at", () => {
  const inPlace = [
    { id: "", label: "", path: "/far/a.csv", sha256: "aa", found: "/near/a.csv" },
    { id: "", label: "", path: "/far/parts", sha256: "bb", manifest: "manifests/bb/bb.parquet", found: "/far/parts" },
    { id: "", label: "", path: "/far/huge.bin", problem: "has no digest" },
  ];
  const execution = { id: "x", workflow: "x", untrackedCount: 0, runtimeOptions: [], variables: [], processCount: 1 };
  const whole = { ...execution, command: "node main.js", inputs: inPlace, outputs: [], values: [] };
  const repository = { top: "/here", recordedTop: "/here" };
  const recipe = recipeOf(whole, repository, "/there", undefined);
  expect(commandsOf(whole, repository, recipe, "/here/.provml").filter((line) => line.includes("/far/"))).toEqual([
    "echo 'aa  /far/a.csv' | sha256sum -c   # put it there, from /near/a.csv",
    "# /far/parts is a directory: its files must be those of its manifest, manifests/bb/bb.parquet",
    "# /far/huge.bin has no digest: see that it is the same as then",
  ]);
});

function missingIn({ stdout }: Pick<Outcome, "stdout">): string[] {
  return [...stdout.matchAll(/^missing {2}(\w+)/gm)].map(([, name = ""]) => name);
}
