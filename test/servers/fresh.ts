import { Connection } from "../../dist/src/store/server/connection.js";
import { type ServerOptions, type ServerStore, serverStore } from "../../dist/src/store/server/server.js";
import { type ServerName, VIRTUOSO_USER } from "./start.ts";

let datasets = 0;

/** An empty store on a running server. */
export async function fresh(name: ServerName, address: string, options: ServerOptions = {}): Promise<ServerStore> {
  switch (name) {
    case "oxigraph":
      await update(`${address}/update`, "DROP ALL");
      return serverStore(address, { credentials: null, ...options });
    case "fuseki": {
      // TDB2 of 5.6.0 keeps the union's copy of "1.10"^^xsd:decimal over a DROP ALL, so each test has a dataset of its own.
      const { origin } = new URL(address);
      const dataset = `t${process.pid}-${++datasets}`;
      const body = new URLSearchParams({ dbName: dataset, dbType: "tdb2" });
      const made = await fetch(`${origin}/$/datasets`, { method: "POST", body });
      if (!made.ok) throw new Error(`Fuseki made no dataset: ${made.status} ${await made.text()}`);
      return serverStore(`${origin}/${dataset}`, { credentials: null, ...options });
    }
    case "virtuoso": {
      const store = serverStore(address, { credentials: VIRTUOSO_USER, ...options });
      const { rows } = await store.select("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }");
      for (const graph of ["urn:provml:union", ...rows.map(({ g }) => g?.value ?? "")]) {
        await update(address.replace(/sparql$/, "sparql-auth"), `CLEAR SILENT GRAPH <${graph}>`);
      }
      return store;
    }
  }
}

async function update(address: string, text: string): Promise<void> {
  const connection = new Connection(VIRTUOSO_USER, 1_000_000);
  await connection.ask({
    method: "POST",
    url: new URL(address),
    type: "application/x-www-form-urlencoded",
    body: new URLSearchParams(address.endsWith("-auth") ? { query: text } : { update: text }).toString(),
    timeoutMs: 60_000,
  });
}
