import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, inject, test } from "vitest";
import { restating } from "../../dist/src/flush/replica/restating.js";
import { provml, recordedOnce } from "../cli/provml.ts";
import { standBetween } from "./between.ts";
import { emptied, fresh, storeOf } from "./fresh.ts";
import { SERVERS, type ServerName, start, VIRTUOSO_USER } from "./start.ts";

const recorded = recordedOnce("first");

describe.each(SERVERS)("%s", (name: ServerName) => {
  const { address, why } = inject("servers")[name];
  if (address === undefined) {
    test.skip(`not run: ${why}`, () => {});
    return;
  }

  test("is not made to send what it holds before a write", async () => {
    const dataset = await emptied(name, address);
    await using direct = storeOf(name, dataset);
    await direct.load(numbered("before", 500));
    const between = await standBetween(dataset);
    between.holdsBack = true;
    await using store = storeOf(name, between.address);
    expect(await store.deliver(Buffer.from(numbered("after", 3)))).toEqual({ kind: "stored" });
    expect(await store.deliver(Buffer.from(numbered("again", 3)))).toEqual({ kind: "stored" });
    expect(between.passed.some(({ method }) => method === "GET")).toBe(true);
    expect(await direct.size()).toBe(506);
  });

  test("is known for what it is when the 503 of whoever stands before it has passed", async () => {
    const between = await standBetween(await emptied(name, address));
    await using store = storeOf(name, between.address);
    between.instead = 503;
    expect(await store.deliver(Buffer.from(numbered("s", 3)))).toMatchObject({ kind: "retry" });
    expect(between.passed.map(({ method }) => method)).toEqual(["GET"]);
    between.instead = undefined;
    expect(await store.deliver(Buffer.from(numbered("s", 3)))).toEqual({ kind: "stored" });
    expect((await store.dialect()).tried).toBeDefined();
    between.instead = 503;
    expect(await store.deliver(Buffer.from(numbered("t", 3)))).toMatchObject({ kind: "retry" });
    between.instead = undefined;
    expect(await store.deliver(Buffer.from(numbered("t", 3)))).toEqual({ kind: "stored" });
    expect(await store.size()).toBe(6);
  });

  test("takes what is loaded at once, all of it", async () => {
    await using store = await fresh(name, address);
    const loads = Array.from({ length: 8 }, (_, i) => store.load(numbered(`s${i % 4}`, 1500) + numbered(`t${i}`, 500)));
    await Promise.all(loads);
    expect(await store.size()).toBe(4 * 1500 + 8 * 500);
    const { rows } = await store.select("SELECT (COUNT(*) AS ?n) { GRAPH <urn:graph> { ?s ?p ?o } }");
    expect(rows[0]?.n?.value).toBe(`${4 * 1500 + 8 * 500}`);
  });

  test("has one summary of a series, that of the most rows, in its graph and in the union", async () => {
    const [early, later, last] = [summarised(5, "a"), summarised(9, "b"), summarised(12, "c")];
    await using store = await fresh(name, address);
    const replica = restating(store);
    const bring = (lines: readonly string[]) => replica.deliver(Buffer.from([...lines, ...UNSUMMARISED].join("")));
    const holds = async (lines: readonly string[]) => {
      const expected = [...lines, ...UNSUMMARISED].sort();
      for (const where of ["GRAPH <urn:graph> { ?s ?p ?o }", "?s ?p ?o"]) {
        const { rows } = await store.select(`SELECT ?s ?p ?o { ${where} }`);
        const found = rows.map(({ s, p, o }) => `<${s?.value}> <${p?.value}> "${o?.value}" <urn:graph> .\n`);
        expect(found.sort()).toEqual(expected);
      }
    };
    expect(await bring(early)).toEqual({ kind: "stored" });
    await holds(early);
    expect(await bring(later)).toEqual({ kind: "stored" });
    await holds(later);
    expect(await bring(early)).toEqual({ kind: "stored" });
    await holds(later);
    expect(await Promise.all([bring(last), bring(early), bring(later)])).toEqual(Array(3).fill({ kind: "stored" }));
    await holds(last);
  });

  test("lets go of a whole graph, and in the union of what stands in no other one", async () => {
    const line = (graph: string, n: number) => `<urn:s${n}> <urn:p> "${n}" <https://example.org/${graph}> .\n`;
    const [gone, kept] = ["execution/graph", "execution/tombstone"];
    await using store = await fresh(name, address);
    await store.load(Array.from({ length: 3000 }, (_, n) => line(gone, n)).join(""));
    await store.load([2, 5000].map((n) => line(kept, n)).join(""));
    expect(await store.size()).toBe(3001);
    await store.drop(`https://example.org/${gone}`);
    await store.drop("https://example.org/never/graph");
    for (const where of [`GRAPH <https://example.org/${kept}> { ?s ?p ?o }`, "?s ?p ?o"]) {
      const { rows } = await store.select(`SELECT ?s { ${where} }`);
      expect(rows.map(({ s }) => s?.value).sort()).toEqual(["urn:s2", "urn:s5000"]);
    }
    expect((await store.select(`SELECT ?s { GRAPH <https://example.org/${gone}> { ?s ?p ?o } }`)).rows).toEqual([]);
  });

  test("takes a directory by push, compared as a whole, and gives it back by pull", async () => {
    const dataset = await emptied(name, address);
    const credentials = { PROVML_STORE_USER: VIRTUOSO_USER.user, PROVML_STORE_PASSWORD: VIRTUOSO_USER.password };
    const surroundings = { cwd: recorded.folder, env: name === "virtuoso" ? credentials : {} };
    const { host, pathname } = new URL(dataset);
    const bare = await provml(["push", host + pathname], surroundings);
    expect([bare.code, bare.stderr]).toEqual([2, expect.stringContaining("give it with http:// or https://")]);
    expect(existsSync(join(recorded.folder, host))).toBe(false);

    const pushed = await provml(["push", dataset, "--json"], surroundings);
    const { feed, comparison } = JSON.parse(pushed.stdout);
    expect([pushed.code, feed.refused, feed.damaged]).toEqual([0, 0, []]);
    expect(comparison).toMatchObject({ missing: 0, troubles: [], sha256There: comparison.sha256 });
    expect(feed.quads).toBeGreaterThanOrEqual(comparison.quads);
    const again = JSON.parse((await provml(["push", dataset, "--json"], surroundings)).stdout);
    expect([again.feed.quads, again.comparison]).toEqual([0, comparison]);

    const copy = join(recorded.folder, `from-${name}`);
    const pulled = await provml(["pull", dataset, "--dir", copy, "--json"], surroundings);
    expect([pulled.code, JSON.parse(pulled.stdout).comparison]).toMatchObject([0, { missing: 0, troubles: [] }]);
    const back = await provml(["push", copy, "--json"], { cwd: recorded.folder });
    expect(JSON.parse(back.stdout).comparison).toMatchObject({ quads: comparison.quads, missing: 0, troubles: [] });
    rmSync(copy, { recursive: true });
  });
});

