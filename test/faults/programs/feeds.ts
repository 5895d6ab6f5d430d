// A flusher that feeds a server for a day of a clock of its own: each hour one writer's segments come into the spool.
// usage: fork feeds.js <build> <.provml> <recorded .provml> <address>; says {hour}, {over}, waits for an answer to that, then {left, waiting, mostMiB}
import { cpSync, readdirSync } from "node:fs";
import { join } from "node:path";

const [, , build = "", directory = "", recorded = "", address = ""] = process.argv;
const { createDirectory }: typeof import("../../../src/spool/directory.ts") = await import(
  join(build, "src/spool/directory.js")
);
const { flush }: typeof import("../../../src/flush/flush.ts") = await import(join(build, "src/flush/flush.js"));
const { feed }: typeof import("../../../src/flush/replica/feed.ts") = await import(
  join(build, "src/flush/replica/feed.js")
);
const { serverStore }: typeof import("../../../src/store/server/server.ts") = await import(
  join(build, "src/store/server/server.js")
);

const HOUR_MS = 3_600_000;
const HOURS = 24;
let now = 0;
const clock = {
  now: () => now,
  random: Math.random,
  sleep: async (ms: number) => {
    now += ms;
  },
};

createDirectory(directory);
const segments = readdirSync(join(recorded, "spool"));
const writers = [...new Set(segments.map((name) => name.split("-")[0] as string))];
const impatient = serverStore(address, { credentials: null, dialect: "oxigraph", writeTimeoutMs: 80 });
let left = 0;
for (let hour = 0; hour < HOURS; hour++) {
  process.send?.({ hour });
  for (const writer of writers.filter((_, n) => n % HOURS === hour)) {
    for (const name of segments.filter((one) => one.startsWith(`${writer}-`)))
      cpSync(join(recorded, "spool", name), join(directory, "spool", name));
  }
  await flush(directory);
  left += readdirSync(join(directory, "spool")).length;
  await feed(directory, impatient, { server: address, clock, patienceMs: (hour + 1) * HOUR_MS - now });
  now = Math.max(now, (hour + 1) * HOUR_MS);
}

const answered = new Promise((resolve) => process.once("message", resolve));
process.send?.({ over: true });
await answered;
const patient = serverStore(address, { credentials: null, dialect: "oxigraph" });
const { waiting } = await feed(directory, patient, { server: address, clock });
process.send?.({ left, waiting, mostMiB: process.resourceUsage().maxRSS / 1024 });
process.disconnect();
