import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { machine } from "../../src/capture/origin/machine.ts";
import { type Brief, briefPrefixes } from "../../src/model/brief.ts";
import { executionNamespace } from "../../src/model/names.ts";
import type { Quad } from "../../src/rdf/terms.ts";
import { quadsOf } from "./quads-of.ts";
import { flushed } from "./shapes-recorded.ts";

const INDEX = new URL("../../dist/src/index.js", import.meta.url).href;
const PROGRAM = `
  import { provenance } from ${JSON.stringify(INDEX)};
  const prov = provenance({ directory: ".provml", workflow: "flowers", agent: "Ada", announce: false, recordChanges: true });
  const rows = prov.dataset([[1, 2]], { name: "rows", split: "train" });
  const model = prov.training("fit", (its, { rate }) => {
    prov.current().seed(42, { of: "shuffle" });
    return { w: rate };
  })(rows, { rate: 0.5 });
  await prov.close();
`;

/** A program that is not committed as it runs, and keeps what was changed; and a machine that leaves it half a core. */
export async function surroundedIn(folder: string): Promise<Quad[]> {
  const git = (...words: string[]) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b.c", ...words], { cwd: folder });
  writeFileSync(join(folder, "package.json"), '{ "name": "flowers", "type": "module" }');
  writeFileSync(join(folder, "fit.js"), "// to be changed");
  git("init", "-q");
  git("add", ".");
  git("commit", "-qm", "first");
  writeFileSync(join(folder, "fit.js"), PROGRAM);
  writeFileSync(join(folder, "untracked.txt"), "");
  const environment = Object.entries(process.env).filter(([name]) => !/^(PROVML|GIT)_/.test(name));
  execFileSync(process.execPath, ["fit.js"], { cwd: folder, env: Object.fromEntries(environment) });
  return [...(await flushed(join(folder, ".provml"))), ...limited(join(folder, "root"))];
}

function limited(root: string): Quad[] {
  const group = join(root, "sys/fs/cgroup/job");
  mkdirSync(group, { recursive: true });
  mkdirSync(join(root, "proc/self"), { recursive: true });
  writeFileSync(join(root, "sys/fs/cgroup/cgroup.controllers"), "cpu memory");
  writeFileSync(join(root, "proc/self/cgroup"), "0::/job");
  writeFileSync(join(group, "cpu.max"), "50000 100000");
  writeFileSync(join(group, "memory.max"), String(2 ** 30));
  const types = ["prov:Entity", "provml:Environment"].map((name) => ["prov:type", { name }] as const);
  const entity: Brief = {
    kind: "entity",
    id: "x:w-1",
    attributes: [...types, ["rdfs:label", "environment"], ...machine(root)],
  };
  const base = "https://w3id.org/prov-ml/id/";
  return quadsOf([entity], briefPrefixes(base, executionNamespace(base, "limited")));
}
