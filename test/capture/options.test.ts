import { describe, expect, it } from "vitest";
import { settingsOf } from "../../src/capture/options.ts";
import { record } from "./memory-sink.ts";

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
