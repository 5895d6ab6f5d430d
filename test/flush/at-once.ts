import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect } from "vitest";
import { FLUSHES } from "./recorded.ts";

/** So many flushers, each a process, started together; resolves when all have ended well. */
export async function flushesAtOnce(directory: string, flushers: number): Promise<void> {
  const children = Array.from({ length: flushers }, () =>
    spawn(process.execPath, [FLUSHES, directory], { stdio: ["ignore", "pipe", "pipe"] }),
  );
  await Promise.all(
    children.map(async (child) => {
      let errors = "";
      child.stderr.on("data", (piece) => {
        errors += piece;
      });
      const [code] = await once(child, "close");
      expect([code, errors]).toEqual([0, ""]);
    }),
  );
}
