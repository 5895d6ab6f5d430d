import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Recorded } from "../../src/testing/recorded.ts";
import { record } from "./memory-sink.ts";
import { type Ended, project, runProgram } from "./program.ts";

/** Runs a program that starts `child.js`. */
async function withChild(main: string, child: string): Promise<Ended> {
  const folder = project();
  writeFileSync(
    join(folder, "child.js"),
    `import { activity, carrier, current, training, within } from "provml";\nimport { spawnSync } from "node:child_process";\n${child}`,
  );
  const source = `
    import { fork, spawnSync } from "node:child_process";
    import cluster from "node:cluster";
    import { once } from "node:events";
    import { activity, carrier, current, provenance, training } from "provml";
    const child = (env, ...args) => spawnSync(process.execPath, ["child.js", ...args], { env: { ...process.env, ...env }, stdio: "inherit" });
    ${main}`;
  const ended = await runProgram(source, { folder });
  expect([ended.stderr, ended.code]).toEqual(["", 0]);
  return ended;
}

function only(executions: readonly Recorded[]): Recorded {
  expect(executions).toHaveLength(1);
  return executions[0] as Recorded;
}

const wholes = (recorded: Recorded, id: string) =>
  recorded
    .things(id)[0]
    ?.all("dcterms:isPartOf")
    .map((whole) => recorded.things(String(whole))[0]?.id) ?? [];

describe("a child process", () => {
  it("started with a carrier is part of the execution and of that step", async () => {
    const ended = await withChild(
      'const prov = provenance({ workflow: "birds", agent: { name: "Ada", iri: "https://orcid.org/1" } }); training("fit", () => { child(prov.carrier()); })();',
      'training("part", () => { current().log({ loss: 2 }); })();',
    );
    const recorded = only(ended.recorded());
    const fit = recorded.activity("fit").id;
    const process = String(recorded.activity("part").get("dcterms:isPartOf"));
    expect(wholes(recorded, process)).toEqual([recorded.activity("fit").get("dcterms:isPartOf"), fit]);
    expect(recorded.ofType("mls:Run").map(({ label }) => label)).toEqual(["fit"]);
    expect(recorded.series("loss")).toEqual([[0, 2]]);
    expect(recorded.ofType("prov:Person").map(({ id }) => id)).toEqual(["https://orcid.org/1"]);
    // Who began the execution states its times, and that its graph was generated.
    expect(recorded.ofKind("wasGeneratedBy").filter(({ entity }) => entity?.endsWith("/graph"))).toHaveLength(1);
    const [whole] = wholes(recorded, process);
    expect(
      recorded.statements.filter((one) => one.kind === "activity" && one.id === whole && one.startTime),
    ).toHaveLength(1);
    expect(recorded.things(String(whole))[0]?.all("rdfs:label")).toEqual(["birds", "birds"]);
  });

  it("of a child is part of that one", async () => {
    const ended = await withChild(
      'activity("outer", () => { child(carrier()); })();',
      `if (process.argv[2] === "again") activity("deep", () => 1)();
       else { activity("first", () => 1)(); spawnSync(process.execPath, ["child.js", "again"], { env: { ...process.env, ...carrier() } }); }`,
    );
    const recorded = only(ended.recorded());
    const processOf = (label: string) => String(recorded.activity(label).get("dcterms:isPartOf"));
    expect(wholes(recorded, processOf("deep"))).toContain(processOf("first"));
    expect(wholes(recorded, processOf("first"))).toContain(recorded.activity("outer").id);
  });

  it.each([
    [
      "fork",
      'activity("before", () => 1)(); await activity("outer", async () => { await once(fork("child.js"), "exit"); })();',
    ],
    [
      "cluster",
      'activity("before", () => 1)(); cluster.setupPrimary({ exec: "child.js" }); await activity("outer", async () => { await once(cluster.fork(), "exit"); })();',
    ],
  ])("that %s starts without one is an execution of its own", async (_, main) => {
    const executions = (await withChild(main, 'activity("inner", () => 1)(); process.exit();')).recorded();
    expect(executions.map((one) => one.things("inner").length > 0 !== one.things("before").length > 0)).toEqual([
      true,
      true,
    ]);
  });

  it("that was forked with one never writes into the parent's files", async () => {
    const main = `activity("before", () => 1)();
      await activity("outer", async () => { await once(fork("child.js", { env: { ...process.env, ...carrier() } }), "exit"); })();
      activity("after", () => 1)();`;
    const recorded = only((await withChild(main, 'activity("inner", () => 1)();')).recorded());
    const writer = (label: string) => /\/(w[0-9a-v]+)-\d+$/.exec(recorded.activity(label).id)?.[1];
    expect(writer("before")).toBe(writer("after"));
    expect(writer("inner")).not.toBe(writer("before"));
  });

  it("with variables that cannot work records all the same", async () => {
    const folder = project();
    const environment = { PROVML_EXECUTION: "0193a5c0-0000-7000-8000-000000000001", PROVML_STEP: "nonsense" };
    const ended = await runProgram('import { activity } from "provml"; activity("a", () => 1)();', {
      folder,
      environment,
    });
    expect(ended.stderr).toMatch(/PROVML_STEP: "nonsense" is not an absolute IRI/);
    expect(ended.recorded()[0]?.activity("a").endTime).toBeDefined();
  });

  it("that is given another execution leaves the step of the first one behind", async () => {
    const child = 'activity("inner", () => 1)();';
    const main =
      'activity("outer", () => { child({ ...carrier(), PROVML_EXECUTION: "0193a5c0-0000-7000-8000-000000000001" }); })();';
    const executions = (await withChild(main, child)).recorded();
    const other = executions.find((one) => one.things("inner").length > 0);
    expect(other?.things("outer")).toEqual([]);
    const process = other?.things(String(other.activity("inner").get("dcterms:isPartOf")))[0];
    expect(process?.all("dcterms:isPartOf")).toEqual([expect.stringMatching(/0001\/execution$/)]);
  });
});