describe("virtuoso", () => {
  const { address, why } = inject("servers").virtuoso;
  if (address === undefined) {
    test.skip(`not run: ${why}`, () => {});
    return;
  }

  test("is brought quads and asked as before, once it was restarted and knows no nonce that it gave", async () => {
    const between = await standBetween(await emptied("virtuoso", address));
    await using store = storeOf("virtuoso", between.address);
    await store.load(numbered("before", 3));
    const restarted = await start("virtuoso");
    if (typeof restarted === "string") throw new Error(restarted);
    try {
      between.target = restarted.address;
      expect(await store.deliver(Buffer.from(numbered("after", 5)))).toEqual({ kind: "stored" });
      expect(await store.size()).toBe(5);
      await using other = storeOf("virtuoso", restarted.address);
      expect(await other.size()).toBe(5);
    } finally {
      await restarted.stop();
    }
  });
});

function numbered(what: string, count: number): string {
  const lines = Array.from({ length: count }, (_, i) => `<urn:${what}:${i}> <urn:number> "${i}" <urn:graph> .\n`);
  return lines.join("");
}

/** What is said of a series once its rows are counted. */
function summarised(rowCount: number, digit: string): string[] {
  const said = { rowCount, lastStep: rowCount - 1, rowsDigest: digit.repeat(64) };
  return Object.entries(said).map(
    ([name, value]) => `<urn:series> <https://w3id.org/prov-ml#${name}> "${value}" <urn:graph> .\n`,
  );
}

const UNSUMMARISED = [
  '<urn:series> <http://www.w3.org/2000/01/rdf-schema#label> "loss" <urn:graph> .\n',
  '<urn:other> <https://w3id.org/prov-ml#rowCount> "5" <urn:graph> .\n',
];
