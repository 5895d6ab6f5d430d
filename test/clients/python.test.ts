import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { expect, describe as group, it } from "vitest";
import { remoteName } from "../../src/capture/content/remote.ts";
import { schedulerOf } from "../../src/capture/placement/scheduler.ts";
import { secretRules } from "../../src/capture/secret-rules.ts";
import {
  AFTER_WORDS,
  COUNT,
  COUNTED,
  KEY,
  LAST_WORDS,
  LOGIN,
  LOGIN_FLAG,
  SECRET_ENDING,
  SECRET_LISTS,
  SECRET_PAIRS,
  SECRET_WORDS,
  TELLINGS,
  URL_TELLINGS,
} from "../../src/capture/secret-shapes.ts";
import { definitionName } from "../../src/model/names.ts";
import { anyText } from "../any-text.ts";
import {
  BEGINNINGS,
  HARMLESS,
  HARMLESS_NAMES,
  RULES,
  TEXT_SECRET_NAMES,
  TOLD_ARGUMENTS,
  TOLD_BY_RULES,
  TOLD_SECRETS,
} from "../capture/secret-examples.ts";
import { provml } from "../cli/provml.ts";
import { file, folder, opened, recorder } from "../query/recorded.ts";
import { IS_FULL } from "../tries.ts";
import { hasPython, python, pythonKilled } from "./python.ts";

/** Half of a text takes half of the time where time grows by the length, and a quarter where it grows by the square. */
const LONG = IS_FULL ? 100_000 : 30_000;
const MOST_SECONDS = IS_FULL ? 10 : 1.5;

const FIT = `
import provml
provml.configure(directory=".provml", workflow="flowers", agent="Ada")
with provml.run("fit", lr=0.1, layers=[8, 4]) as run:
    run.used("train.csv", kind="dataset", role="training set")
    for epoch in range(3):
        run.log(loss=1 / (epoch + 1), step=epoch)
    open("model.bin", "wb").write(bytes(range(256)) * 8)
    run.generated("model.bin", kind="model")
`;

function project(): string {
  const root = folder();
  file(join(root, "train.csv"), "a,b\n1,2\n");
  return root;
}

const describe = hasPython ? group : group.skip;

