import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { EventId, InferenceStream, Provenance, StreamOptions } from "provml";
import { describe, expect, it } from "vitest";
import { type BriefEvents, eventStatements } from "../../src/model/sampled-events.ts";
import type { Recorded } from "../../src/testing/recorded.ts";
import { provml } from "../cli/provml.ts";
import { folder, opened, recorder } from "../query/recorded.ts";
import { readSpool } from "./program.ts";

const EVENT = "provml:EventInferenceExecution";

interface Left {
  readonly root: string;
  readonly spooled: Recorded;
  readonly lost: number;
}

/** What a program left in its spool, before anything was flushed. */
async function left(program: (prov: Provenance) => void): Promise<Left> {
  const root = folder();
  const prov = recorder(root);
  program(prov);
  await prov.close();
  const [spooled] = readSpool(join(root, ".provml", "spool"));
  if (!spooled) throw new Error("nothing was recorded");
  const { lost, faults, lastFault } = prov.stats();
  expect([faults, lastFault]).toEqual([0, undefined]);
  return { root, spooled, lost };
}

function streamed(work: (stream: InferenceStream) => void, options: StreamOptions = { sample: 1 }): Promise<Left> {
  return left((prov) => {
    const stream = prov.stream("trigger", options);
    work(stream);
    stream.close();
  });
}

/** Of each event its id, its latency and its score. */
function told(spooled: Recorded): unknown[][] {
  return spooled.ofType(EVENT).map((event) => {
    const made = spooled.ofKind("wasGeneratedBy").find(({ activity }) => activity === event.id);
    const score = spooled.ofType("provml:AttributeValue").find(({ id }) => id === made?.entity);
    return [event.get("provml:eventId"), event.get("provml:latencyMs"), score?.value];
  });
}

const textOf = (path: string): string =>
  statSync(path).isDirectory()
    ? readdirSync(path)
        .map((name) => `${name}\n${textOf(join(path, name))}`)
        .join("\n")
    : readFileSync(path, "latin1");

describe("a sampled event of which not all is known", () => {
  const half = "0.5 xsd:double";
  const cases: [string, [number | undefined, number | undefined, EventId | undefined], unknown[]][] = [
    ["no latency", [0.25, undefined, 99], [99, undefined, 0.25]],
    ["a latency that is NaN", [0.25, Number.NaN, 99], [99, undefined, 0.25]],
    ["an infinite latency", [0.25, Number.POSITIVE_INFINITY, 99], [99, undefined, 0.25]],
    ["a latency of -0", [0.25, -0, 99], [99, "0 xsd:double", 0.25]],
    ["no id", [0.25, 0.5, undefined], [undefined, half, 0.25]],
    ["no score", [undefined, 0.5, 99], [99, half, undefined]],
    ["nothing at all", [undefined, undefined, undefined], [undefined, undefined, undefined]],
    ["a score that is NaN", [Number.NaN, 0.5, 99], [99, half, Number.NaN]],
    ["an infinite score", [Number.POSITIVE_INFINITY, 0.5, 99], [99, half, Number.POSITIVE_INFINITY]],
    ["a score below all", [Number.NEGATIVE_INFINITY, 0.5, 99], [99, half, Number.NEGATIVE_INFINITY]],
    ["an id that is NaN", [0.25, 0.5, Number.NaN], ["NaN xsd:double", half, 0.25]],
    ["an id that says null", [0.25, undefined, "null"], ["null", undefined, 0.25]],
  ];

  it.each(cases)("with %s is recorded with what is known, and so are those around it", async (_, event, wanted) => {
    const { spooled, lost } = await streamed((stream) => {
      for (let id = 0; id < 32; id++) stream.record(0.5, 1, id);
      stream.record(...event);
    });
    expect(lost).toBe(0);
    expect(told(spooled)).toEqual([...Array.from({ length: 32 }, (_, id) => [id, "1 xsd:double", 0.5]), wanted]);
  });

  it("is in the graph after a flush", async () => {
    const { root, lost } = await streamed((stream) => {
      for (const [, event] of cases) stream.record(...event);
    });
    expect(lost).toBe(0);
    const quads = await (await opened(root)).quads();
    const of = (end: string) => quads.filter(({ predicate }) => predicate.value.endsWith(end)).length;
    const isEvent = ({ object }: (typeof quads)[number]) => object.value.endsWith("#EventInferenceExecution");
    expect(quads.filter(isEvent)).toHaveLength(cases.length);
    const known = (at: number) => cases.filter(([, , wanted]) => wanted[at] !== undefined).length;
    expect([of("#eventId"), of("#latencyMs")]).toEqual([known(0), known(1)]);
  });

  it("is recorded where its time was not taken", async () => {
    const { spooled, lost } = await streamed(
      (stream) => {
        for (let id = 0; id < 8; id++) stream.end(stream.begin(), id / 8, id);
      },
      { sample: 1, timeEvery: 4 },
    );
    expect(lost).toBe(0);
    const events = told(spooled);
    expect(events.map(([id, , score]) => [id, score])).toEqual(Array.from({ length: 8 }, (_, id) => [id, id / 8]));
    expect(events.filter(([, latency]) => latency !== undefined)).toHaveLength(2);
  });

  it("says nothing of what another writer calls null", () => {
    const brief = { kind: "events", id: "x:1", stream: "x:0", label: "trigger", models: [], recordedAs: "sampled" };
    const of = (unknown: unknown) =>
      eventStatements({ ...brief, events: [[unknown, 1000, 1, unknown, unknown]] } as unknown as BriefEvents);
    expect(of(null)).toEqual(of([]));
    expect(of([])).toHaveLength(1);
  });
});

