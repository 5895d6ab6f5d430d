import { describe, expect, it, vi } from "vitest";
import { eventHash } from "../../src/capture/inference/event-hash.ts";
import type { StreamOptions } from "../../src/capture/inference/options.ts";
import type { Recorded } from "../../src/testing/recorded.ts";
import type { Thing } from "../../src/testing/things.ts";
import { record } from "./memory-sink.ts";

const WINDOW = "provml:InferenceWindowExecution";
const EVENT = "provml:EventInferenceExecution";

function counts(window: Thing | undefined): Record<string, unknown> {
  const names = [
    "offered",
    "processed",
    "failed",
    "dropped",
    "skipped",
    "sampled",
    "selected",
    "fallback",
    "droppedRecord",
  ];
  const all = names.map((name) => [name, window?.get(`provml:${name}Count`)] as const);
  return Object.fromEntries(all.filter(([, count]) => count !== undefined && count !== 0));
}

const windows = (recorded: Recorded) => recorded.ofType(WINDOW);
const events = (recorded: Recorded) => recorded.ofType(EVENT);
const modelsOf = (recorded: Recorded, { id }: Thing) =>
  recorded.ofKind("used").flatMap((s) => (s.activity === id ? (s.entity ?? []) : []));

describe("a stream", () => {
  it("is a step that says what it was set to, and used the model", () => {
    const { prov, recorded } = record();
    const model = prov.model({ w: 1 }, { name: "net" });
    const parameters = { conditions: "2024-A" };
    const stream = prov.stream("trigger", {
      model,
      sample: 0.25,
      thresholds: { tight: 0.9 },
      device: "cpu",
      parameters,
    });
    expect(stream.id).toBe(recorded().activity("trigger").id);
    stream.close();
    expect(recorded().status("trigger")).toBe("provml:Completed");
    expect(recorded().objectsUsedBy("trigger")).toEqual(["net"]);
    expect(recorded().valuesUsedBy("trigger")).toMatchObject({
      windowMs: 10_000,
      "threshold.tight": 0.9,
      device: "cpu",
      histogram: "sketch",
      conditions: "2024-A",
    });
    expect(windows(recorded())).toEqual([]);
  });

  it("counts what was offered, and all of it is accounted for", () => {
    const { prov, recorded } = record();
    const stream = prov.stream("trigger", { thresholds: { loose: 0.2, tight: 0.9 } });
    for (let event = 1; event <= 10; event++) stream.record(event / 10, 0.05, event);
    stream.record(Number.NaN, Number.NaN, 3);
    stream.failed(11, new TypeError("no"));
    stream.failed(12, new TypeError("no"));
    stream.failed(13);
    stream.dropped(7);
    stream.skipped();
    stream.close();
    const [window, ...more] = windows(recorded());
    expect(more).toEqual([]);
    expect(counts(window)).toEqual({ offered: 22, processed: 11, failed: 3, dropped: 7, skipped: 1 });
    expect(window?.get("provml:decisions")).toBe('{"loose":9,"tight":2} rdf:JSON');
    expect(window?.get("provml:failures")).toBe('{"TypeError":2,"Error":1} rdf:JSON');
    expect(window?.get("provml:scores")).toMatch(/"minimum":0.1,"maximum":1,"notANumber":1\} rdf:JSON$/);
    const range = ["firstEvent", "lastEvent", "minimumEvent", "maximumEvent"].map((name) =>
      window?.get(`provml:${name}`),
    );
    expect(range).toEqual([1, 13, 1, 13]);
  });

  it("closes a window after so many events, and numbers them", () => {
    const { prov, recorded } = record();
    const stream = prov.stream("trigger", { window: { events: 4 } });
    for (let event = 0; event < 10; event++) stream.record(0.5, 0.1, `r:${event}`);
    stream.close();
    expect(windows(recorded()).map((its) => [its.get("provml:windowNumber"), its.get("provml:offeredCount")])).toEqual([
      [1, 4],
      [2, 4],
      [3, 2],
    ]);
    expect(windows(recorded()).map((its) => its.get("provml:lastEvent"))).toEqual(["r:3", "r:7", "r:9"]);
    expect(windows(recorded()).every((its) => recorded().partOf(its.id) === "trigger")).toBe(true);
  });

  it("closes a window when its time is over, also where no event follows or nothing else gets its turn", async () => {
    const { prov, recorded } = record();
    const stream = prov.stream("trigger", { window: { ms: 20 } });
    stream.record(0.5, 0.1, 1);
    await vi.waitFor(() => expect(windows(recorded())).toHaveLength(1), { timeout: 60_000, interval: 5 });
    const until = performance.now() + 60_000;
    while (windows(recorded()).length < 4 && performance.now() < until)
      for (let event = 0; event < 100_000; event++) stream.record(0.5, undefined, 2);
    expect(windows(recorded()).length).toBeGreaterThanOrEqual(4);
  });

  it("is split where another model comes, and no window holds events of two", () => {
    const { prov, recorded } = record();
    const [a, b] = ["a", "b"].map((name) => prov.model({ name }, { name })) as [object, object];
    const stream = prov.stream("trigger", { model: a, sample: 1 });
    for (let event = 0; event < 5; event++) stream.record(0.5, 0.1, event);
    stream.swap(b);
    for (let event = 5; event < 8; event++) stream.record(0.5, 0.1, event);
    stream.close();
    const found = recorded();
    const [first, second] = windows(found) as [Thing, Thing];
    expect([first, second].map((its) => modelsOf(found, its))).toEqual([
      [found.entity("a").id],
      [found.entity("b").id],
    ]);
    expect([first.get("provml:boundaryEvent"), second.get("provml:boundaryEvent")]).toEqual([undefined, 5]);
    for (const event of events(found)) {
      const isEarly = Number(event.get("provml:eventId")) < 5;
      expect(modelsOf(found, event)).toEqual([found.entity(isEarly ? "a" : "b").id]);
      expect(event.get("provml:windowNumber")).toBe(isEarly ? 1 : 2);
    }
    expect(found.objectsUsedBy("trigger")).toEqual(["a", "b"]);
  });

  it("samples the same events whatever else happens", () => {
    const { prov, recorded } = record();
    const stream = prov.stream("trigger", { sample: 0.1, recordsPerSecond: 1e6 });
    for (let event = 0; event < 2000; event++) stream.record(event, 0.1, event);
    stream.close();
    const sampled = events(recorded()).map((event) => event.get("provml:eventId"));
    const wanted = Array.from({ length: 2000 }, (_, id) => id).filter((id) => eventHash(id) < 0.1 * 2 ** 32);
    expect(sampled).toEqual(wanted);
    const [window] = windows(recorded());
    expect([window?.get("provml:sampledCount"), window?.get("provml:sampleRate")]).toEqual([
      wanted.length,
      "0.1 xsd:double",
    ]);
  });

  it("counts the records that were too many in a second", () => {
    const { prov, recorded } = record();
    const stream = prov.stream("trigger", { sample: 1, recordsPerSecond: 10, window: { ms: 60_000 } });
    for (let event = 0; event < 1000; event++) stream.record(0.5, 0.001, event);
    for (let event = 0; event < 100; event++) stream.failed(event, new Error("down"));
    stream.close();
    const [window] = windows(recorded());
    const { sampled, droppedRecord, failed } = counts(window) as Record<string, number>;
    const records = events(recorded());
    expect(records.filter((its) => its.get("provml:recordedAs") === "sampled")).toHaveLength(sampled as number);
    expect([failed, records.length + (droppedRecord as number)]).toEqual([100, 1100]);
    expect(records.length).toBeLessThanOrEqual(60); // 20 a second, on a slow machine for a few seconds
  });

  it("records a selected event in full, once where it was sampled too", () => {
    const { prov, recorded } = record();
    const model = prov.model({ w: 1 }, { name: "net" });
    const stream = prov.stream("trigger", { model, sample: 1 });
    stream.record(0.95, 0.06, "S19");
    const details = { scores: { bbh: 0.95 }, threshold: 0.9, decision: "keep", input: "s3://raw/frame.gwf" };
    stream.selected("S19", { ...details, downstream: "S190425z" });
    stream.close();
    const found = recorded();
    const [event, ...more] = events(found);
    expect(more).toEqual([]);
    expect([event?.label, event?.all("provml:recordedAs")]).toEqual(["trigger S19", ["selected", "sampled"]]);
    expect(event?.get("provml:latencyMs")).toBe("0.06 xsd:double");
    expect(found.valuesUsedBy("trigger S19")).toEqual({ threshold: 0.9 });
    expect(found.valuesGeneratedBy("trigger S19")).toEqual({
      "score.bbh": 0.95,
      decision: "keep",
      downstream: "S190425z",
    });
    expect(found.objectsUsedBy("trigger S19").sort()).toEqual(["frame.gwf", "net"]);
    expect(counts(windows(found)[0])).toEqual({ offered: 1, processed: 1, sampled: 1, selected: 1 });
  });

  it("says why an event failed, and from what to what another fell back", () => {
    const { prov, recorded } = record();
    const stream = prov.stream("trigger");
    stream.failed(1, new RangeError("token=abcdef0123456789abcdef0123456789"));
    stream.fallback(2, "cuda:0", "cpu");
    stream.record(0.5, 0.1, 2);
    stream.close();
    const [failed, fallback] = events(recorded()) as [Thing, Thing];
    expect([failed.get("provml:status"), failed.get("provml:errorType")]).toEqual(["provml:Failed", "RangeError"]);
    expect(failed.get("provml:errorMessage")).not.toContain("abcdef");
    expect(["fallbackFrom", "fallbackTo", "eventId"].map((name) => fallback.get(`provml:${name}`))).toEqual([
      "cuda:0",
      "cpu",
      2,
    ]);
  });

  it("times one event in so many when it is to time them", () => {
    const { prov, recorded } = record();
    const stream = prov.stream("trigger", { timeEvery: 4 });
    for (let event = 0; event < 10; event++) stream.end(stream.begin(), 0.5, event);
    stream.close();
    const [window] = windows(recorded());
    expect(window?.get("provml:processedCount")).toBe(10);
    const { buckets } = JSON.parse(String(window?.get("provml:latencies")).replace(" rdf:JSON", ""));
    expect(
      Object.values<number[]>(buckets)
        .flat()
        .reduce((a, b) => a + b),
    ).toBe(3);
  });

  it("that is left open ends with the step around it, with what it counted", () => {
    const { prov, recorded } = record();
    prov.run("serve", () => prov.stream("trigger").record(0.5, 0.1, 1));
    expect(recorded().partOf(windows(recorded())[0]?.id as string)).toBe("trigger");
    expect([recorded().status("trigger"), recorded().status("serve")]).toEqual([
      "provml:Completed",
      "provml:Completed",
    ]);
  });

  it("closes its window for flush(), and counts nothing after close()", async () => {
    const { prov, recorded } = record();
    const stream = prov.stream("trigger");
    stream.record(0.5, 0.1, 1);
    await prov.flush();
    expect(windows(recorded())).toHaveLength(1);
    stream.close();
    stream.record(0.5, 0.1, 2);
    stream.failed(3, new Error("late"));
    stream.dropped();
    stream.swap({});
    stream.close();
    await prov.flush();
    expect([windows(recorded()).length, events(recorded()).length]).toEqual([1, 0]);
  });

  it("counts what it cannot take as a fault that names verb and argument, and records the rest", () => {
    const { prov, recorded } = record({}, { mayFail: "yes" });
    const stream = prov.stream("trigger");
    const untyped = stream as unknown as Record<string, (...args: unknown[]) => void>;
    const wrong: [said: string, call: () => void][] = [
      ["record() of the stream trigger takes a number as score, not null", () => untyped.record?.(null, 0.1, 1)],
      ["takes a number as latencyMs, not a string", () => untyped.record?.(0.5, "0.1", 2)],
      ["takes a number, a string or a bigint as an event's id, not a object", () => untyped.record?.(0.5, 0.1, {})],
      ["end() of the stream trigger takes what begin() gave as began", () => untyped.end?.(undefined, 0.5)],
      ["failed() of the stream trigger takes a number, a string or a bigint", () => untyped.failed?.(null)],
      ["selected() of the stream trigger takes an object as details", () => untyped.selected?.(5, 0.9)],
      ["dropped() of the stream trigger takes a whole number, 0 or more as count, not -1", () => stream.dropped(-1)],
      ["skipped() of the stream trigger takes a whole number, 0 or more as count", () => stream.skipped(1.5)],
    ];
    for (const [n, [said, call]] of wrong.entries()) {
      call();
      expect(prov.stats()).toMatchObject({ faults: n + 1, lastFault: expect.stringContaining(said) });
    }
    for (let again = 0; again < 100; again++) stream.dropped(Number.NaN);
    expect(prov.stats().faults).toBe(wrong.length + 100);
    stream.dropped(0);
    stream.record(undefined);
    stream.close();
    expect(prov.stats().faults).toBe(wrong.length + 100);
    expect(counts(windows(recorded())[0])).toEqual({ offered: 6, processed: 5, failed: 1, selected: 1 });
  });

  it("left open ends well with the program, or with the step around, if that does", async () => {
    const { prov, recorded } = record();
    prov.stream("open").record(0.5, 0.1, 1);
    prov.run("serve", () => void prov.stream("inside").record(0.5, 0.1, 1));
    expect(() =>
      prov.run("fails", () => {
        prov.stream("left").record(0.5, 0.1, 1);
        throw new Error("no");
      }),
    ).toThrow("no");
    await prov.close();
    const found = recorded();
    expect(["open", "inside", "left", "penguins"].map((name) => found.status(name))).toEqual([
      "provml:Completed",
      "provml:Completed",
      "provml:EndedEarly",
      "provml:Completed",
    ]);
    expect(windows(found)).toHaveLength(3);
  });

  it("survives whatever it is handed", () => {
    const { prov, recorded } = record({}, { mayFail: "yes" });
    const stream = prov.stream("trigger", { sample: 1 }) as unknown as Record<string, (...args: unknown[]) => void>;
    const hostile = new Proxy(
      {},
      {
        get() {
          throw new Error("hands off");
        },
      },
    );
    for (const odd of [hostile, null, Symbol("x"), "text", 10n ** 40n, {}, undefined]) {
      stream.record?.(odd, odd, odd);
      stream.selected?.(odd, odd);
      stream.selected?.("x", {
        scores: odd,
        input: odd,
        downstream: odd,
        parameters: odd,
        decision: odd,
        latencyMs: odd,
      });
      stream.failed?.(odd, odd);
      stream.fallback?.(odd, odd, odd);
      stream.dropped?.(odd);
    }
    stream.close?.();
    expect(counts(windows(recorded())[0])).toMatchObject({ processed: 7, failed: 7, selected: 14 });
  });

  it("refuses options that cannot work, where the program asks for it", () => {
    const { prov } = record();
    const wrong: unknown[] = [
      { sample: 2 },
      { window: { ms: 0 } },
      { window: { event: 3 } },
      { histogram: { low: 1, high: 0, bins: 3 } },
      { thresholds: { a: "b" } },
      { speed: 1 },
      { model: 5 },
      { timeEvery: 0.5 },
      null,
    ];
    for (const options of wrong) {
      const expected = expect.objectContaining({ code: "bad-option" });
      expect(() => prov.stream("trigger", options as StreamOptions), JSON.stringify(options)).toThrow(expected);
    }
    expect(() => prov.stream("")).toThrow(expect.objectContaining({ code: "bad-argument" }));
  });
});

