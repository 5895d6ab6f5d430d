import type { TestProject } from "vitest/node";
import { type Running, SERVERS, type ServerName, start } from "./start.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The addresses of the servers that run; why not, of the others. */
    readonly servers: Readonly<Record<ServerName, { readonly address?: string; readonly why?: string }>>;
  }
}

/** Starts the servers that `npm run servers:install` got, on free ports of this machine. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const running: Running[] = [];
  const found = await Promise.all(
    SERVERS.map(async (name) => {
      const started = await start(name);
      if (typeof started === "string") {
        console.warn(`not run: ${name}: ${started}`);
        return [name, { why: started }];
      }
      running.push(started);
      return [name, { address: started.address }];
    }),
  );
  project.provide("servers", Object.fromEntries(found));
  return async () => {
    for (const { stop } of running) await stop();
  };
}
