import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
// Compiled: the store starts a thread, and Node 20 starts none from TypeScript.
import { embeddedStore } from "../../dist/src/store/embedded.js";
import { storeContract } from "./contract.ts";

storeContract("embedded", () => embeddedStore());

const encoder = new TextEncoder();
const quad = (n: number, graph = "g") => `<urn:s${n}> <urn:p> "${n}" <urn:${graph}> .\n`;
const quads = (count: number) => Array.from({ length: count }, (_, n) => quad(n)).join("");

describe("the embedded store's source", () => {
  test("may come in pieces that end anywhere, and is read before the first answer", async () => {
    const bytes = encoder.encode(quads(30_000)); // above a chunk
    async function* pieces() {
      for (let i = 0; i < bytes.length; i += 77_777) yield bytes.subarray(i, i + 77_777);
    }
    const store = embeddedStore({ source: pieces });
    expect(await store.size()).toBe(30_000);
    await store.close();
  });

  test("is read again after a stop, together with what was loaded since", async () => {
    let reads = 0;
    const source = () => {
      reads++;
      return [encoder.encode(quads(300))];
    };
    const store = embeddedStore({ source });
    await store.load(quad(1000));
    await store.load(quad(1001).trimEnd());
    const endless = store.query("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }", {
      timeoutMs: 200,
    });
    await expect(endless).rejects.toMatchObject({ code: "query-timeout" });
    expect(await store.size()).toBe(302);
    expect(reads).toBe(2);
    await store.close();
  });

  test("is read into graphs once a query names one", async () => {
    let reads = 0;
    const source = () => {
      reads++;
      return [encoder.encode(quads(3))];
    };
    const store = embeddedStore({ source });
    await store.load(quad(0, "h"));
    expect(await store.size()).toBe(3);
    const count = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }";
    const counts = [await store.select(count), await store.select(count)];
    expect(counts.map(({ rows }) => rows[0]?.n?.value)).toEqual(["4", "4"]);
    expect([await store.size(), reads]).toEqual([3, 2]);
    await store.load(quad(9, "h"));
    expect((await store.select(count)).rows[0]?.n?.value).toBe("5");
    await store.close();
  });

  test("may give whole lines without graphs as long as no query names one", async () => {
    const forms: string[] = [];
    async function* source(form: "quads" | "triples") {
      forms.push(form);
      yield encoder.encode(quad(0).slice(0, 9)); // a line that others come in between of
      if (form === "quads") yield encoder.encode(quad(0).slice(9) + quad(1));
      else {
        yield { bytes: encoder.encode('<urn:s1> <urn:p> "1" .\n'), count: 1 };
        yield encoder.encode(quad(0).slice(9));
      }
    }
    const store = embeddedStore({ source });
    expect([await store.size(), forms]).toEqual([2, ["triples"]]);
    expect((await store.select("SELECT ?s { GRAPH <urn:g> { ?s ?p ?o } }")).rows.length).toBe(2);
    expect([await store.size(), forms]).toEqual([2, ["triples", "quads"]]);
    await store.close();
  });

  test("hands its own error to everyone who asks, and may get better", async () => {
    let fails = true;
    const source = () => {
      if (fails) throw new Error("gone");
      return [encoder.encode(quads(2))];
    };
    const store = embeddedStore({ source });
    await expect(store.size()).rejects.toThrow("gone");
    fails = false;
    expect(await store.size()).toBe(2);
    await store.close();
  });
});

describe("the embedded store", () => {
  test("answers a SELECT as a table of text, and no query of another form", async () => {
    await using store = embeddedStore({ source: () => [encoder.encode(quads(2))] });
    expect(await store.table("SELECT ?s ?o WHERE { ?s <urn:p> ?o } ORDER BY ?o")).toBe(
      '?s\t?o\n<urn:s0>\t"0"\n<urn:s1>\t"1"\n',
    );
    await expect(store.table("ASK { ?s ?p ?o }")).rejects.toMatchObject({ code: "bad-query" });
  });

  test("refuses more quads than its limit, and counts what it holds already only once", async () => {
    const store = embeddedStore({ quadLimit: 100 });
    await store.load(quads(100));
    await store.load(quads(100));
    await expect(store.load(quad(100))).rejects.toMatchObject({ code: "too-large", message: /over 100 quads.*server/ });
    expect(await store.size()).toBe(100);
    await store.close();
  });

  test("refuses blank nodes, which two chunks would tell apart", async () => {
    const store = embeddedStore();
    for (const line of ["_:b <urn:p> 1 .", "<urn:s> <urn:p> _:b <urn:g> .", "<urn:s> <urn:p> <urn:o> _:g ."]) {
      const failed = store.load(quads(2) + line);
      await expect(failed).rejects.toMatchObject({ code: "unreadable", message: /line 3 has a blank node/ });
    }
    await store.close();
  });

  test("refuses to merge several FROM, which Oxigraph would count wrong", async () => {
    const store = embeddedStore();
    await expect(store.query("ASK FROM <urn:g> FROM <urn:h> {}")).rejects.toMatchObject({ code: "bad-query" });
    expect(await store.ask("ASK FROM <urn:g> FROM NAMED <urn:h> {}")).toBe(true);
    await store.close();
  });

  test("survives a query that breaks the engine", async () => {
    const store = embeddedStore();
    await store.load(quad(1));
    const deep = `ASK { FILTER(${"(".repeat(200_000)}1${")".repeat(200_000)}) }`;
    await expect(store.query(deep)).rejects.toMatchObject({ name: "ProvenanceError" });
    expect(await store.size()).toBe(1);
    await store.close();
  });
});

describe("a process with an embedded store", () => {
  const run = async (script: string) => {
    const url = new URL("../../dist/src/store/embedded.js", import.meta.url).href;
    const code = `import { embeddedStore } from ${JSON.stringify(url)}; const store = embeddedStore(); ${script}`;
    return (await promisify(execFile)(process.execPath, ["--input-type=module", "-e", code], { timeout: 20_000 }))
      .stdout;
  };

  test("ends though it forgot to close it", async () => {
    expect(
      await run(`await store.load('<urn:s> <urn:p> 1 .\\n'.replace('1', '"1"')); console.log(await store.size());`),
    ).toBe("1\n");
  });

  test("stays alive while a query is pending", async () => {
    const script = "store.ask('ASK {}').then((answer) => console.log(answer));";
    expect(await run(script)).toBe("true\n");
  });
});
