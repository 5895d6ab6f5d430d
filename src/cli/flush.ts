import { constants, setPriority } from "node:os";
import { compact } from "../flush/compaction/compact.ts";
import { flush } from "../flush/flush.ts";
import { type FeedReport, feed } from "../flush/replica/feed.ts";
import { keepFeeding } from "../flush/replica/feeding.ts";
import type { FlushReport } from "../flush/report.ts";
import { WATCH_DEFAULTS, watch } from "../flush/watch.ts";
import { serverStore } from "../store/server/server.ts";
import { type Command, type CommandInput, DIRECTORY_OPTION, JSON_OPTION } from "./command.ts";
import { unreadableExit } from "./compact.ts";
import { directoryOf, showProgress, spoolOf } from "./directory.ts";
import { EXIT } from "./exit-codes.ts";
import { feedExit, feedText, tellsOnce } from "./feed-text.ts";
import { counted, plainText, printError, printJson, progress } from "./output.ts";
import { STORE_OPTION, storeAddress } from "./store.ts";
import { endingSignal, seconds } from "./watching.ts";

/** How often --watch puts the files of runs together that have ended. */
const COMPACT_EVERY_MS = 600_000;

export const command: Command = {
  name: "flush",
  summary: "move what was recorded from the spool into the graph and the series",
  usage: "[--watch [--interval SECONDS] [--lag SECONDS]] [--json]",
  arguments: { least: 0, most: 0 },
  options: {
    ...JSON_OPTION,
    watch: { type: "boolean", summary: "go on until interrupted, at low priority" },
    interval: {
      type: "string",
      value: "SECONDS",
      summary: `how long --watch waits after a short pass (${WATCH_DEFAULTS.intervalMs / 1000})`,
    },
    lag: {
      type: "string",
      value: "SECONDS",
      summary: `how long --watch lets wait what a living program writes (${WATCH_DEFAULTS.lagMs / 1000})`,
    },
    ...DIRECTORY_OPTION,
    ...STORE_OPTION,
  },
  async run(input) {
    const intervalMs = seconds(input, "interval", WATCH_DEFAULTS.intervalMs);
    const lagMs = seconds(input, "lag", WATCH_DEFAULTS.lagMs);
    const directory = directoryOf(input);
    if (input.options.watch === true) return await goOn(directory, input, { intervalMs, lagMs });
    const report = await pass(directory);
    const compacted = unreadableExit(await compact(directory, spoolOf()));
    const address = storeAddress(input);
    const fed = address === undefined ? undefined : await feedOnce(directory, address);
    if (input.options.json === true) printJson(fed === undefined ? report : { ...report, store: fed });
    else print(report, input);
    if (fed !== undefined && input.options.json !== true) console.log(feedText(address as string, fed));
    const moved = report.refused.length > 0 || report.quarantined > 0 ? EXIT.no : compacted;
    return fed === undefined ? moved : Math.max(moved, feedExit(fed));
  },
};

async function feedOnce(directory: string, address: string): Promise<FeedReport> {
  await using store = serverStore(address);
  return await feed(directory, store, { server: address, onWait: tellsOnce() });
}

/** Beside the passes: what a server does, or does not do, holds none of them up. */
function feedOn(directory: string, input: CommandInput, signal: AbortSignal): Promise<void> {
  const address = storeAddress(input);
  if (address === undefined) return Promise.resolve();
  const store = serverStore(address);
  return keepFeeding(directory, store, {
    server: address,
    signal,
    onWait: tellsOnce(),
    onPass(report) {
      if (input.options.json === true) printJson({ store: report }, 0);
      else console.log(feedText(address, report));
    },
    onFault: printError,
  });
}

async function pass(directory: string): Promise<FlushReport> {
  try {
    return await flush(directory, { ...spoolOf(), onProgress: showProgress });
  } finally {
    progress("");
  }
}

/** Passes until SIGINT or SIGTERM. A fault outside, such as a full disk, is told once and tried again. */
async function goOn(
  directory: string,
  input: CommandInput,
  pace: { readonly intervalMs: number; readonly lagMs: number },
): Promise<number> {
  lowerPriority();
  let compactedAt = Date.now();
  let told = "";
  const isNews = (troubles: string) => {
    const before = told;
    told = troubles;
    return troubles !== "" && troubles !== before;
  };
  const signal = endingSignal();
  const feeding = feedOn(directory, input, signal);
  const watching = watch(directory, {
    ...spoolOf(),
    signal,
    ...pace,
    onPass(report) {
      const troubles = report.refused.map(({ path, reason }) => `${path} ${reason}`).join();
      if (isNews(troubles) || report.statements + report.rows > 0) print(report, input);
    },
    async afterPass() {
      if (Date.now() - compactedAt < COMPACT_EVERY_MS) return;
      compactedAt = Date.now();
      unreadableExit(await compact(directory, spoolOf()));
    },
    onFault(error) {
      if (isNews(error.message)) printError(error);
    },
  });
  await Promise.all([watching, feeding]);
  return EXIT.done;
}

/** Whoever trains comes first. */
function lowerPriority(): void {
  try {
    setPriority(constants.priority.PRIORITY_LOW);
  } catch {
    // It is as low as it may be.
  }
}

function print(report: FlushReport, { options }: CommandInput): void {
  if (options.json === true) {
    printJson(report, options.watch === true ? 0 : 2);
    return;
  }
  const { statements, rows, quads, segments, quarantined, lostStatements, lostRows, damaged, refused } = report;
  console.log(
    `${counted(statements, "statement")} (${counted(quads, "quad")}) and ${counted(rows, "row")} moved from ${counted(segments, "segment")}`,
  );
  if (lostStatements + lostRows > 0)
    console.log(`lost when they were written: ${counted(lostStatements, "statement")}, ${counted(lostRows, "row")}`);
  if (damaged > 0) console.log(`damaged places skipped: ${damaged}; provml:Loss in the graph names them`);
  if (quarantined > 0)
    console.log(`${counted(quarantined, "statement")} that no graph can hold: in quarantine/ with the reason`);
  for (const { path, reason } of refused) console.log(plainText(`left as it is: ${path}: ${reason}`));
}