describe("the Python client (needs python3)", () => {
  it("records a run with its hyperparameters, data, rows and model, as one of Node would be", async () => {
    const root = project();
    expect(python(root, FIT)).toEqual({ status: 0, signal: null, stdout: "", stderr: "" });
    const graph = await opened(root);
    const [run, ...more] = await graph.runs();
    expect(more).toEqual([]);
    expect(run).toMatchObject({
      name: "fit",
      workflow: "flowers",
      status: "completed",
      person: { name: "Ada" },
      hyperparameters: { lr: 0.1, layers: [8, 4] },
      measures: { loss: 1 / 3 },
      models: [{ label: "model.bin" }],
    });
    expect((await graph.series("fit", "loss")).map(({ step, value }) => [step, value])).toEqual([
      [0, 1],
      [1, 1 / 2],
      [2, 1 / 3],
    ]);
    const { nodes } = await graph.lineage(join(root, "model.bin"), { direction: "up" });
    expect(nodes.map(({ label }) => label)).toEqual(expect.arrayContaining(["model.bin", "fit", "training set"]));
  });

  it("goes on in another segment when its own was taken by whoever declared it dead", async () => {
    const root = project();
    const program = `
import glob, os, time, provml
provml.configure(directory=".provml", workflow="flowers", agent="Ada")
with provml.run("fit") as run:
    run.log(loss=1, step=0)
    run.generated("train.csv", kind="dataset")
    [taken] = glob.glob(".provml/spool/*.open")
    os.unlink(taken)
    time.sleep(1.1)
    run.log(loss=0.5, step=1)
`;
    expect(python(root, program)).toEqual({ status: 0, signal: null, stdout: "", stderr: "" });
    expect(readdirSync(join(root, ".provml", "spool"))).toEqual([expect.stringMatching(/-1\.seg$/)]);
    const graph = await opened(root);
    expect(await graph.sparql`SELECT ?run WHERE { ?run prov:endedAtTime ?end }`).not.toEqual([]);
  });

  it("leaves a graph that breaks no constraint and no shape", async () => {
    const root = project();
    python(root, FIT);
    python(root, STEPS);
    const { stdout, code } = await provml(["validate", "--all"], { cwd: root });
    expect(stdout).toContain("valid PROV-ML");
    expect(code).toBe(0);
  });

  it("makes steps of functions: plain, async and generators, with what they take, return and raise", async () => {
    const root = project();
    const { stdout, stderr, status } = python(root, STEPS);
    expect(stderr).toBe("");
    expect(stdout).toBe("[1, 2]\n{'accuracy': 0.75}\nfails: no\n[0, 1]\nFit train True\n");
    expect(status).toBe(0);
    const graph = await opened(root);
    const [run] = await graph.runs();
    expect(run).toMatchObject({ name: "train", status: "completed", measures: { accuracy: 0.75 } });
    const states = await graph.sparql`SELECT ?label ?status ?error WHERE {
      ?step rdfs:label ?label ; provml:status ?status . OPTIONAL { ?step provml:errorMessage ?error } } ORDER BY ?label`;
    const told = [...states].map(({ label, status, error }) => [label, String(status).replace(/.*#/, ""), error]);
    expect(told).toEqual(
      expect.arrayContaining([
        ["clean", "Completed", undefined],
        ["fails", "Failed", "no"],
        ["numbers", "Completed", undefined],
      ]),
    );
  });

  it("joins a run of Node's in the same directory by the content that passed between them", async () => {
    const root = project();
    python(root, FIT);
    const prov = recorder(root);
    await prov.run("apply", (run) => {
      run.used(join(root, "model.bin"), { kind: "model" });
      run.generated(file(join(root, "answers.json"), "[1]"));
    });
    await prov.close();
    const { nodes } = await (await opened(root)).lineage(join(root, "answers.json"), { direction: "up" });
    expect(nodes.map(({ label }) => label)).toEqual(expect.arrayContaining(["answers.json", "apply", "fit"]));
  });

  it("is part of the execution that it is told, whatever the language of its launcher", async () => {
    const root = project();
    const prov = recorder(root);
    await prov.run("parent", () => {
      const environment = { PROVML_EXECUTION: prov.execution, PROVML_DIR: join(root, ".provml") };
      expect(
        python(root, 'import provml\nwith provml.activity("part") as step: step.log(x=1)', environment),
      ).toMatchObject({
        status: 0,
        stderr: "",
      });
    });
    const execution = prov.execution;
    await prov.close();
    const graph = await opened(root);
    const rows =
      await graph.sparql`SELECT ?root WHERE { ?step rdfs:label "part" ; dcterms:isPartOf ?root . ?root dcterms:isPartOf ?execution }`;
    expect([...rows]).toHaveLength(1);
    expect((await graph.runs())[0]?.execution).toBe(execution);
  });

  it("loses nothing that had returned when it is killed, and invents no end", async () => {
    const root = project();
    const program = `${FIT.replace(/ {4}open[\s\S]*/, "")}    import time\n    time.sleep(0.1)\n    print("logged")\n    time.sleep(60)\n`;
    expect(await pythonKilled(root, program)).toContain("logged");
    const graph = await opened(root);
    expect((await graph.runs())[0]).toMatchObject({ name: "fit", status: "interrupted", hyperparameters: { lr: 0.1 } });
    expect(await graph.series("fit", "loss")).toHaveLength(3);
  });

  it("has files of its own in each forked process, of the same execution and step", async () => {
    const root = project();
    const { status, stderr } = python(
      root,
      `
import multiprocessing, os, provml
def work(n):
    with provml.activity("part %d" % n) as step:
        step.log(x=n)
if __name__ == "__main__":
    context = multiprocessing.get_context("fork")
    with provml.run("all"):
        children = [context.Process(target=work, args=(n,)) for n in range(4)]
        for child in children: child.start()
        for child in children: child.join()
`,
      { PROVML_DIR: ".provml" },
    );
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(readdirSync(join(root, ".provml/spool")).filter((name) => name.endsWith(".seg"))).toHaveLength(5);
    const graph = await opened(root);
    expect(await graph.runs()).toMatchObject([{ name: "all", status: "completed" }]);
    const parts = await graph.sparql`SELECT ?label WHERE {
      ?run a mls:Run . ?step dcterms:isPartOf+ ?run ; rdfs:label ?label FILTER(STRSTARTS(?label, "part")) } ORDER BY ?label`;
    expect([...parts].map(({ label }) => label)).toEqual(["part 0", "part 1", "part 2", "part 3"]);
  });

  it("keeps steps of threads and of coroutines apart", async () => {
    const root = project();
    const { stderr } = python(
      root,
      `
import asyncio, threading, provml
@provml.activity("inner")
async def inner(n):
    await asyncio.sleep(0.01)
@provml.activity("outer")
async def outer(n):
    await inner(n)
async def main(): await asyncio.gather(*(outer(n) for n in range(20)))
def thread(n):
    for _ in range(50):
        with provml.activity("threaded") as step: step.log(x=n)
provml.configure(directory=".provml")
asyncio.run(main())
threads = [threading.Thread(target=thread, args=(n,)) for n in range(4)]
for one in threads: one.start()
for one in threads: one.join()
assert provml.stats()["lost"] == 0 and provml.stats()["faults"] == 0, provml.stats()
`,
    );
    expect(stderr).toBe("");
    const graph = await opened(root);
    const pairs = await graph.sparql`SELECT (COUNT(?i) AS ?n) (COUNT(DISTINCT ?o) AS ?m) WHERE {
      ?i rdfs:label "inner" ; dcterms:isPartOf ?o . ?o rdfs:label "outer" }`;
    expect([...pairs][0]).toMatchObject({ n: 20, m: 20 });
    const threaded = await graph.sparql`SELECT (COUNT(?t) AS ?n) WHERE { ?t rdfs:label "threaded" }`;
    expect([...threaded][0]).toMatchObject({ n: 200 });
  });

  it("leaves a file over 1 MiB to the flusher, in the state in which it was used", async () => {
    const root = project();
    writeFileSync(join(root, "large.bin"), Buffer.alloc(2 ** 20 + 1, 7));
    python(root, 'import provml\nwith provml.run("fit") as run: run.used("large.bin")', { PROVML_DIR: ".provml" });
    const { flush } = (await import("../../dist/src/flush/flush.js")) as typeof import("../../src/flush/flush.ts");
    await flush(join(root, ".provml"));
    const rows = await (await opened(root))
      .sparql`SELECT ?size WHERE { ?e prov:specializationOf/provml:byteSize ?size }`;
    expect([...rows]).toEqual([{ size: 2 ** 20 + 1 }]);
  });

  it("names remote things as Node does, without what signs them", () => {
    const uris = [
      "s3://U:pw@b/k?X-Amz-Signature=abc&versionId=3",
      "https://ada:hunter2@secret@example.org/data.csv?token=abc&x=1",
      "https://host:8080/a@b/c.csv#part",
      "hf://org/name@main/file.bin",
      "gs://bucket/o#1234",
      "postgres://ada:hun/ter2secret@db/table",
      "https://example.org/a?b=1&api_key=zzz#access_token=abc",
    ];
    const root = folder();
    writeFileSync(join(root, "uris.json"), JSON.stringify(uris));
    const program = `
import json, provml
print(json.dumps([provml._remote_name(one) for one in json.load(open("uris.json"))]))`;
    expect(JSON.parse(python(root, program).stdout)).toEqual(uris.map(remoteName));
  });

  it("warns of a variable that cannot work, and records with its default", async () => {
    const root = project();
    const { stderr, status } = python(root, FIT, { PROVML_EXECUTION: "zzz", PROVML_DURABILITY: "fsync" });
    expect(status).toBe(0);
    expect(stderr).toContain("PROVML_EXECUTION is 'zzz'; give an execution's IRI");
    expect(stderr).toContain('PROVML_DURABILITY is \'fsync\'; give "os" or "sync"');
    expect(await (await opened(root)).runs()).toHaveLength(1);
  });

  it("makes one run of the ranks that torchrun starts, together with one of Node's", async () => {
    const root = project();
    const rank = (n: number) => ({
      ...{ RANK: String(n), WORLD_SIZE: "3", LOCAL_RANK: String(n), LOCAL_WORLD_SIZE: "3" },
      ...{ TORCHELASTIC_RUN_ID: "c0ffee", TORCHELASTIC_RESTART_COUNT: "0", PROVML_DIR: join(root, ".provml") },
    });
    for (const n of [2, 0])
      expect(python(root, FIT.replace("flowers", "ddp"), rank(n))).toMatchObject({ status: 0, stderr: "" });
    const node = 'import { run } from "provml"; await run("fit", (fit) => fit.log({ loss: 0.5 }, 9));';
    const options = { cwd: REPOSITORY, env: { ...process.env, ...rank(1), PROVML_WORKFLOW: "ddp" } };
    expect(spawnSync(process.execPath, ["--input-type=module", "-e", node], options).status).toBe(0);
    const runs = await (await opened(root)).runs();
    expect(runs).toMatchObject([{ name: "fit", workflow: "ddp", hyperparameters: { lr: 0.1 } }]);
  });

  it("reads what schedulers and launchers say as Node does", () => {
    const told = {
      names: SCHEDULER_VARIABLES,
      values: [
        "0",
        "1",
        "3",
        "8",
        "none",
        "c0ffee",
        "4711.server",
        "12[5].pbs",
        "Y",
        "/l/attempt_0/1/error.json",
        "4294967290",
      ],
    };
    const environments = fc.sample(
      fc.array(fc.tuple(fc.constantFrom(...told.names), fc.constantFrom(...told.values)), { maxLength: 5 }),
      2000,
    );
    const all = environments.map((pairs, i) => ({ ...SCHEDULED[i % SCHEDULED.length], ...Object.fromEntries(pairs) }));
    const root = folder();
    writeFileSync(join(root, "all.json"), JSON.stringify(all));
    const program = `
import json, provml
print(json.dumps([provml._scheduled(one) for one in json.load(open("all.json"))]))`;
    const { stdout, stderr } = python(root, program);
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual(all.map((one) => ({ ...schedulerOf(one) })));
    expect(all.filter((one) => schedulerOf(one).execution !== undefined).length).toBeGreaterThan(20);
  });

  it("writes values exactly: NaN, the infinities, -0, large integers, every double", async () => {
    const root = project();
    const { stderr } = python(
      root,
      `
import math, provml
provml.configure(directory=".provml")
with provml.run("fit", nan=math.nan, up=math.inf, zero=-0.0, big=2**70, tiny=5e-324, third=1/3, none=None, yes=True) as run:
    for step, value in enumerate([math.nan, math.inf, -math.inf, -0.0, 2.0**53, 5e-324]): run.log(x=value, step=step)
`,
    );
    expect(stderr).toBe("");
    const graph = await opened(root);
    const values = (await graph.series("fit", "x")).map(({ value }) => value);
    expect(values).toEqual([Number.NaN, Infinity, -Infinity, -0, 2 ** 53, 5e-324]);
    const [run] = await graph.runs();
    expect(run?.hyperparameters).toMatchObject({
      nan: Number.NaN,
      up: Infinity,
      tiny: 5e-324,
      third: 1 / 3,
      yes: true,
    });
    expect(String(run?.hyperparameters.big)).toBe(String(2n ** 70n));
  });

  it("names definitions as Node does, whatever the text", () => {
    const names = fc.sample(fc.oneof(anyText(), fc.string({ minLength: 100, maxLength: 200 })), 300);
    const program = `
import json, sys, provml
print(json.dumps([provml._definition("measure", name) for name in json.load(open("names.json"))]))`;
    const root = folder();
    writeFileSync(join(root, "names.json"), JSON.stringify(names));
    const { stdout, stderr } = python(root, program);
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual(names.map((name) => definitionName("measure", name)));
  });

  it("never raises into the program: no directory, a full name, hostile objects", () => {
    const root = project();
    writeFileSync(join(root, "taken"), "a file");
    const { status, stdout, stderr } = python(
      root,
      `
import provml
class Hostile:
    def __getattribute__(self, name): raise RuntimeError(name)
    def __float__(self): raise RuntimeError("float")
cyclic = {}; cyclic["self"] = cyclic
with provml.run("fit", hostile=Hostile(), cyclic=cyclic) as run:
    run.used(Hostile()); run.generated(Hostile()); run.log(x=Hostile(), y="text"); run.used("nowhere/at/all")
print(provml.stats()["lost"] > 0)
`,
      { PROVML_DIR: "taken" },
    );
    expect(stderr).toBe("");
    expect(stdout).toBe("True\n");
    expect(status).toBe(0);
  });

  it("tells a programmer's mistake at the call that made it", () => {
    const mistakes: [string, string][] = [
      ["provml.run('')", "a step's name is a text"],
      ["provml.run('a')(3)", "decorates a function"],
      ["provml.section('fold', 'x')", "the part's number"],
      ["provml.configure(base='no')", "ends in / or #"],
      ["provml.current().used('x', kind='modell')", "kind is 'modell'; give one of"],
    ];
    for (const [call, message] of mistakes) {
      const { stderr, status } = python(folder(), `import provml\n${call}`, { PROVML_DIR: ".provml" });
      expect(stderr, call).toContain(message);
      expect(status).toBe(1);
    }
  });

  it("writes no secret, and nothing that others may read", () => {
    const root = project();
    const secret = "hunter2hunter2hunter2";
    python(
      root,
      `
import provml
provml.configure(directory=".provml")
with provml.run("fit", api_key="${secret}", options={"db": {"password": "${secret}"}}) as run:
    run.used("https://me:${secret}@example.org/data?token=${secret}")
    run.hyperparameters(note="password=${secret}", tokens="${secret}", list_of_passwords=["${secret}"])
try:
    with provml.activity("fails"): raise ValueError("secret: ${secret}")
except ValueError: pass
`,
    );
    const spool = join(root, ".provml/spool");
    expect(readdirSync(spool)).toHaveLength(1);
    for (const name of readdirSync(spool)) {
      expect(readFileSync(join(spool, name), "utf8")).not.toContain(secret);
      expect(statSync(join(spool, name)).mode & 0o777).toBe(0o600);
    }
    expect(statSync(spool).mode & 0o777).toBe(0o700);
  });

  it("knows a secret by the tables of Node", () => {
    const program = `
import json, provml as p
print(json.dumps([[one.pattern for one in [p._KEY, p._SECRET_PAIRS, p._SECRET_ENDING, p._SECRET_LISTS, p._LOGIN, p._LOGIN_FLAG, p._COUNTED, p._COUNT] + p._TELLINGS + p._URL_TELLINGS],
    [sorted(one) for one in (p._SECRET_WORDS, p._LAST_WORDS, p._AFTER_WORDS)], [one.pattern for rule in ("patient_id", "*_pin", "a*b**c") for one in p._rule(rule)[2]]]))`;
    const { stdout, stderr } = python(folder(), program);
    expect(stderr).toBe("");
    const written = (source: string) =>
      source.replaceAll("\\Z", "$").replaceAll("\\/", "/").replaceAll("\\d", "0-9").replaceAll("[0-9]", "0-9");
    const [patterns, words, rules] = JSON.parse(stdout) as [string[], string[][], string[]];
    const tellings = [...TELLINGS, ...URL_TELLINGS].map(({ pattern }) => pattern);
    const sources = [KEY, SECRET_PAIRS, SECRET_ENDING, SECRET_LISTS, LOGIN, LOGIN_FLAG, COUNTED, COUNT, ...tellings];
    expect(patterns.map(written)).toEqual(sources.map(({ source }) => written(source)));
    expect(words).toEqual([SECRET_WORDS, LAST_WORDS, AFTER_WORDS].map((list) => [...list].sort()));
    const told = secretRules(["patient_id", "*_pin", "a*b**c"])?.tellings.map(({ pattern }) => pattern.source);
    expect(rules.map(written)).toEqual(told?.map(written));
  });

  it("knows a secret by the same examples as Node, in a time that grows as the text does", () => {
    const root = folder();
    const names = [...HARMLESS_NAMES, ...TEXT_SECRET_NAMES.filter((name) => name !== "pad_token")];
    const asked = {
      texts: [...TOLD_SECRETS.flat(), ...HARMLESS],
      words: TOLD_ARGUMENTS.map(([words]) => words.split(" ")),
      rules: RULES,
      ruled: [...TOLD_BY_RULES.flat(), ...TOLD_SECRETS.flat(), ...HARMLESS],
      names,
      long: BEGINNINGS.map((text) => text.slice(0, LONG)),
    };
    writeFileSync(join(root, "asked.json"), JSON.stringify(asked));
    const program = `
import json, time, provml
asked = json.load(open("asked.json"))
found = {"texts": [provml._redact(text) for text in asked["texts"]], "words": [" ".join(provml._redact_arguments(words)) for words in asked["words"]]}
def took(text):
    begun = time.process_time()
    provml._redact_arguments([text]) # looks through the text too
    return time.process_time() - begun
provml._rules.add(asked["rules"])
found["ruled"] = [provml._redact(text) for text in asked["ruled"]]
found["command"] = provml._redact_arguments(["--patient-id", "17", "--pad-token", "x"])
found["secret"] = [name for name in asked["names"] + ["a.patientId", "door_pin", "lr"] if provml._is_secret(name)]
found["text"] = [name for name in asked["names"] if provml._is_secret_text(name)]
print(json.dumps([found, max(took(text) for text in asked["long"])]))`;
    const { stdout, stderr } = python(root, program);
    expect(stderr).toBe("");
    const [found, seconds] = JSON.parse(stdout) as [unknown, number];
    const clean = [...TOLD_SECRETS.flatMap(([, text]) => [text, text]), ...HARMLESS];
    expect(found).toEqual({
      texts: clean,
      words: TOLD_ARGUMENTS.map(([, words]) => words),
      ruled: [...TOLD_BY_RULES.flatMap(([, text]) => [text, text]), ...clean],
      command: ["--patient-id", "[redacted]", "--pad-token", "x"],
      secret: ["a.patientId", "door_pin"],
      text: TEXT_SECRET_NAMES.filter((name) => name !== "pad_token"),
    });
    expect(seconds).toBeLessThan(MOST_SECONDS);
  });

  it("writes keys in names nowhere, and what rules hide", () => {
    const root = project();
    const key = `ghp_${"planted1".repeat(4)}`;
    const program = `
import provml
provml.configure(directory=".provml", workflow="w ${key}", agent="a ${key}", secrets=["/MRN-[0-9]+/"])
with provml.run("fit ${key}", **{"k ${key}": 1, "command": ["x", "--token", "planted2"]}) as run:
    run.log(**{"loss ${key}": 1.0})
    run.used("${key}/x.csv", role="${key}")
    run.hyperparameters(note="MRN-planted? MRN-4711")
    class Bad(Exception): pass
    Bad.__name__ = "${key}"
    try:
        with provml.section("epoch ${key}", 1) as part: part.used("y.csv"); raise Bad("fetch --token planted3 failed")
    except Bad: pass
print(provml.stats()["last_fault"])`;
    const { stdout, stderr } = python(root, program, { PROVML_STUDY: key, PROVML_SECRETS: "/planted[?]/" });
    expect([stdout, stderr]).toEqual(["None\n", ""]);
    const spool = join(root, ".provml/spool");
    const text = readdirSync(spool)
      .map((name) => readFileSync(join(spool, name), "utf8"))
      .join();
    expect(text).toContain("rdfs:label");
    expect(text.match(/planted.{0,3}|4711/g)).toBeNull();
    const { stderr: warned } = python(root, "import provml\nprovml.run('x')", { PROVML_SECRETS: "/(/" });
    expect(warned).toContain("PROVML_SECRETS has '/(/'");
  });

  it("shares what it writes with the group where that is asked for, whatever the umask", () => {
    const root = project();
    python(root, `import os; os.umask(0o077)\n${FIT}`, { PROVML_SHARED: "group" });
    const spool = join(root, ".provml/spool");
    expect(statSync(spool).mode & 0o7777).toBe(0o2770);
    for (const name of readdirSync(spool)) expect(statSync(join(spool, name)).mode & 0o777).toBe(0o660);
  });

  it("is off with PROVML_DISABLED=1: a decorated function is the function itself, and nothing is written", () => {
    const root = project();
    const program = `${FIT}\ndef f(): pass\nassert provml.training("x")(f) is f\n`;
    expect(python(root, program, { PROVML_DISABLED: "1" })).toMatchObject({ status: 0, stderr: "" });
    expect(readdirSync(root).sort()).toEqual(["model.bin", "train.csv"]);
  });

  it("is written in the Python of 3.8", () => {
    const program = "import ast, provml; ast.parse(open(provml.__file__).read(), feature_version=(3, 8))";
    expect(python(folder(), program)).toMatchObject({ status: 0, stderr: "" });
  });
});

const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));

const SCHEDULED: Record<string, string>[] = [
  {},
  {
    SLURM_CLUSTER_NAME: "alps",
    SLURM_JOB_ID: "4711",
    SLURM_STEP_ID: "0",
    SLURM_STEP_NUM_TASKS: "4",
    SLURM_PROCID: "1",
  },
  { RANK: "3", WORLD_SIZE: "8", LOCAL_WORLD_SIZE: "8", TORCHELASTIC_RUN_ID: "c0ffee", TORCHELASTIC_RESTART_COUNT: "2" },
  {
    OMPI_COMM_WORLD_RANK: "0",
    OMPI_COMM_WORLD_SIZE: "4",
    PMIX_NAMESPACE: "8895",
    OMPI_MCA_orte_hnp_uri: "8.0;tcp://x:1",
  },
  { LSB_JOBID: "12", LSB_JOBINDEX: "3", LSF_PM_TASKID: "1", LSB_DJOB_NUMPROC: "4" },
];

const SCHEDULER_VARIABLES = [
  ...["SLURM_JOB_ID", "SLURM_CLUSTER_NAME", "SLURM_ARRAY_JOB_ID", "SLURM_ARRAY_TASK_ID", "SLURM_RESTART_COUNT"],
  ...[
    "SLURM_STEP_ID",
    "SLURM_STEP_NUM_TASKS",
    "SLURM_NTASKS",
    "SLURM_PROCID",
    "PBS_JOBID",
    "PBS_ARRAY_INDEX",
    "PBS_ARRAYID",
  ],
  ...["LSB_JOBID", "LSB_JOBINDEX", "LSB_RESTART", "LSF_PM_TASKID", "LSB_DJOB_NUMPROC", "TORCHELASTIC_RESTART_COUNT"],
  ...[
    "TORCHELASTIC_RUN_ID",
    "TORCHELASTIC_ERROR_FILE",
    "RANK",
    "WORLD_SIZE",
    "LOCAL_WORLD_SIZE",
    "OMPI_COMM_WORLD_RANK",
  ],
  ...["OMPI_COMM_WORLD_SIZE", "PMIX_NAMESPACE", "OMPI_MCA_ess_base_jobid", "OMPI_MCA_orte_hnp_uri", "PALS_RANKID"],
  ...["PMI_SIZE", "PALS_APID", "JSM_NAMESPACE_RANK", "JSM_NAMESPACE_SIZE"],
];

const STEPS = `
import asyncio, provml
provml.configure(directory=".provml", workflow="flowers")
class Fit:
    name = "Fit"
@provml.data_preparation("clean")
def clean(rows, least=1): return [row for row in rows if row >= least]
@provml.training("train")
def train(rows, rate):
    """doc"""
    return Fit()
@provml.evaluation("test")
async def test(model, rows): return {"accuracy": 0.75}
@provml.activity("fails")
def fails(): raise ValueError("no")
@provml.data_preparation("numbers")
def numbers(n): yield from range(n)
rows = clean([0, 1, 2])
print(rows)
model = train(rows, rate=0.5)
print(asyncio.run(test(model, rows)))
try: fails()
except ValueError as error: print("fails:", error)
print(list(numbers(2)))
print(model.name, train.__name__, train.__doc__ == "doc")
`;
