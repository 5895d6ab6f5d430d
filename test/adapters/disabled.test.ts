import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";

const PROGRAM = `
  import { PassThrough } from "node:stream";
  import { observe, recordLoading } from "provml/adapters/tfjs";
  import { recordSessions } from "provml/adapters/onnxruntime";
  import { instrument } from "provml/adapters/estimator";
  import { recordStream } from "provml/adapters/streams";
  class Model { fit() {} predict() {} static create() {} }
  const model = new Model();
  const stream = new PassThrough();
  const load = async () => model;
  const same = [
    observe(model) === model, instrument(model) === model, instrument(Model) === Model, recordSessions(Model) === Model,
    recordLoading(load) === load, recordStream("pass", stream) === stream,
  ];
  const { createRequire } = await import("node:module");
  console.log(JSON.stringify({ same, own: Reflect.ownKeys(model), listeners: stream.listenerCount("pipe"),
    packages: Object.keys(createRequire(import.meta.url).cache ?? {}), hasContext: Symbol.for("provml.context") in globalThis }));`;

it("with PROVML_DISABLED=1 every adapter returns what it was given, untouched, and loads no package", () => {
  const told = execFileSync(process.execPath, ["--input-type=module", "-e", PROGRAM], {
    cwd: new URL("../..", import.meta.url),
    env: { ...process.env, PROVML_DISABLED: "1" },
    encoding: "utf8",
  });
  const same = Array.from({ length: 6 }, () => true);
  expect(JSON.parse(told)).toEqual({ same, own: [], listeners: 0, packages: [], hasContext: false });
});
