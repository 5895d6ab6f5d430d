import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { activity, current, dataset, evaluation, inference, training } from "provml";
import { write } from "provml/formats";
import { testProvenance } from "provml/testing";
import { validate } from "provml/validate";
import { describe, expect, it, onTestFinished } from "vitest";
import { project } from "../capture/program.ts";

/** Code as a user has it: bound to whatever instance is the default. */
const train = training("fit", (rows: readonly number[], { epochs }: { epochs: number }) => {
  for (const epoch of current().epochs(epochs)) epoch.log({ loss: 1 / (epoch.number + 1) });
  return { w: rows.length };
});
const judge = evaluation("test", (model: object, limit: number) => {
  if (limit < 0) throw new RangeError("the limit is negative");
  return { accuracy: 0.75, ok: Object.keys(model).length };
});

function tested() {
  const recording = testProvenance({ workflow: "birds" });
  onTestFinished(() => recording.close());
  return recording;
}

describe("provml/testing", () => {
  it("tells what a step used, made, took and came to", () => {
    const recording = tested();
    const rows = dataset([1, 2, 3], { name: "rows" });
    const model = train(rows, { epochs: 3 });
    judge(model, 5);
    expect(recording.recorded().step("fit")).toMatchObject({
      name: "fit",
      status: "Completed",
      partOf: "birds",
      parameters: { epochs: 3 },
      used: ["rows"],
      generated: ["fit"],
    });
    expect(recording.recorded().step("test")).toMatchObject({
      parameters: { limit: 5 },
      results: { accuracy: 0.75, ok: 1 },
      used: ["fit"],
    });
    expect(recording.rows()).toMatchObject(
      [1, 1 / 2, 1 / 3]
        .map((value, step) => ({ series: "loss", step, value, time: expect.any(Number) }))
        .flatMap((row) => [row, { series: "epoch.durationMs", step: row.step }]),
    );
    expect(recording.recorded().series("loss")).toEqual([
      [0, 1],
      [1, 1 / 2],
      [2, 1 / 3],
    ]);
  });

  it("tells how a step failed, and passes its error on", () => {
    const { recorded } = tested();
    expect(() => judge({}, -1)).toThrow(RangeError);
    const { status, error } = recorded().step("test");
    expect([status, error]).toEqual(["Failed", { type: "RangeError", message: "the limit is negative" }]);
  });

  it("gives statements with absolute IRIs, and a document that can be written and is valid", async () => {
    const { prov, statements, document, close } = tested();
    prov.activity("clean", () => ({ rows: 1 }))();
    await close();
    const started = statements().filter((one) => one.kind === "activity" && one.startTime !== undefined);
    expect(started).toHaveLength(2);
    expect(started.every((one) => one.id?.startsWith("https://w3id.org/prov-ml/id/"))).toBe(true);
    expect(write(document(), "prov-n")).toContain("clean");
    expect(await validate(document())).toMatchObject({ isValid: true });
  });

  it("says which name is not there, and which there are too many of", () => {
    const { prov, recorded } = tested();
    expect(() => recorded()).toThrow(expect.objectContaining({ code: "not-found" }));
    const step = prov.activity("twice", () => {});
    step();
    step();
    expect(recorded().steps("twice")).toHaveLength(2);
    expect(() => recorded().step("twice")).toThrow(expect.objectContaining({ code: "ambiguous" }));
    expect(() => recorded().step("once")).toThrow(expect.objectContaining({ code: "not-found" }));
  });

  it("throws for options that cannot work, whatever the environment says", () => {
    process.env.PROVML_DURABILITY = "fsync";
    try {
      tested();
      expect(() => testProvenance({ base: "x" })).toThrow(expect.objectContaining({ code: "bad-iri" }));
    } finally {
      delete process.env.PROVML_DURABILITY;
    }
  });

  it("lets go of the functions that provml exports when it is closed, innermost first", async () => {
    const outer = tested();
    const inner = tested();
    inference("guess", () => 1)();
    activity("inner", () => {})();
    await inner.close();
    activity("outer", () => {})();
    await outer.close();
    expect(inner.recorded().steps("outer")).toEqual([]);
    expect(outer.recorded().steps("inner")).toEqual([]);
    expect(outer.recorded().step("outer").status).toBe("Completed");
    expect(outer.recorded().step("birds").status).toBe("Completed");
  });

  it("leaves no listener, writes no file and starts no process", () => {
    const folder = project();
    execFileSync("git", ["init", "-q"], { cwd: folder });
    const source = `
      import { spawnSync } from "node:child_process";
      import { channel } from "node:diagnostics_channel";
      import { testProvenance } from "provml/testing";
      const names = () => process.eventNames().map((name) => [name, process.listenerCount(name)]).join();
      let children = 0;
      channel("child_process").subscribe(() => children++);
      const before = names();
      for (let i = 0; i < 20; i++) {
        const { prov, close } = testProvenance();
        prov.training("fit", () => 1)();
        await close();
      }
      console.log(JSON.stringify([names() === before, children, process.getActiveResourcesInfo().filter((one) => /Process|Timeout|Worker|MessagePort/.test(one))]));`;
    writeFileSync(join(folder, "main.js"), source);
    const { stdout, status } = spawnSync(process.execPath, ["main.js"], { cwd: folder, encoding: "utf8" });
    expect([status, stdout.trim()]).toEqual([0, "[true,0,[]]"]);
    expect(existsSync(join(folder, ".provml"))).toBe(false);
    expect(readdirSync(folder).sort()).toEqual([".git", "main.js", "node_modules", "package.json"]);
  });

  it("works with node:test", () => {
    const folder = project();
    const source = `
      import { strict as assert } from "node:assert";
      import { after, test } from "node:test";
      import { training } from "provml";
      import { testProvenance } from "provml/testing";
      const recording = testProvenance();
      after(() => recording.close());
      test("fit records its rate", async () => {
        await training("fit", async (settings) => ({ w: settings.rate }))({ rate: 0.1 });
        assert.deepEqual(recording.recorded().step("fit").parameters, { rate: 0.1 });
      });`;
    writeFileSync(join(folder, "fit.test.js"), source);
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const { stdout, status } = spawnSync(process.execPath, ["--test"], { cwd: folder, encoding: "utf8", env });
    expect([status, /pass 1\b/.test(stdout), stdout]).toEqual([0, true, expect.anything()]);
    expect(existsSync(join(folder, ".provml"))).toBe(false);
  });
});