describe("wrapped inferences", () => {
  it("of two models are counted in windows of their own", async () => {
    const { prov, recorded } = record();
    const [a, b] = ["a", "b"].map((name) => prov.model({ name }, { name })) as [object, object];
    const predict = prov.inference("predict", (_: object) => 1);
    for (const model of [a, b, a]) predict(model);
    await prov.flush();
    const found = recorded();
    const seen = windows(found).map((its) => [modelsOf(found, its), its.get("provml:processedCount")]);
    expect(seen).toEqual([
      [[found.entity("a").id], 2],
      [[found.entity("b").id], 1],
    ]);
    expect(windows(found).map((its) => its.get("provml:windowNumber"))).toEqual([1, 2]);
  });

  it("that fail are counted by their errors, and a thousand a second are activities", async () => {
    const { prov, recorded } = record();
    const fail = prov.inference("predict", () => {
      throw new RangeError("no");
    });
    for (let call = 0; call < 3000; call++) expect(fail).toThrow("no");
    await prov.flush();
    const failed = windows(recorded()).map((its) => counts(its) as { failed: number; droppedRecord?: number });
    const recordsMissing = failed.reduce((sum, { droppedRecord = 0 }) => sum + droppedRecord, 0);
    expect(failed.reduce((sum, its) => sum + its.failed, 0)).toBe(3000);
    expect(recorded().ofType("provml:InferenceExecution")).toHaveLength(3000 - recordsMissing);
  });

  it("are counted in the step around, and not in its epochs, which stay rows", () => {
    const { prov, recorded } = record();
    const predict = prov.inference("predict", () => 1);
    prov.training("fit", () => {
      for (const _ of prov.current().epochs(3)) predict();
    })();
    expect(windows(recorded()).map((its) => [recorded().partOf(its.id), its.get("provml:processedCount")])).toEqual([
      ["fit", 3],
    ]);
    expect(recorded().ofType("provml:LearningStageSectionExecution")).toEqual([]);
  });

  it("that nobody waited for are counted in the step around that still runs", async () => {
    const { prov, recorded } = record();
    const predict = prov.inference("predict", async () => new Promise((done) => setTimeout(done, 10)));
    const step = prov.activity("serve", () => predict());
    await step();
    const pending: Promise<unknown>[] = [];
    prov.activity("lost", () => {
      pending.push(predict());
    })();
    await pending[0];
    await prov.flush();
    expect(
      windows(recorded())
        .map((its) => recorded().partOf(its.id))
        .sort(),
    ).toEqual(["penguins", "serve"]);
  });
});
