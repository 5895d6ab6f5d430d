import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { processIdentity, writerState } from "../../src/spool/liveness.ts";

const self = processIdentity();
const hasProc = existsSync("/proc/self/stat");

test("calls itself alive", { skip: !hasProc }, () => {
  expect(writerState(self)).toBe("alive");
});

test("calls a process that has ended dead", async () => {
  const child = spawn(process.execPath, ["-e", ""]);
  const { pid = 0 } = child;
  await once(child, "exit");
  expect(writerState({ ...self, pid })).toBe("dead");
});

test("calls a living process of another start dead: its number was used again", { skip: !hasProc }, () => {
  expect(writerState({ ...self, processStart: "1" })).toBe("dead");
});

test.each([
  ["another boot", { bootId: "00000000-0000-0000-0000-000000000000" }],
  ["another PID namespace", { pidNamespace: "pid:[1]" }],
])("does not judge a process of %s, even when no such process is here", (_, more) => {
  expect(writerState({ ...self, pid: 2 ** 30, ...more }, { bootId: "b", pidNamespace: "pid:[9]", ...self })).toBe(
    "unknown",
  );
});

test("does not judge a living process whose start nobody recorded", () => {
  const { processStart: _, ...anonymous } = self;
  expect(writerState(anonymous)).toBe("unknown");
});

test("judges by host and number alone where the system tells no more", () => {
  const bare = { host: "h", pid: process.pid };
  expect(writerState(bare, bare)).toBe("unknown");
  expect(writerState({ ...bare, pid: 2 ** 30 }, bare)).toBe("dead");
  expect(writerState({ ...bare, pid: 2 ** 30, host: "g" }, bare)).toBe("unknown");
});
