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
  const started = await Promise.allSettled(SERVERS.map(start));
  const running = started.flatMap((one) =>
    one.status === "fulfilled" && typeof one.value === "object" ? one.value : [],
  );
  const stop = async () => {
    await Promise.all(running.map((one) => one.stop()));
  };
  for (const one of started) {
    if (one.status === "fulfilled") continue;
    await stop();
    throw one.reason;
  }
  const found = SERVERS.map((name, i) => {
    const one = (started[i] as PromiseFulfilledResult<Running | string>).value;
    if (typeof one === "object") return [name, { address: one.address }];
    console.warn(`not run: ${name}: ${one}`);
    return [name, { why: one }];
  });
  project.provide("servers", Object.fromEntries(found));
  return stop;
}
