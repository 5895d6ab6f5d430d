import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { RECORDER } from "../../src/model/version.ts";
import { record } from "./memory-sink.ts";
import { project, runProgram } from "./program.ts";

const SOURCE = `
  import { provenance } from "provml";
  const prov = provenance({ agent: { name: "Ada", iri: "https://orcid.org/0000-0002-1825-0097" } });
  prov.training("fit", () => 1)();
  await prov.flush();
`;

function git(folder: string, ...args: string[]): string {
  const identity = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"];
  return execFileSync("git", [...identity, ...args], { cwd: folder, encoding: "utf8" }).trim();
}

/** A project whose files are committed. */
function committed(): string {
  const folder = project();
  writeFileSync(join(folder, ".gitignore"), "node_modules\n.provml\nmain.js\n");
  git(folder, "init", "-q", "-b", "main");
  git(folder, "add", ".");
  git(folder, "commit", "-q", "-m", "birds");
  return folder;
}

describe("an execution", () => {
  it("says which software ran, for whom, where and on what", async () => {
    const folder = project();
    writeFileSync(join(folder, "package-lock.json"), "{}");
    const environment = { SLURM_JOB_ID: "17", SECRET_THING: "planted" };
    const ended = await runProgram(SOURCE, { folder, environment, args: ["--rate", "0.1", "--token", "planted"] });
    const [execution] = ended.recorded();
    const root = execution?.activity("@zoo/birds");
    expect(root?.types).toEqual(["provml:WorkflowExecution"]);
    expect(root?.get("provml:rootDirectory")).toBe(folder);
    expect(root?.get("provml:command")).toBe('node main.js --rate 0.1 --token "[redacted]"');
    expect(root?.get("prov:location")).toBe(`https://w3id.org/prov-ml/id/host.${hostname()}`);
    const software = execution?.agent("@zoo/birds");
    expect([software?.id, software?.get("provml:version")]).toEqual(["pkg:npm/%40zoo/birds@1.2.3", "1.2.3"]);
    const [delegation] = execution?.ofKind("actedOnBehalfOf") ?? [];
    expect([delegation?.delegate, delegation?.responsible]).toEqual([software?.id, execution?.agent("Ada").id]);
    expect(execution?.agent("Ada").id).toBe("https://orcid.org/0000-0002-1825-0097");
    const machine = execution?.entity("environment");
    expect(machine?.get("provml:runtime")).toBe(`node ${process.versions.node}`);
    expect(machine?.all("provml:variable")).toEqual(["SLURM_JOB_ID=17"]);
    expect(machine?.get("provml:recorder")).toBe(RECORDER);
    expect(machine?.get("provml:lockfileDigest")).toMatch(/^44136fa3/);
    expect(JSON.stringify(execution?.briefs)).not.toContain("planted");
  });

  it("names the commit, and says whether the working tree is as committed", async () => {
    const folder = project();
    writeFileSync(join(folder, ".gitignore"), "node_modules\n.provml\n");
    writeFileSync(join(folder, "main.js"), SOURCE);
    git(folder, "init", "-q", "-b", "main");
    git(folder, "remote", "add", "origin", "https://ada:hunter2@host/birds.git");
    git(folder, "add", ".");
    git(folder, "commit", "-q", "-m", "birds");
    const clean = (await runProgram(SOURCE, { folder })).recorded()[0];
    const tree = clean?.entity("working tree");
    expect(tree?.get("provml:isDirty")).toBe(false);
    expect(tree?.get("provml:branch")).toBe("main");
    expect(tree?.get("provml:repository")).toBe("https://[redacted]@host/birds.git");
    const [specialization] = clean?.ofKind("specializationOf") ?? [];
    expect(specialization?.generalEntity).toBe(`swh:1:rev:${git(folder, "rev-parse", "HEAD")}`);

    appendFileSync(join(folder, "package.json"), "\n");
    const both = (await runProgram(SOURCE, { folder })).recorded();
    const states = both.map((execution) => execution.entity("working tree").get("provml:isDirty"));
    expect(states.sort()).toEqual([false, true]);
  });

  it("keeps what was not committed on request, so that it can be applied to the commit again", async () => {
    const folder = committed();
    appendFileSync(join(folder, "package.json"), " \n");
    writeFileSync(join(folder, "data.bin"), Buffer.from([0, 1, 2, 255]));
    git(folder, "add", "data.bin");
    writeFileSync(join(folder, "notes.txt"), "private");
    git(folder, "config", "diff.noprefix", "true"); // what a user configured does not count
    const [execution] = (await runProgram(SOURCE, { folder, environment: { PROVML_CHANGES: "1" } })).recorded();
    const tree = execution?.entity("working tree");
    expect([tree?.get("provml:isDirty"), tree?.get("provml:untrackedCount"), tree?.all("provml:untracked")]).toEqual([
      true,
      1,
      ["notes.txt"],
    ]);
    const changes = execution?.entity("uncommitted changes");
    expect(tree?.get("provml:changes")).toBe(changes?.id);
    const digest = String(tree?.get("provml:changesDigest"));
    expect(changes?.get("provml:path")).toBe(`.provml/content/${digest}`);
    const kept = join(folder, ".provml/content", digest);
    const bytes = readFileSync(kept);
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(digest);
    expect(execution?.contentOf(changes as never)?.get("provml:sha256")).toBe(digest);
    expect(statSync(kept).mode & 0o777).toBe(0o600);
    const again = mkdtempSync(join(tmpdir(), "provml-again-"));
    git(again, "clone", "-q", folder, "birds");
    git(join(again, "birds"), "apply", "--whitespace=nowarn", kept);
    expect(readFileSync(join(again, "birds/package.json"), "utf8")).toBe(
      readFileSync(join(folder, "package.json"), "utf8"),
    );
    expect([...readFileSync(join(again, "birds/data.bin"))]).toEqual([0, 1, 2, 255]);
    rmSync(again, { recursive: true });
  });

  it("keeps no change and no name unless it is asked to", async () => {
    const folder = committed();
    appendFileSync(join(folder, "package.json"), "\n");
    writeFileSync(join(folder, "notes.txt"), "private");
    const [execution] = (await runProgram(SOURCE, { folder })).recorded();
    const tree = execution?.entity("working tree");
    expect([tree?.get("provml:untrackedCount"), tree?.get("provml:changesDigest")]).toEqual([
      1,
      expect.stringMatching(/^[0-9a-f]{64}$/),
    ]);
    expect(existsSync(join(folder, ".provml/content"))).toBe(false);
    expect(JSON.stringify(execution?.briefs)).not.toContain("notes.txt");
  });

  it("without git says the commit, and of changes nothing: that is unknown", async () => {
    const folder = committed();
    appendFileSync(join(folder, "package.json"), "\n");
    const [execution] = (await runProgram(SOURCE, { folder, environment: { PATH: "/nowhere" } })).recorded();
    const tree = execution?.entity("working tree");
    expect([tree?.get("provml:branch"), tree?.all("provml:isDirty")]).toEqual(["main", []]);
    expect(execution?.ofKind("specializationOf")[0]?.generalEntity).toMatch(/^swh:1:rev:[0-9a-f]{40}$/);
  });

  it("lets git say the commit where files do not, and is not led astray by a hook's variables", async () => {
    const folder = committed();
    appendFileSync(join(folder, ".git/config"), "[provml]\n\trefstorage = reftable\n"); // our reader takes it for one, git does not
    const environment = { GIT_DIR: "/nowhere", GIT_WORK_TREE: "/nowhere" };
    const [execution] = (await runProgram(SOURCE, { folder, environment })).recorded();
    const commits = execution?.ofKind("specializationOf").map((one) => one.generalEntity);
    expect(commits).toContain(`swh:1:rev:${git(folder, "rev-parse", "HEAD")}`);
    expect(execution?.entity("working tree").get("provml:branch")).toBe("main");
  });

  it("knows the script by its content, and the packages that it had loaded by their versions", async () => {
    const folder = project();
    writeFileSync(
      join(folder, "package.json"),
      '{ "name": "birds", "type": "module", "dependencies": { "feathers": "1" } }',
    );
    for (const [name, version] of [
      ["feathers", "1.2.3"],
      ["@tensorflow/tfjs", "4.0.0"],
      ["other", "1.0.0"],
    ] as const) {
      const at = join(folder, "node_modules", name);
      mkdirSync(at, { recursive: true });
      writeFileSync(join(at, "package.json"), JSON.stringify({ name, version, main: "index.js" }));
      writeFileSync(join(at, "index.js"), "module.exports = {};");
    }
    const source = `import "feathers";\nimport "@tensorflow/tfjs";\nimport "other";\nimport { run } from "provml";\nrun("all", () => 1);`;
    const [execution] = (await runProgram(source, { folder })).recorded();
    expect([...(execution?.entity("environment").all("provml:loadedPackage") ?? [])].sort()).toEqual([
      "@tensorflow/tfjs@4.0.0",
      "feathers@1.2.3",
    ]);
    const script = execution?.entity("main.js");
    expect(execution?.usedBy("birds").map(({ label }) => label)).toContain("main.js");
    expect(execution?.contentOf(script as never)?.get("provml:sha256")).toBe(
      createHash("sha256").update(source).digest("hex"),
    );
  });

  it("does not keep a program from ending while git is asked", async () => {
    const folder = project();
    git(folder, "init", "-q");
    const [bin, answered] = [join(folder, "bin"), join(folder, "answered")];
    mkdirSync(bin);
    writeFileSync(join(bin, "git"), `#!/bin/sh\nsleep 60 >/dev/null 2>&1 </dev/null\n: > "${answered}"\n`, {
      mode: 0o755,
    });
    const environment = { PATH: `${bin}:${process.env.PATH}` };
    const ended = await runProgram('import { run } from "provml";\nrun("all", () => 1);', { folder, environment });
    expect(ended.code).toBe(0);
    expect(existsSync(answered)).toBe(false);
  });

  it("gives every step an association with the software on runs only", () => {
    const { prov, recorded } = record();
    prov.activity("clean", () => 1)();
    prov.training("fit", () => 1)();
    const associated = recorded()
      .ofKind("wasAssociatedWith")
      .map((s) => s.activity);
    expect(associated).toEqual([prov.execution, recorded().activity("fit").id]);
  });

  it("has its own graph, described in the catalogue", () => {
    const { prov, recorded } = record();
    const root = prov.execution.replace(/execution$/, "");
    const [bundle] = recorded().ofType("prov:Bundle");
    expect([bundle?.id, bundle?.get("dcterms:subject")]).toEqual([`${root}graph`, prov.execution]);
    const stated = recorded()
      .statements.filter((s) => s.graph !== undefined)
      .map((s) => s.graph);
    expect(new Set(stated)).toEqual(new Set(["https://w3id.org/prov-ml/id/catalogue"]));
  });
});

describe("a plan", () => {
  const plan = { name: "birds", steps: [{ name: "fit", kind: "training", parameters: ["rate"] }] } as const;

  it("is stated in its own graph and named by the associations of its steps", () => {
    const { prov, recorded } = record({ plan });
    prov.training("fit", () => 1)();
    prov.activity("other", () => 1)();
    const plans = recorded()
      .ofKind("wasAssociatedWith")
      .map((s) => s.plan);
    expect(plans).toEqual([expect.stringMatching(/\/plan\.[0-9a-f]{32}$/), expect.stringMatching(/-1$/)]);
  });

  it("may be the one that was accepted for the workflow", () => {
    const { prov, recorded } = record({}, { acceptedPlan: () => plan });
    prov.training("fit", () => 1)();
    expect(recorded().ofType("provml:LearningExperiment")).toHaveLength(1);
  });

  it("that cannot be read costs only itself", () => {
    const { prov, recorded } = record({}, { acceptedPlan: () => ({ name: "x" }) as never, mayFail: "yes" });
    prov.training("fit", () => 1)();
    expect(recorded().status("fit")).toBe("provml:Completed");
    expect(prov.stats().lastFault).toMatch(/^plan: /);
  });
});
