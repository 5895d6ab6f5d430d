import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { setImmediate } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { embeddedStore } from "../../dist/src/store/embedded.js";

/** A server that counts who connects. */
async function listening(): Promise<{ readonly url: string; readonly connections: () => number }> {
  let connections = 0;
  const server: Server = createServer((socket) => {
    connections++;
    socket.destroy();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const address = server.address() as { port: number };
  return { url: `http://127.0.0.1:${address.port}/graph`, connections: () => connections };
}

describe("the embedded store", () => {
  test("reaches nothing outside, whatever a query or a load names", async () => {
    const { url, connections } = await listening();
    const store = embeddedStore();
    await store.load(`<urn:s> <urn:p> <${url}> <urn:g> .\n`);
    const outcomes = await Promise.all(
      [
        `SELECT * { SERVICE <${url}> { ?s ?p ?o } }`,
        `SELECT * { SERVICE SILENT <${url}> { ?s ?p ?o } }`,
        `SELECT * { ?s ?p ?o . SERVICE SILENT ?o { ?a ?b ?c } }`,
        `SELECT * { \\u0053ERVICE <${url}> { ?s ?p ?o } }`,
        `LOAD <${url}>`,
        `LOAD SILENT <${url}> INTO GRAPH <urn:g>`,
        `INSERT { ?s ?p ?o } WHERE { SERVICE <${url}> { ?s ?p ?o } }`,
      ].map((query) => store.query(query).catch(({ code }) => code)),
    );
    expect(outcomes).toEqual(outcomes.map(() => "bad-query"));
    // Names of graphs are looked up among those that are stored, as any other name.
    expect((await store.select(`SELECT * FROM <${url}> { ?s ?p ?o }`)).rows).toEqual([]);
    expect((await store.select(`SELECT * FROM NAMED <${url}> { GRAPH ?g { ?s ?p ?o } }`)).rows).toEqual([]);
    expect((await store.select(`SELECT * FROM <file:///etc/hostname> { ?s ?p ?o }`)).rows).toEqual([]);
    expect((await store.select(`SELECT * { GRAPH <${url}> { ?s ?p ?o } }`)).rows).toEqual([]);
    await store.close();
    expect(connections()).toBe(0);
  });

  test("takes words that a query only mentions for what they are", async () => {
    const store = embeddedStore();
    await store.load('<urn:s> <urn:SERVICE> "LOAD <http://localhost:1/>" <urn:g> .\n');
    for (const query of [
      'SELECT ?service { ?service <urn:SERVICE> "LOAD <http://localhost:1/>" } # SERVICE <http://localhost:1/> {}',
      "PREFIX service: <urn:> SELECT ?drop { ?drop service:SERVICE ?load }",
      "PREFIX load: <urn:S> SELECT * { ?insert load:ERVICE ?delete }",
    ]) {
      expect((await store.select(query)).rows).toHaveLength(1);
    }
    await store.close();
  });

  test("leaves the program free while a query works that never ends, and stops it", async () => {
    const store = embeddedStore();
    const lines = Array.from({ length: 300 }, (_, n) => `<urn:s${n}> <urn:p> "${n}" <urn:g> .\n`);
    await store.load(lines.join(""));
    let state = "working";
    const endless = store
      .query("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }", { timeoutMs: 500 })
      .catch(({ code }) => {
        state = code;
      });
    let turns = 0;
    for (; state === "working"; turns++) await setImmediate();
    await endless;
    expect(state).toBe("query-timeout");
    expect(turns).toBeGreaterThan(100);
    expect(await store.size()).toBe(300);
    await store.close();
  });
});
