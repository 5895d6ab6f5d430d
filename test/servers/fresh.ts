import { Connection } from "../../dist/src/store/server/connection.js";
import { type ServerOptions, type ServerStore, serverStore } from "../../dist/src/store/server/server.js";
import type { QueryOptions } from "../../dist/src/store/store.js";
import { type ServerName, VIRTUOSO_USER } from "./start.ts";

let datasets = 0;

/** What a busy machine makes slow is no fault here. */
const PATIENCE_MS = 600_000;

/** An empty store on a running server. */
export async function fresh(name: ServerName, address: string, options: ServerOptions = {}): Promise<ServerStore> {
  return storeOf(name, await emptied(name, address), options);
}

/** The store at an address, asked with patience where no limit is given. */
export function storeOf(name: ServerName, address: string, options: ServerOptions = {}): ServerStore {
  const credentials = name === "virtuoso" ? VIRTUOSO_USER : null;
  const store = serverStore(address, { credentials, writeTimeoutMs: PATIENCE_MS, ...options });
  const patiently = (given: QueryOptions = {}) => ({ ...given, timeoutMs: given.timeoutMs ?? PATIENCE_MS });
  return {
    load: (nquads) => store.load(nquads),
    deliver: (nquads) => store.deliver(nquads),
    forget: (graph, things, properties) => store.forget(graph, things, properties),
    drop: (graph) => store.drop(graph),
    query: (sparql, given) => store.query(sparql, patiently(given)),
    select: (sparql, given) => store.select(sparql, patiently(given)),
    ask: (sparql, given) => store.ask(sparql, patiently(given)),
    construct: (sparql, given) => store.construct(sparql, patiently(given)),
    size: () => store.size(),
    dialect: () => store.dialect(),
    close: () => store.close(),
    [Symbol.asyncDispose]: () => store.close(),
  };
}

/** The address of a dataset of a running server that holds nothing. */
export async function emptied(name: ServerName, address: string): Promise<string> {
  switch (name) {
    case "oxigraph":
      await update(`${address}/update`, "DROP ALL");
      return address;
    case "fuseki": {
      // TDB2 of 5.6.0 keeps the union's copy of "1.10"^^xsd:decimal over a DROP ALL, so each test has a dataset of its own.
      const { origin } = new URL(address);
      const dataset = `t${process.pid}-${++datasets}`;
      const body = new URLSearchParams({ dbName: dataset, dbType: "tdb2" });
      const made = await fetch(`${origin}/$/datasets`, { method: "POST", body });
      if (!made.ok) throw new Error(`Fuseki made no dataset: ${made.status} ${await made.text()}`);
      return `${origin}/${dataset}`;
    }
    case "virtuoso": {
      await using store = storeOf(name, address);
      const { rows } = await store.select("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }");
      for (const graph of ["urn:provml:union", ...rows.map(({ g }) => g?.value ?? "")]) {
        await update(address.replace(/sparql$/, "sparql-auth"), `CLEAR SILENT GRAPH <${graph}>`);
      }
      return address;
    }
  }
}

async function update(address: string, text: string): Promise<void> {
  const connection = new Connection(new URL(address), VIRTUOSO_USER, 1_000_000);
  await connection.ask({
    method: "POST",
    url: new URL(address),
    type: "application/x-www-form-urlencoded",
    body: new URLSearchParams(address.endsWith("-auth") ? { query: text } : { update: text }).toString(),
    timeoutMs: PATIENCE_MS,
  });
}
