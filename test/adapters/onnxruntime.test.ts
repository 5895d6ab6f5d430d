import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as ort from "onnxruntime-web";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { recordSessions } from "../../src/adapters/onnxruntime.ts";
import { record } from "../capture/memory-sink.ts";
import { describeShared, sharedFiles } from "../shared-data.ts";
import { lineModel } from "./line-model.ts";

beforeAll(() => {
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = "error";
});

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "provml-onnx-"));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

async function line(session: ort.InferenceSession): Promise<number[]> {
  const { y } = await session.run({ x: new ort.Tensor("float32", Float32Array.from([3, 4]), [1, 2]) });
  return [...((y as ort.Tensor).data as Float32Array)];
}

describe("a session of ONNX Runtime", () => {
  it("is recorded with the file of its model, its digest, what its header says, and how it was set up", async () => {
    const { prov, recorded } = record();
    const path = join(folder(), "line.onnx");
    writeFileSync(path, lineModel());
    const { create } = recordSessions(ort.InferenceSession, { prov, name: "line" });
    const session = await create(path, { executionProviders: ["wasm"], graphOptimizationLevel: "all" });
    expect(session).toBeInstanceOf(ort.InferenceSession);
    expect(await line(session)).toEqual([2.5]);

    const found = recorded();
    const file = found.entity("line.onnx");
    expect(found.contentOf(file)?.get("provml:sha256")).toBe(sha256(lineModel()));
    expect(file.types).toContain("provml:Model");
    expect(file.get("provml:modelFormat")).toBe("ONNX");
    expect(file.get("provml:formatVersion")).toBe("8");
    expect(file.get("provml:operatorSet")).toBe("ai.onnx 13");
    expect(file.get("provml:producer")).toBe("by hand 1.0");
    expect(file.get("provml:parameterCount")).toBe(3);
    expect(file.get("provml:modelMetadata")).toBe('{"task":"regression"}');
    expect(file.get("provml:modelInputs")).toBe('[{"name":"x","type":"float32","shape":["n",2]}]');
    expect(file.get("provml:modelOutputs")).toBe('[{"name":"y","type":"float32","shape":["n",1]}]');
    expect(found.objectsUsedBy("line.create")).toEqual(["line.onnx"]);
    expect(found.valuesUsedBy("line.create")).toEqual({
      executionProviders: '["wasm"] rdf:JSON',
      graphOptimizationLevel: "all",
    });
    expect(found.objectsGeneratedBy("line.create")).toEqual(["line"]);
    expect(found.sourcesOf(found.entity("line"))).toEqual([expect.objectContaining({ id: file.id })]);
  });

  it("is recorded with the digest of the bytes that it is made of", async () => {
    const { prov, recorded } = record();
    const Sessions = recordSessions(ort.InferenceSession, { prov });
    const padded = new Uint8Array([...new Uint8Array(7), ...lineModel()]);
    expect(await line(await Sessions.create(padded.buffer, 7, lineModel().length))).toEqual([2.5]);
    const found = recorded();
    const [bytes] = found.usedBy("create");
    expect(bytes && found.contentOf(bytes)?.get("provml:sha256")).toBe(sha256(lineModel()));
    expect(bytes?.get("provml:producer")).toBe("by hand 1.0");
  });

  it("runs as inference: the model is used once by the step around, runs are counted", async () => {
    const { prov, recorded } = record();
    const session = await recordSessions(ort.InferenceSession, { prov, name: "line" }).create(lineModel());
    await prov.activity("serve", async () => {
      for (let i = 0; i < 4; i++) await line(session);
    })();
    await prov.close();
    expect(recorded().objectsUsedBy("serve")).toEqual(["line"]);
    const [window] = recorded().ofType("provml:InferenceWindowExecution");
    expect([window?.label, window?.get("provml:processedCount")]).toEqual([expect.stringMatching(/^line\.run/), 4]);
  });

  it("fails as it would", async () => {
    const { prov, recorded } = record();
    const Sessions = recordSessions(ort.InferenceSession, { prov });
    await expect(Sessions.create(new Uint8Array([1, 2, 3]))).rejects.toThrow();
    expect(recorded().status("create")).toBe("provml:Failed");
    await expect(Sessions.create(join(folder(), "absent.onnx"))).rejects.toThrow();
    expect(() => recordSessions(undefined as never)).toThrow(/takes ort.InferenceSession/);
  });
});

describeShared("the models of the ONNX project", "onnx-models", () => {
  // Those in light/ take the runtime twenty seconds: their weights are made up when they are opened.
  const models = sharedFiles("onnx-models", /^(?!light).*\.onnx$/);

  it("are described by their headers as the runtime describes them", async () => {
    expect(models.length).toBeGreaterThan(20);
    const { prov, recorded } = record();
    const opened: { name: string; path: string; session: ort.InferenceSession }[] = [];
    for (const { path, name } of models) {
      const { create } = recordSessions(ort.InferenceSession, { prov, name });
      const session = await create(path, { logSeverityLevel: 3 }).catch(() => undefined); // some need other operators
      if (session) opened.push({ name, path, session });
    }
    const found = recorded();
    for (const { name, path, session } of opened) {
      const [file] = found.usedBy(`${name}.create`);
      expect(file && found.contentOf(file)?.get("provml:sha256"), path).toBe(sha256(readFileSync(path)));
      const told = (one: string) => JSON.parse(String(file?.get(one) ?? "[]")) as { name: string; type: string }[];
      const names = (ports: readonly { name: string }[]) => ports.map((port) => port.name);
      const inputs = told("provml:modelInputs");
      expect(names(inputs), path).toEqual(session.inputNames);
      expect(names(told("provml:modelOutputs")), path).toEqual(session.outputNames);
      const types = session.inputMetadata.map((port) => (port.isTensor ? port.type : "other"));
      expect(
        inputs.map(({ type }) => type),
        path,
      ).toEqual(types);
      expect(file?.get("provml:producer"), path).toMatch(/^(backend-test|pytorch 0\.\d|onnx-caffe2)/);
    }
    expect(opened.length).toBeGreaterThan(20);
  });
});
