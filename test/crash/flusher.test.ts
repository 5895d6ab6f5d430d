import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { flush } from "../../src/flush/flush.ts";
import { heldIn } from "../faults/oracle.ts";
import { movedTo, segmentsIn, statedIn } from "../flush/moved.ts";
import { FLUSHES, recorded } from "../flush/recorded.ts";

const hasStrace = spawnSync("strace", ["-V"]).status === 0;

test.skipIf(!hasStrace)(
  "a disk that fails to give a segment back costs that segment its turn only (needs strace)",
  { timeout: 60_000 },
  async () => {
    const directory = await recorded(8, "kill");
    const held = heldIn(directory);
    const path = join(directory, "spool", segmentsIn(directory)[0] ?? "");
    const strace = ["-qq", "-o", "/dev/null", "-P", path, "-e", "inject=/^p?read(64|v)?$:error=EIO:when=2+"];
    const { status, stdout } = spawnSync("strace", [...strace, process.execPath, FLUSHES, directory], {
      encoding: "utf8",
      env: { ...process.env, UV_THREADPOOL_SIZE: "1", UV_USE_IO_URING: "0" },
    });
    expect(status).toBe(0);
    const { refused, statements } = JSON.parse(stdout);
    expect(refused).toEqual([{ path, reason: expect.stringContaining("EIO") }]);
    expect(statements).toBeGreaterThan(0);
    expect([statedIn(directory, "closing"), statedIn(directory, "summary")]).toEqual([[], []]);
    await flush(directory);
    expect(await movedTo(directory)).toEqual(held);
    expect(segmentsIn(directory)).toEqual([]);
  },
);
