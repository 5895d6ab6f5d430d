import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { flush } from "../../src/flush/flush.ts";
import { type Held, heldIn } from "../faults/oracle.ts";
import { flushesAtOnce } from "../flush/at-once.ts";
import { graphIn, movedTo, published, segmentsIn, statedIn } from "../flush/moved.ts";
import { copyOf, FLUSHES, recorded, temporary } from "../flush/recorded.ts";

const hasStrace = spawnSync("strace", ["-V"]).status === 0;
/** Every kill takes a run of its own: `npm test` takes a few of each sort, this variable all. */
const TAKES_ALL = process.env.PROVML_TEST_EVERY_KILL === "1";

/** One recorded spool, all trials start from copies of it: two segments, a dead writer, a file to digest. */
let spool: string;
let held: Held;
let undisturbed: string;

async function record() {
  const file = join(temporary(), "data.csv");
  writeFileSync(file, "a,b\n".repeat(1000));
  spool = await recorded(8, "kill", { file });
  held = heldIn(spool);
  undisturbed = copyOf(spool);
  await flush(undisturbed);
  expect(await movedTo(undisturbed)).toEqual(held);
  for (const sort of ["summary", "closing", "digest"]) expect(statedIn(undisturbed, sort)).not.toEqual([]);
}

/** Whatever happened before: nothing is lost, nothing is there twice, and every file is the undisturbed run's. */
async function expectWhole(directory: string, where: string) {
  expect(await movedTo(directory), where).toEqual(held);
  expect(graphIn(directory), where).toEqual(graphIn(undisturbed));
  expect(withoutTemporary(published(directory)), where).toEqual(published(undisturbed));
  expect(segmentsIn(directory), where).toEqual([]);
}

test.each([2, 4])("%i flushers at once make the graph that one makes", { timeout: 60_000 }, async (flushers) => {
  await record();
  for (let time = 0; time < 2; time++) {
    const directory = copyOf(spool);
    await flushesAtOnce(directory, flushers);
    await expectWhole(directory, `${flushers} flushers`);
  }
});

describe.skipIf(!hasStrace)("under strace", () => {
  // Counters are per system call and thread. What lies between two of these calls is opened and written under a temporary name.
  test.each([
    ["fsync", 15],
    ["rename", 3],
    ["link", 2],
    ["mkdir", 5],
    ["unlink", 4],
  ])("a flusher killed before any %s leaves all to the next", { timeout: 120_000 }, async (call, least) => {
    await record();
    const { main, others } = callsOf(call);
    expect(main).toBeGreaterThanOrEqual(least);
    for (const when of sampled(main)) await killedAndAgain(["-e", injected(call, when)], `${call} ${when}`);
    expect(traced(copyOf(spool), ["-e", injected(call, main + 1)]).status, "as many kills as calls").toBe(0);
    if (call !== "fsync" && call !== "rename") return;
    // The thread that writes Parquet is ahead of the main one at each of its calls.
    expect(others).toBeGreaterThan(1);
    for (const when of sampled(others)) {
      await killedAndAgain(["-f", "-e", injected(call, when)], `${call} ${when} of a series file`);
    }
  });

  test("so does one killed before it writes into a file of the graph", { timeout: 120_000 }, async () => {
    await record();
    const trials = sampled(callsOf("write").main);
    let killed = 0;
    for (const when of trials) {
      const trial = copyOf(spool);
      // Some are wake-ups of node's own, whose number varies with the load: a run may end before it comes to this one, and then nothing was tried.
      const { signal, status } = traced(trial, ["-e", `inject=write:signal=SIGKILL:when=${when}`]);
      if (status === 0) continue;
      expect(signal ?? status, `write ${when}`).toBe("SIGKILL");
      killed++;
      await flush(trial);
      await expectWhole(trial, `write ${when}`);
    }
    expect(killed, "kills that happened").toBeGreaterThanOrEqual(Math.ceil(trials.length / 2));
  });

  test("one that is killed again and again gets on all the same", { timeout: 120_000 }, async () => {
    await record();
    const trial = copyOf(spool);
    for (const [call, when] of [
      ["rename", 1],
      ["fsync", 3],
      ["rename", 2],
      ["fsync", 4],
      ["unlink", 1],
      ["unlink", 2],
    ] as const) {
      const { signal, status } = traced(trial, ["-e", injected(call, when)]);
      expect(signal ?? status, `${call} ${when}`).toBe("SIGKILL");
    }
    await flush(trial);
    await expectWhole(trial, "after six kills");
  });

  test("a disk that fails to give a segment back costs that segment its turn only", { timeout: 60_000 }, async () => {
    await record();
    const trial = copyOf(spool);
    const path = join(trial, "spool", segmentsIn(trial)[0] ?? "");
    const { status, stdout } = traced(trial, ["-P", path, "-e", "inject=/^p?read(64|v)?$:error=EIO:when=2+"]);
    expect(status).toBe(0);
    const { refused, statements } = JSON.parse(stdout);
    expect(refused).toEqual([{ path, reason: expect.stringContaining("EIO") }]);
    expect(statements).toBeGreaterThan(0);
    expect([statedIn(trial, "closing"), statedIn(trial, "summary")]).toEqual([[], []]);
    await flush(trial);
    await expectWhole(trial, "after EIO");
  });

  async function killedAndAgain(strace: string[], where: string): Promise<void> {
    const trial = copyOf(spool);
    const { signal, status } = traced(trial, strace);
    expect(signal ?? status, where).toBe("SIGKILL");
    await flush(trial);
    await expectWhole(trial, where);
  }

  /** How often an undisturbed run makes these calls, on its main thread and on the others. */
  function callsOf(calls: string): { main: number; others: number } {
    const log = join(temporary(), "trace");
    expect(traced(copyOf(spool), ["-f", "-e", `trace=execve,${calls}`], log).status).toBe(0);
    const lines = readFileSync(log, "utf8").split("\n");
    const threads = lines
      .filter((line) => /^\d+ +\w+\(/.test(line) && !line.includes("execve("))
      .map((line) => line.split(" ", 1)[0]);
    const main = lines[0]?.split(" ", 1)[0];
    const own = threads.filter((thread) => thread === main).length;
    return { main: own, others: threads.length - own };
  }

  function traced(directory: string, strace: readonly string[], log = "/dev/null") {
    return spawnSync("strace", ["-qq", "-o", log, ...strace, process.execPath, FLUSHES, directory], {
      encoding: "utf8",
      env: { ...process.env, UV_THREADPOOL_SIZE: "1", UV_USE_IO_URING: "0" },
    });
  }
});

function injected(call: string, when: number): string {
  return `inject=${call}:signal=SIGKILL:when=${when}`;
}

/** Numbers from 1 to the last: all, or three of them. */
function sampled(last: number): number[] {
  const all = Array.from({ length: last }, (_, n) => n + 1);
  return TAKES_ALL ? all : all.filter((n) => n === 1 || n === Math.ceil((last * 2) / 3) || n === last);
}

function withoutTemporary(files: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).filter(([path]) => !path.endsWith(".tmp")));
}
