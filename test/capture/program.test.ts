import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { project, runProgram } from "./program.ts";

/** A program's end with the function wrapped, and with the same function as it is. */
async function withAndWithout(body: string) {
  const [recorded, plain] = await Promise.all([
    runProgram(`import { training } from "provml";\nconst wrap = (fn) => training("fit", fn);\n${body}`),
    runProgram(`const wrap = (fn) => fn;\n${body}`),
  ]);
  return { recorded, plain };
}

/** The error's text without stack and line numbers. */
const said = (text: string) => text.split("\n").filter((line) => /Error|^\[|triggered|Node/.test(line));

describe("a program that fails ends as it would without provml", () => {
  it.each([
    [
      "an unhandled rejection",
      "const fit = wrap(async () => { throw new TypeError('no rows'); });\nfit();",
      "provml:Failed",
    ],
    [
      "an unhandled rejection with what is no error",
      "const fit = wrap(() => Promise.reject({ a: 1 }));\nfit();",
      "provml:Failed",
    ],
    [
      "an error that is thrown",
      "const fit = wrap(() => { throw new TypeError('no rows'); });\nfit();",
      "provml:Failed",
    ],
    ["process.exit() inside the step", "const fit = wrap(() => process.exit(7));\nfit();", undefined],
    ["a promise that never settles", "const fit = wrap(() => new Promise(() => {}));\nawait fit();", undefined],
  ])("%s", async (_, body, status) => {
    const { recorded, plain } = await withAndWithout(body);
    expect(recorded.code).toBe(plain.code);
    expect(plain.code).not.toBe(0);
    expect(said(recorded.stderr)).toEqual(said(plain.stderr));
    const [execution] = recorded.recorded();
    expect(execution?.status("fit")).toBe(status);
    expect(execution?.status("@zoo/birds")).toBe("provml:Failed");
  });

  it("a rejection that is handled is no failure of the program", async () => {
    const { recorded, plain } = await withAndWithout(
      "const fit = wrap(async () => { throw new Error('no'); });\nawait fit().catch((e) => console.log(e.message));",
    );
    expect([recorded.code, recorded.stdout]).toEqual([plain.code, plain.stdout]);
    expect(recorded.recorded()[0]?.status("@zoo/birds")).toBe("provml:Completed");
  });
});

describe("a program without configuration", () => {
  it("records beside its package.json, and says nothing", async () => {
    const ended = await runProgram(`
      import { current, dataset, evaluation, flush, inference, run, stats, training } from "provml";
      const data = dataset([[1, 2]], { name: "birds" });
      const fit = training("fit", (rows, { rate }) => { current().log({ loss: rate }); return { rows }; });
      const model = fit(data, { rate: 0.5 });
      evaluation("test", (m) => ({ accuracy: 1 }))(model);
      run("all", (r) => inference("predict", () => 1)());
      await flush();
      console.log(stats().lost, stats().faults);
    `);
    expect([ended.code, ended.stdout, ended.stderr]).toEqual([0, "0 0\n", ""]);
    const [execution, ...more] = ended.recorded();
    expect(more).toEqual([]);
    expect(execution?.objectsUsedBy("fit")).toEqual(["birds"]);
    expect(execution?.valuesUsedBy("fit")).toEqual({ rate: 0.5 });
    expect(execution?.series("loss")).toEqual([[0, 0.5]]);
    expect(execution?.status("@zoo/birds")).toBe("provml:Completed");
  });

  it("makes nothing when it only wraps", async () => {
    const ended = await runProgram('import { training } from "provml";\ntraining("fit", () => 1);');
    expect([ended.code, existsSync(join(ended.folder, ".provml"))]).toEqual([0, false]);
  });

  it("loads nothing but Node's own modules and provml before its first step", async () => {
    const ended = await runProgram(`
      import { createRequire } from "node:module";
      await import("provml");
      console.log(Object.keys(createRequire(import.meta.url).cache).length);
    `);
    expect(ended.stdout).toBe("0\n");
  });

  it("shares the first instance made, between copies of the package, too", async () => {
    const ended = await runProgram(`
      import { provenance, training, current } from "provml";
      const prov = provenance({ workflow: "named" });
      const other = provenance({ workflow: "second" });
      training("fit", () => 1)();
      console.log(current().label, prov.current().id === current().id, other.execution === prov.execution);
      const copy = await import(import.meta.resolve("provml") + "?copy");
      console.log(copy.current().id === prov.current().id);
      prov.activity("outer", () => console.log(copy.current().label))();
    `);
    expect(ended.stdout).toBe("named true false\ntrue\nouter\n");
  });

  it("is configured by its environment", async () => {
    const environment = {
      PROVML_DIR: "elsewhere/.provml",
      PROVML_WORKFLOW: "night",
      PROVML_AGENT: "grace",
      PROVML_BASE: "https://example.org/",
      PROVML_SPOOL: "",
    };
    const source = 'import { current } from "provml";\nconsole.log(current().label, current().id.slice(0, 20));';
    const ended = await runProgram(source, { environment });
    expect(ended.stdout).toBe("night https://example.org/\n");
    expect(existsSync(join(ended.folder, "elsewhere", ".provml", "spool"))).toBe(true);
  });
});

it("`await using` ends the execution with its block", async () => {
  // Written out as compilers lower it: Node 20 has no syntax for it.
  const ended = await runProgram(`
    import { provenance } from "provml";
    const prov = provenance();
    try { prov.activity("step", () => 1)(); } finally { await prov[Symbol.asyncDispose](); }
    prov.activity("later", () => 1)();
  `);
  expect(ended.code).toBe(0);
  const executions = ended.recorded();
  expect(executions.map((e) => e.status("@zoo/birds"))).toEqual(["provml:Completed", "provml:Completed"]);
});

it("PROVML_DISABLED=1 leaves the functions themselves and writes nothing", async () => {
  const environment = { PROVML_DISABLED: "1" };
  const ended = await runProgram(
    `
    import { close, current, dataset, derived, flush, provenance, run, stream, training } from "provml";
    const fn = async (x) => x;
    console.log(training("fit", fn) === fn, run("all", (r) => { r.log({ a: 1 }); return [...r.epochs(2)].map((e) => e.number); }));
    console.log(dataset(5) === 5, derived(undefined, fn) === fn, current().section("fold", 1, (s) => s.number), provenance().execution === "");
    const trigger = stream("trigger", { sample: 1 });
    trigger.record(0.5, 0.1, 1);
    trigger.selected(1, { scores: 0.5 });
    trigger.end(trigger.begin(), 0.5);
    trigger.close();
    await flush();
    await close();
  `,
    { environment },
  );
  expect([ended.stdout, ended.stderr]).toEqual(["true [ 0, 1 ]\ntrue true 1 true\n", ""]);
  expect(existsSync(join(ended.folder, ".provml"))).toBe(false);
});

it("a directory that cannot be written costs the record, not the program", async () => {
  const source = `
    import { provenance } from "provml";
    const prov = provenance({ directory: "package.json" });
    const step = prov.activity("step", (x) => x + 1);
    console.log(step(1), step(2), prov.stats().lost > 0);
  `;
  const ended = await runProgram(source);
  expect([ended.code, ended.stdout]).toEqual([0, "2 3 true\n"]);
});

it("a process of the same execution is part of it", async () => {
  const folder = project();
  const source = `
    import { provenance } from "provml";
    const prov = provenance();
    prov.activity("step" + (process.argv[2] ?? ""), () => 1)();
    console.log(prov.execution);
  `;
  const first = await runProgram(source, { folder });
  const execution = first.stdout.trim();
  for (const joined of [execution, execution.split("/").at(-2) as string]) {
    const ended = await runProgram(source, { folder, args: ["2"], environment: { PROVML_EXECUTION: joined } });
    expect(ended.stdout.trim()).toBe(execution);
  }
  const [whole, ...more] = first.recorded();
  expect(more).toEqual([]);
  const root = whole?.things(execution)[0];
  expect(root?.endTime).toBeDefined();
  const steps = whole?.things("step2").filter((t) => t.kind === "activity") ?? [];
  const parents = steps.map((t) => whole?.things(String(t.get("dcterms:isPartOf")))[0]?.get("dcterms:isPartOf"));
  expect(parents).toEqual([execution, execution]);
  const generations = whole?.ofKind("wasGeneratedBy").filter((s) => s.entity?.endsWith("/graph"));
  expect(generations).toHaveLength(1);
});
