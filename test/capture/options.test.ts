import { describe, expect, it } from "vitest";
import { settingsOf } from "../../src/capture/options.ts";
import { record } from "./memory-sink.ts";
import { runProgram } from "./program.ts";

describe("an option that cannot work", () => {
  it.each([
    ["unknown", { diretory: "x" }, "bad-option", /diretory.*directory, workflow/],
    ["an empty directory", { directory: "" }, "bad-option", /^directory is ""/],
    ["a workflow that is no string", { workflow: 5 }, "bad-option", /^workflow is 5/],
    ["an unknown durability", { durability: "fsync" }, "bad-option", /"os" or "sync"/],
    ["a base that is no IRI", { base: "example" }, "bad-iri", /^base/],
    ["a base without end", { base: "https://example.org/x" }, "bad-option", /ends in \/ or #/],
    ["an agent without name", { agent: {} }, "bad-option", /^agent/],
    ["an agent that is a number", { agent: 5 }, "bad-option", /^agent/],
    ["an agent with a bad IRI", { agent: { name: "ada", iri: "ada" } }, "bad-iri", /^agent\.iri/],
    ["an announcement that is no yes or no", { announce: "no" }, "bad-option", /^announce/],
    ["a plan with two steps of one name", { plan: { name: "p", steps: [step, step] } }, "bad-plan", /two steps/],
    ["samples that are too many", { sampleIntervalMs: 5 }, "bad-option", /^sampleIntervalMs is 5; .*10 to 3600000/],
    ["changes that are no yes or no", { recordChanges: "1" }, "bad-option", /^recordChanges is "1"/],
    ["an option that JSON cannot show", { workflow: 5n }, "bad-option", /^workflow is bigint/],
  ])("(%s) throws at the call that made it", (_, options, code, message) => {
    const make = () => record(options as never);
    expect(make).toThrow(
      expect.objectContaining({ name: "ProvenanceError", code, message: expect.stringMatching(message) }),
    );
  });
});
const step = { name: "fit", kind: "training" };

describe("variables of the environment", () => {
  it("count where an option is absent", () => {
    const environment = {
      PROVML_DIR: "d",
      PROVML_WORKFLOW: "w",
      PROVML_AGENT: "a",
      PROVML_DURABILITY: "sync",
      PROVML_QUIET: "1",
      PROVML_SPOOL: "s",
    };
    expect(settingsOf({ workflow: "mine" }, environment)).toMatchObject({
      directory: "d",
      workflow: "mine",
      agent: { name: "a" },
      durability: "sync",
      announce: false,
      spool: "s",
    });
  });

  it("are absent when they are empty", () => {
    const names = ["DIR", "WORKFLOW", "AGENT", "DURABILITY", "BASE", "SPOOL", "EXECUTION"];
    const empty = Object.fromEntries(names.map((name) => [`PROVML_${name}`, ""]));
    expect(settingsOf({}, empty)).toEqual(settingsOf({}, {}));
  });

  it("name an execution by its IRI or UUID, in lower case", () => {
    const uuid = "0193a5c0-0000-7000-8000-000000000001";
    for (const text of [
      uuid,
      `https://w3id.org/prov-ml/id/${uuid}/execution`,
      `https://example.org/#${uuid}/execution`,
    ]) {
      expect(settingsOf({}, { PROVML_EXECUTION: text }).execution).toBe(uuid);
    }
    for (const text of ["5", uuid.toUpperCase().replace("A", "B"), `${uuid}/x-1`]) {
      expect(() => settingsOf({}, { PROVML_EXECUTION: text })).toThrow(expect.objectContaining({ code: "bad-option" }));
    }
  });
});

describe("a variable that cannot work", () => {
  it.each([
    ["PROVML_DURABILITY", "fsync", /^PROVML_DURABILITY is "fsync"; give "os" or "sync"$/],
    ["PROVML_BASE", "example", /^PROVML_BASE: "example" is not an absolute IRI/],
    ["PROVML_SAMPLE_INTERVAL_MS", "1s", /^PROVML_SAMPLE_INTERVAL_MS is "1s"; give a whole number of milliseconds/],
    ["PROVML_CHANGES", "maybe", /^PROVML_CHANGES is "maybe"; give 1 or 0$/],
    ["PROVML_QUIET", "yes", /^PROVML_QUIET is "yes"; give 1 or 0$/],
    ["PROVML_DISABLED", "yes", /^PROVML_DISABLED is "yes"; give 1 or 0$/],
    ["PROVML_EXECUTION", "5", /^PROVML_EXECUTION is "5"; give an execution's IRI/],
  ])("(%s) is named with its value and what it may be", (variable, text, message) => {
    expect(() => settingsOf({}, { [variable]: text })).toThrow(message);
    const ignored: unknown[] = [];
    expect(settingsOf({}, { [variable]: text, PROVML_AGENT: "ada" }, (error) => ignored.push(error))).toEqual(
      settingsOf({ agent: "ada" }, {}),
    );
    expect(ignored).toEqual([expect.objectContaining({ message: expect.stringMatching(message) })]);
  });

  it("does not throw into a program that made no instance: it warns once, and the default counts", async () => {
    const source = 'import { activity } from "provml";\nfor (let i = 0; i < 3; i++) activity("step", () => {})();';
    const ended = await runProgram(source, { environment: { PROVML_DURABILITY: "fsync", PROVML_BASE: "x" } });
    expect([ended.code, ended.recorded()[0]?.things("step").length]).toEqual([0, 3]);
    expect(ended.stderr.match(/\[PROVML_BAD_VARIABLE\] Warning: PROVML_(\w+)/g)).toEqual([
      "[PROVML_BAD_VARIABLE] Warning: PROVML_BASE",
      "[PROVML_BAD_VARIABLE] Warning: PROVML_DURABILITY",
    ]);
  });

  it("throws where a program makes an instance", async () => {
    const source = 'import { provenance } from "provml";\nprovenance();';
    const ended = await runProgram(source, { environment: { PROVML_DURABILITY: "fsync" } });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('PROVML_DURABILITY is "fsync"; give "os" or "sync"');
  });
});