describe("within()", () => {
  it("makes a step part of the one from which it was carried, in that execution", async () => {
    const [here, there] = [record(), record({ workflow: "there" })];
    const carrier = here.prov.activity("outer", () => here.prov.carrier())();
    const step = there.prov.activity("step", async (x: number) => {
      await null;
      return x + 1;
    });
    expect(await there.prov.within(JSON.parse(JSON.stringify(carrier)), () => step(1))).toBe(2);
    const recorded = there.recorded();
    expect(there.sink().request.execution).toBe(here.sink().request.execution);
    expect(recorded.activity("step").all("dcterms:isPartOf")).toContain(here.recorded().activity("outer").id);
    await there.prov.activity("own", () => 1)();
    expect(there.recorded().activity("own").get("dcterms:isPartOf")).toBe(there.prov.execution);
    expect(there.prov.execution).not.toBe(here.prov.execution);
  });

  it("in the execution itself adds nothing but the part", () => {
    const { prov, recorded, sinks } = record();
    const carrier = prov.activity("outer", () => prov.carrier())();
    prov.within(carrier, () => prov.activity("inner", () => 1)());
    expect(sinks).toHaveLength(1);
    expect(recorded().activity("inner").all("dcterms:isPartOf")).toEqual([recorded().activity("outer").id]);
  });

  it("knows whether the step lies in a run", () => {
    const { prov, recorded } = record();
    const [inside, outside] = [prov.training("fit", () => prov.carrier())(), prov.carrier()];
    prov.within(inside, () => prov.training("part", () => 1)());
    prov.within(outside, () => prov.training("other", () => 1)());
    expect(
      recorded()
        .ofType("mls:Run")
        .map(({ label }) => label),
    ).toEqual(["fit", "other"]);
  });

  it("logs what is logged again and again in one step into one series", () => {
    const { prov, recorded } = record();
    const carrier = prov.activity("outer", () => prov.carrier())();
    for (let i = 0; i < 3; i++) prov.within(carrier, () => prov.current().log({ load: i }));
    expect(recorded().ofType("provml:MetricSeries")).toHaveLength(1);
    expect(recorded().series("load")).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
    ]);
  });

  it("states a section from which something is carried", () => {
    const { prov, recorded } = record();
    const carriers = prov.training("fit", () =>
      Array.from(prov.current().epochs(2), (e) => (e.number ? prov.carrier() : {})),
    )();
    expect(carriers[1]?.PROVML_STEP).toBe(recorded().activity("fit").id); // the loop's body is no call of the epoch's
    const carried = prov.training("again", () => prov.current().section("fold", 1, () => prov.carrier()))();
    expect(carried.PROVML_STEP).toBe(recorded().activity("fold 1").id);
  });

  it("keeps few executions of others open, and none that has work under way", async () => {
    const there = record({ workflow: "there" });
    const carriers = Array.from({ length: 12 }, () => record().prov.carrier());
    let finish = () => {};
    const pending = there.prov.within(carriers[0] as never, () => new Promise<void>((done) => (finish = done)));
    for (const carrier of carriers.slice(1)) there.prov.within(carrier, () => there.prov.activity("step", () => 1)());
    expect(there.sinks.filter(({ isClosed }) => !isClosed)).toHaveLength(8);
    expect(there.sinks[0]?.isClosed).toBe(false);
    finish();
    await pending;
    await there.prov.close();
    expect(there.sinks.every(({ isClosed }) => isClosed)).toBe(true);
    expect(there.prov.stats().statements).toBe(there.sinks.reduce((sum, { briefs }) => sum + briefs.length, 0));
  });

  it("throws what the function throws, and calls it plainly where the carrier is empty or cannot be read", () => {
    const { prov } = record({}, { mayFail: "yes" });
    expect(() =>
      prov.within(prov.carrier(), () => {
        throw new RangeError("no");
      }),
    ).toThrow(RangeError);
    expect(prov.within({}, () => 1)).toBe(1);
    expect(prov.within({ PROVML_EXECUTION: "../../etc" }, () => 2)).toBe(2);
    expect(prov.stats().faults).toBe(1);
    expect(() => prov.within("text" as never, () => 3)).toThrow(/within\(\) takes what carrier\(\) returned, not text/);
  });

  it("switched off is the call alone", async () => {
    const source = `
      import { carrier, provenance, within } from "provml";
      console.log(carrier(), within({ PROVML_EXECUTION: "x" }, () => 1), provenance().carrier(), typeof globalThis[Symbol.for("provml.context")]);`;
    const ended = await runProgram(source, { environment: { PROVML_DISABLED: "1" } });
    expect(ended.stdout).toBe("{} 1 {} undefined\n");
  });
});
