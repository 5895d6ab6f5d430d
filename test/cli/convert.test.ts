import { execFile, execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isOneLine, MAIN, provml, provmlAlone, recordedOnce } from "./provml.ts";

const recorded = recordedOnce("first");
const NOTATIONS = ["prov-n", "prov-json", "prov-xml", "trig", "n-quads", "json-ld", "prov-jsonld"];
const EXTENSION: Readonly<Record<string, string>> = {
  "prov-n": "provn",
  "prov-json": "json",
  "prov-xml": "provx",
  trig: "trig",
  "n-quads": "nq",
  "json-ld": "jsonld",
  "prov-jsonld": "jsonld",
};
const HELLO = `document
  prefix ex <http://example.org/>
  entity(ex:e, [prov:label="a"@en])
  activity(ex:a, -, -)
  wasGeneratedBy(ex:e, ex:a, 2026-11-21T10:00:00Z)
  bundle ex:b
    agent(ex:ag)
  endBundle
endDocument
`;

let folder = "";
let fit = "";
/** The run as N-Quads, of which the lines are sorted. */
let direct = "";
beforeAll(async () => {
  fit = (await recorded.json<{ id: string }[]>("runs"))[0]?.id ?? "";
  folder = mkdtempSync(join(tmpdir(), "provml-convert-"));
  writeFileSync(join(folder, "hello.provn"), HELLO);
  await recorded.provml("convert", fit, join(folder, "direct.nq"));
  direct = sorted(readFileSync(join(folder, "direct.nq"), "utf8"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const sorted = (text: string) => text.split("\n").sort().join("\n");
const run = (...args: string[]) => provml(args, { cwd: folder });

describe.concurrent("provml convert", () => {
  it.each(NOTATIONS)("takes a captured run to %s and back without loss", async (notation) => {
    const [there, back] = [join(folder, `run-${notation}.${EXTENSION[notation]}`), join(folder, `back-${notation}.nq`)];
    const written = await recorded.provml("convert", fit, there, "--to", notation);
    expect(written).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(await run("convert", there, back)).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(sorted(readFileSync(back, "utf8"))).toBe(direct);
  });

  it("leaves nothing for diff to find between a run and what it was taken to", async () => {
    const back = join(folder, "direct.nq");
    expect(await recorded.provml("diff", fit, back)).toMatchObject({ code: 0, stderr: "" });
  });

  it("writes a run as one Turtle graph, and says that bundles are dissolved", async () => {
    const { code, stderr, stdout } = await recorded.provml("convert", fit, "-", "--to", "turtle");
    expect(code).toBe(0);
    expect(stderr).toMatch(/^provml: not in Turtle: [^\n]*bundles[^\n]*\n$/);
    expect(stdout).toMatch(/ a [^.]*prov:Activity/);
    expect(stdout).toContain("mls:HyperParameterSetting");
  });

  it("goes by the names of the files, and by --from and --to for standard streams", async () => {
    expect(await run("convert", "hello.provn", "hello.json")).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(JSON.parse(readFileSync(join(folder, "hello.json"), "utf8")).bundle["ex:b"].agent).toEqual({ "ex:ag": {} });
    const piped = await provmlAlone(["convert", "-", "-", "--from", "prov-n", "--to", "trig"], {
      cwd: folder,
      input: HELLO,
    });
    expect(piped).toMatchObject({ code: 0, stderr: "" });
    expect(piped.stdout).toContain("ex:e");
  });

  it("says what the notation cannot carry, and with --strict writes nothing then", async () => {
    const lossy = await run("convert", "hello.provn", "hello.ttl");
    expect(lossy.code).toBe(0);
    expect(lossy.stderr).toMatch(/^provml: not in Turtle: [^\n]+bundle[^\n]*\n$/);
    const strict = await run("convert", "hello.provn", "strict.ttl", "--strict");
    expect(strict).toMatchObject({ code: 1, stdout: "", stderr: lossy.stderr });
    expect(existsSync(join(folder, "strict.ttl"))).toBe(false);
  });

  it("refuses what it cannot read with file, line and column, and writes nothing", async () => {
    writeFileSync(join(folder, "broken.provn"), "document\n  entity(ex:e)\nendDocument\n");
    const broken = await run("convert", "broken.provn", "broken.json");
    expect(broken.code).toBe(2);
    expect(isOneLine(broken)).toBe(true);
    expect(broken.stderr).toMatch(/^provml: broken\.provn: line 2, column 10: /);
    expect(readdirSync(folder).filter((name) => name.startsWith("broken.json"))).toEqual([]);
  });

  it.each([
    [["convert", "nothing.provn", "x.json"], /there is no file nothing\.provn/],
    [["convert", "hello.provn", "x.foo"], /tells no notation/],
    [["convert", "hello.provn", "-"], /--to NOTATION/],
    [["convert", "-", "x.json"], /--from NOTATION/],
    [["convert", "hello.provn", "x.json", "--from", "prose"], /no notation/],
    [["convert", "hello.provn", "x.json", "--to", "__proto__"], /no notation/],
  ])("says what is wrong with %j", async (args, message) => {
    const outcome = await run(...args);
    expect(outcome).toMatchObject({ code: 2, stdout: "" });
    expect(outcome.stderr).toMatch(message);
    expect(isOneLine(outcome)).toBe(true);
  });

  it("writes through a link and into a pipe, and never replaces a device", async () => {
    writeFileSync(join(folder, "target.json"), "");
    symlinkSync(join(folder, "target.json"), join(folder, "link.json"));
    expect((await run("convert", "hello.provn", "link.json")).code).toBe(0);
    expect(lstatSync(join(folder, "link.json")).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(folder, "target.json"), "utf8")).toContain("ex:e");
    execFileSync("mkfifo", [join(folder, "pipe.json")]);
    const reader = execFile("cat", [join(folder, "pipe.json")]);
    let piped = "";
    reader.stdout?.on("data", (data) => {
      piped += data;
    });
    const ended = new Promise((resolve) => reader.on("close", resolve));
    expect((await run("convert", "hello.provn", "pipe.json")).code).toBe(0);
    await ended;
    expect(JSON.parse(piped).entity).toBeDefined();
    expect((await run("convert", "hello.provn", "/dev/null", "--to", "trig")).code).toBe(0);
    expect(lstatSync("/dev/null").isCharacterDevice()).toBe(true);
  });

  it("says in one line that standard output is full", () => {
    const command = `"${process.execPath}" "${MAIN}" convert hello.provn - --to trig > /dev/full`;
    const { status, stderr } = spawnSync("sh", ["-c", command], { cwd: folder, encoding: "utf8" });
    expect([status, stderr]).toEqual([
      3,
      expect.stringMatching(/^provml: standard output cannot be written: [^\n]*\n$/),
    ]);
  });

  it("shows a triple of those that it leaves out", async () => {
    writeFileSync(
      join(folder, "more.ttl"),
      "@prefix prov: <http://www.w3.org/ns/prov#> . @prefix ex: <http://e.org/> . ex:e a prov:Entity . ex:x ex:y ex:z .",
    );
    const { code, stderr } = await run("convert", "more.ttl", "more.provn");
    expect(code).toBe(0);
    expect(stderr).toMatch(/^provml: left out of more\.ttl: [^\n]*ex:x ex:y ex:z[^\n]*\n$/);
  });

  it("makes no connection for a context or a document type", async () => {
    let connections = 0;
    const server = createServer((socket) => {
      connections++;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    const url = `http://127.0.0.1:${port}/x`;
    writeFileSync(join(folder, "remote.jsonld"), `{"@context": "${url}", "@id": "ex:e"}`);
    writeFileSync(join(folder, "remote.xml"), `<!DOCTYPE d SYSTEM "${url}"><d/>`);
    const [jsonLd, xml] = await Promise.all([
      run("convert", "remote.jsonld", "r.provn"),
      run("convert", "remote.xml", "r.provn"),
    ]);
    server.close();
    expect([jsonLd.code, xml.code, connections]).toEqual([2, 2, 0]);
    expect(jsonLd.stderr).toContain(url);
  });

  it("covers users, hosts and paths with --public, the same way with the same key", async () => {
    const env = { PROVML_PSEUDONYM_KEY: "a secret" };
    const convert = () =>
      provml(["convert", fit, "-", "--to", "n-quads", "--public"], {
        cwd: recorded.folder,
        env: { ...env, PROVML_DIR: recorded.directory },
      });
    const [one, two] = [await convert(), await convert()];
    expect(one).toMatchObject({ code: 0, stderr: "" });
    expect(two.stdout).toBe(one.stdout);
    expect(one.stdout).not.toContain(recorded.folder);
    expect(one.stdout).toContain("TrainingExecution");
  });
});

describe.concurrent("provml diff", () => {
  it("exits 0 for the same document in other words", async () => {
    writeFileSync(
      join(folder, "other.provn"),
      `document
  default <http://example.org/>
  bundle b agent(ag) endBundle
  wasGeneratedBy(e, a, 2026-11-21T10:00:00Z)
  activity(a) entity(e, [prov:label="a"@en])
endDocument`
        .replace("bundle b agent(ag) endBundle\n", "")
        .replace("endDocument", "bundle b agent(ag) endBundle\nendDocument"),
    );
    expect(await run("diff", "hello.provn", "other.provn")).toMatchObject({ code: 0, stderr: "" });
  });

  it("exits 1 and prints what each states alone", async () => {
    writeFileSync(join(folder, "changed.provn"), HELLO.replace("ex:ag", "ex:other").replace('"a"@en', '"b"@en'));
    const { code, stdout } = await run("diff", "hello.provn", "changed.provn");
    expect(code).toBe(1);
    expect(stdout).toMatch(/^- entity\(ex:e, ?\[prov:label ?= ?"a"@en\]\)$/m);
    expect(stdout).toMatch(/^\+ agent\(ex:other\) in bundle http:\/\/example.org\/b$/m);
    const json = await run("diff", "hello.provn", "changed.provn", "--json");
    expect(JSON.parse(json.stdout).onlyFirst).toHaveLength(2);
  });

  it("takes standard input for one of the two only", async () => {
    expect(await run("diff", "-", "-", "--from", "prov-n")).toMatchObject({ code: 2, stdout: "" });
  });

  it("compares with --lossy what both notations can carry", async () => {
    await run("convert", "hello.provn", "lossy.ttl");
    expect((await run("diff", "hello.provn", "lossy.ttl")).code).toBe(1);
    expect((await run("diff", "hello.provn", "lossy.ttl", "--lossy")).code).toBe(0);
  });

  it("tells with --lossy by its content whether a .jsonld file is PROV-JSONLD, which has no mentions, or other JSON-LD", async () => {
    const mention = HELLO.replace("endDocument", "mentionOf(ex:e, ex:f, ex:b)\nendDocument");
    writeFileSync(join(folder, "mention.provn"), mention);
    for (const [name, notation] of [
      ["mention-shaped.jsonld", "prov-jsonld"],
      ["mention.jsonld", "json-ld"],
    ] as const) {
      await run("convert", "mention.provn", name, "--to", notation);
      expect((await run("diff", "mention.provn", name, "--lossy")).code, notation).toBe(0);
    }
    expect((await run("diff", "mention.provn", "mention-shaped.jsonld")).code).toBe(1);
    expect((await run("diff", "mention.jsonld", "hello.provn", "--lossy")).code).toBe(1);
    const both = ["mention-shaped.jsonld", "mention.jsonld", "--from", "json-ld"];
    expect((await run("diff", ...both, "--lossy")).code).toBe(0);
  });
});
