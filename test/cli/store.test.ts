import { cpSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type FaultyServer, faultyServer } from "../faults/server.ts";
import { linesOf, provml, recordedOnce } from "./provml.ts";

const recorded = recordedOnce("first");
let server: FaultyServer;
beforeAll(async () => {
  server = await faultyServer();
});
afterAll(() => server[Symbol.asyncDispose]());

test("flush feeds the server of PROVML_STORE, and questions are asked of it", { timeout: 60_000 }, async () => {
  const surroundings = { cwd: recorded.folder, env: { PROVML_STORE: server.address } };
  const first = await provml(["flush"], surroundings);
  expect([first.code, first.stdout]).toEqual([
    0,
    expect.stringMatching(/ delivered to http:\/\/127\.0\.0\.1:\d+\/\n$/),
  ]);
  expect((await provml(["flush"], surroundings)).stdout).toContain("0 quads of 0 graph files delivered");

  const elsewhere = { cwd: recorded.folder, env: { PROVML_DIR: join(recorded.folder, "nowhere") } };
  const here = await provml(["runs"], { cwd: recorded.folder });
  const there = await provml(["runs", "--store", server.address], elsewhere);
  expect([there.code, there.stderr]).toEqual([0, ""]);
  const columns = (text: string) => linesOf(text).map((line) => line.split(/ {2,}/).slice(0, 4));
  expect(columns(there.stdout)).toEqual(columns(here.stdout));
  const { stdout } = await provml(["query", "SELECT (COUNT(*) AS ?n) { ?s a prov:Activity }", "--csv"], surroundings);
  expect(Number(linesOf(stdout)[1])).toBeGreaterThan(3);
});

test("push and pull bring a directory to a server and back, and say that it was compared", {
  timeout: 60_000,
}, async () => {
  const pushed = await provml(["push", server.address], { cwd: recorded.folder });
  expect([pushed.code, pushed.stdout]).toEqual([
    0,
    expect.stringMatching(/^compared by value: \d+ quads .* all there/m),
  ]);
  expect(pushed.stderr).toMatch(/a server holds graphs only: series, manifests, content and quarantine stay here/);
  const copy = join(recorded.folder, "copy");
  const pulled = await provml(["pull", server.address, "--dir", copy], { cwd: recorded.folder });
  expect([pulled.code, pulled.stdout]).toEqual([
    0,
    expect.stringMatching(/^\d+ quads brought here\ncompared by value/),
  ]);
  const merged = await provml(["push", copy, "--json"], { cwd: recorded.folder });
  expect(JSON.parse(merged.stdout).comparison).toMatchObject({ missing: 0, troubles: [] });
  rmSync(copy, { recursive: true });
});

test("push and pull between directories bring the rows, too", { timeout: 60_000 }, async () => {
  const copy = join(recorded.folder, "copy");
  const { code, stdout } = await provml(["push", copy], { cwd: recorded.folder });
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^\d+ files copied, 0 were there\ncompared by value/)]);
  const moved = join(recorded.folder, "moved");
  cpSync(copy, moved, { recursive: true });
  const answers = [recorded.directory, copy, moved].map((dir) =>
    provml(["show", "fit", "--dir", dir], { cwd: recorded.folder }),
  );
  const [here, ...others] = (await Promise.all(answers)).map((answer) => answer.stdout + answer.stderr);
  for (const other of others) expect(other).toBe(here);
  const again = await provml(["pull", copy], { cwd: recorded.folder });
  expect([again.code, again.stdout]).toEqual([0, expect.stringMatching(/^0 files copied/)]);
});

test("a server that is not there is told of, and what waits is delivered later", { timeout: 60_000 }, async () => {
  const { code, stderr } = await provml(["runs", "--store", "http://127.0.0.1:1/"], { cwd: recorded.folder });
  expect([code, linesOf(stderr).length]).toEqual([3, 1]);
  const bad = await provml(["runs", "--store", "elsewhere"], { cwd: recorded.folder });
  expect([bad.code, bad.stderr]).toEqual([2, expect.stringContaining('--store is "elsewhere"; give the URL')]);
});

test.each(["localhost:3030/ds", "127.0.0.1:3030", "htps://x/y", "htps://ada:secret-1@x/y"])(
  "what looks like an address but is none is not made a directory: %s",
  async (target) => {
    for (const command of ["push", "pull"]) {
      const { code, stderr } = await provml([command, target], { cwd: recorded.folder });
      expect([code, stderr]).toEqual([
        2,
        expect.stringMatching(/^provml: [^\n]+ give it with http:\/\/ or https:\/\/[^\n]+\n$/),
      ]);
      expect(stderr).not.toContain("secret-1");
    }
    expect(existsSync(join(recorded.folder, target))).toBe(false);
  },
);
