import { spawnSync } from "node:child_process";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { project, REPOSITORY, runScript } from "./program.ts";

/** Compiles a fixture as a user's project would, checking its types against the package's declarations. */
async function compileAndRun(name: string, ...flags: string[]) {
  const folder = project();
  copyFileSync(join(REPOSITORY, "test", "capture", "fixtures", name), join(folder, "main.ts"));
  const options = [
    "--strict",
    "--target",
    "es2022",
    "--module",
    "nodenext",
    "--moduleDetection",
    "force",
    "--skipLibCheck",
  ];
  const types = ["--lib", "es2022,esnext.decorators,esnext.disposable", "--types", "node"];
  const roots = ["--typeRoots", join(REPOSITORY, "node_modules", "@types"), "--preserveSymlinks"];
  const tsc = join(REPOSITORY, "node_modules", "typescript", "bin", "tsc");
  const compiled = spawnSync(process.execPath, [tsc, "main.ts", ...options, ...types, ...roots, ...flags], {
    cwd: folder,
    encoding: "utf8",
  });
  expect(compiled.stdout).toBe("");
  return runScript(folder, join(folder, "main.js"));
}

it("decorators record methods, static, private, overriding, overloaded and generating ones, and fields", async () => {
  const ended = await compileAndRun("decorated.ts");
  expect([ended.stderr, ended.stdout]).toEqual(["", "25 1 true score\n6 [ 6, 12 ] [ 0, 6, 12 ] [ 'a', 'b' ]\n"]);
  const [execution] = ended.recorded();
  expect(execution?.partOf("tune")).toBe("fit");
  expect(execution?.partOf("score")).toBe("better");
  expect(execution?.valuesUsedBy("fit")).toEqual({ rate: 3 });
  expect(execution?.objectsUsedBy("better")).toEqual(["fit"]);
  expect(execution?.valuesGeneratedBy("better")).toEqual({ better: "2.5E1 xsd:double" });
  expect(execution?.objectsGeneratedBy("build")).toEqual(["build"]);
  expect(execution?.status("batches")).toBe("provml:Completed");
  expect(execution?.things("passed").filter(({ kind }) => kind === "activity")).toHaveLength(2);
  expect(execution?.ofType("provml:InferenceWindowExecution")).toHaveLength(1);
});

it("decorators of experimentalDecorators do, too", async () => {
  const ended = await compileAndRun("decorated-legacy.ts", "--experimentalDecorators");
  expect([ended.stderr, ended.stdout]).toEqual(["", "24 true score\n6 [ 6, 12 ] [ 'a', 'b' ]\n"]);
  const [execution] = ended.recorded();
  expect(execution?.objectsUsedBy("better")).toEqual(["fit"]);
  expect(execution?.valuesGeneratedBy("better")).toEqual({ better: "2.4E1 xsd:double" });
});
