import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { Recorded } from "../../src/testing/recorded.ts";
import { record } from "./memory-sink.ts";

const studies = (recorded: Recorded) =>
  recorded.ofType("provml:StudyExecution").map((study) => ({
    id: study.id,
    label: study.label,
    runs: study.all("mls:hasPart").map((id) => recorded.things(String(id))[0]?.label),
  }));

describe("a study", () => {
  it("has the runs that begin after it was named, and the one that named it", () => {
    const { prov, recorded } = record();
    prov.training("before", () => 1)();
    prov.run("first", () => {
      prov.study("rates");
      prov.training("inner", () => 1)();
    });
    prov.training("second", () => 1)();
    prov.study("others");
    prov.run("third", () => 1);
    expect(studies(recorded())).toMatchObject([
      { label: "rates", runs: ["first", "second"] },
      { label: "others", runs: ["third"] },
    ]);
  });

  it("is one thing, whichever process names it, within its workflow", () => {
    const ids = ["a.b", "a.b", "a"].map((workflow) => {
      const { prov, recorded } = record({ workflow, study: workflow === "a" ? "b.c" : "c" });
      prov.run("one", () => 1);
      return studies(recorded())[0]?.id;
    });
    expect(ids).toEqual([
      "https://w3id.org/prov-ml/id/study-execution.a%2Eb.c",
      "https://w3id.org/prov-ml/id/study-execution.a%2Eb.c",
      "https://w3id.org/prov-ml/id/study-execution.a.b.c",
    ]);
  });

  it("without runs is not stated", () => {
    const { prov, recorded } = record({ study: "rates" });
    prov.activity("other", () => 1)();
    expect(studies(recorded())).toEqual([]);
  });

  it("of an instance ends with its execution", async () => {
    const { prov, recorded } = record();
    prov.study("rates");
    await prov.close();
    prov.run("later", () => 1);
    expect(studies(recorded())).toEqual([]);
  });

  it("of an array job is the array, unless the program names one", () => {
    vi.stubEnv("SLURM_JOB_ID", "4711");
    vi.stubEnv("SLURM_ARRAY_JOB_ID", "4700");
    vi.stubEnv("SLURM_ARRAY_TASK_ID", "11");
    vi.stubEnv("SLURM_CLUSTER_NAME", "alps");
    onTestFinished(() => void vi.unstubAllEnvs());
    const [array, named] = [record(), record({ study: "rates" })];
    for (const { prov } of [array, named]) prov.run("one", () => 1);
    expect(studies(array.recorded())).toMatchObject([{ label: "slurm alps 4700", runs: ["one"] }]);
    expect(studies(named.recorded())).toMatchObject([{ label: "rates" }]);
  });

  it.each([undefined, "", 5])("has a name, and not %j", (name) => {
    const { prov } = record();
    expect(() => prov.study(name as string)).toThrow(expect.objectContaining({ code: "bad-argument" }));
  });
});