describe("a sampled event that is then selected", () => {
  it("keeps its score and latency where selected() gives none, whatever its place in the batch", async () => {
    for (const before of [0, 31, 32]) {
      const { spooled } = await streamed((stream) => {
        for (let id = 100; id < 100 + before; id++) stream.record(0.5, 1, id);
        stream.record(0.987654, 1.5, 7);
        stream.selected(7, { decision: "keep" });
      });
      const chosen = spooled.ofType(EVENT).filter((event) => event.get("provml:eventId") === 7);
      expect(chosen.map((event) => [event.all("provml:recordedAs"), event.get("provml:latencyMs")])).toEqual([
        [["selected", "sampled"], "1.5 xsd:double"],
      ]);
      expect(spooled.valuesGeneratedBy("trigger 7")).toEqual({ score: 0.987654, decision: "keep" });
    }
  });

  it("has the scores that selected() gives", async () => {
    const { spooled } = await streamed((stream) => {
      stream.record(0.987654, 1.5, 7);
      stream.selected(7, { scores: { bbh: 0.25 } });
      stream.record(0.5, 1.5, 8);
      stream.selected(8, { scores: {} });
    });
    expect(spooled.valuesGeneratedBy("trigger 7")).toEqual({ "score.bbh": 0.25 });
    expect(spooled.valuesGeneratedBy("trigger 8")).toEqual({ score: 0.5 });
  });

  it("is not another one without an id", async () => {
    const { spooled } = await streamed((stream) => {
      stream.record(0.5, 1.5);
      stream.selected(undefined as unknown as EventId);
    });
    expect(spooled.ofType(EVENT).map((event) => event.all("provml:recordedAs"))).toEqual([["selected"], ["sampled"]]);
  });
});

describe("a secret in the name of a stream or an inference", () => {
  const SECRETS = ["infpass", "hf_inferencesAreNoPlaceForKeys"];
  const url = (path: string) => `https://ada:infpass@host/${path}`;
  const text = `with ${SECRETS[1]}`;

  it("is nowhere on disk, and what has it is found by its cleaned name", async () => {
    const { root } = await left((prov) => {
      const device = url("device");
      const thresholds = { [url("tight")]: 0.9, [`loose ${text}`]: 0.1 };
      for (const name of [url("m"), `trigger ${text}`]) {
        const stream = prov.stream(name, { sample: 1, thresholds, device, parameters: { [url("p")]: text } });
        for (let id = 0; id < 40; id++) stream.record(0.5, 1, id);
        stream.record(0.5, 1, url("sampled"));
        stream.record(0.5, 1, url("event"));
        stream.selected(url("event"), {
          decision: text,
          downstream: url("alert"),
          input: url("raw"),
          parameters: { [text]: url("value") },
          threshold: { [url("working point")]: 0.5 },
          scores: { [`score ${text}`]: 0.5 },
        });
        stream.selected(text, { decision: url("decision") });
        stream.failed(text, new Error(`GET ${url("model")} failed`));
        stream.fallback(url("event"), url("from"), `${"-".repeat(245)} ${SECRETS[1]}`);
        stream.swap(url("other"));
        stream.record(0.5, 1, text);
        stream.close();
      }
      const fail = prov.inference(url("fails"), () => {
        throw new Error(text);
      });
      prov.run("serve", () => {
        prov.inference(url("predict"), (given: string) => given)(text);
        prov.inference("https://eve:another@host/predict", (given: string) => given)(text);
        expect(fail).toThrow(Error);
      });
    });
    const bytes = textOf(join(root, ".provml"));
    expect(bytes).toContain("[redacted]@host/m");
    for (const secret of SECRETS) expect(bytes).not.toContain(secret.slice(0, 7));

    const graph = await opened(root);
    const clean = (path: string) => `https://[redacted]@host/${path}`;
    const found = await graph.inference(clean("m"));
    expect([found.counts.offered, found.missingWindows, found.devices]).toEqual([44, 0, [clean("device")]]);
    expect(found.decisions).toEqual({ [clean("tight")]: 0, "loose with [redacted]": 43 });
    expect((await graph.inference("trigger with [redacted]", { device: clean("device") })).windows).toBe(2);
    const predicted = await graph.windows(clean("predict"));
    expect(predicted.map(({ number, counts }) => [number, counts.offered])).toEqual([[1, 2]]);
    expect((await graph.steps("serve")).map(({ name }) => name)).toContain(clean("predict"));
    const said = await provml(["inference", clean("m")], { cwd: root });
    expect([said.code, said.stderr]).toEqual([0, ""]);
    expect(said.stdout).toContain(clean("m"));
    expect((await provml(["inference"], { cwd: root })).stdout).toContain("trigger with [redacted]");
    for (const secret of SECRETS) expect(textOf(join(root, ".provml"))).not.toContain(secret.slice(0, 7));
  });
});
