import { flush } from "../flush/flush.ts";
import { transferDirectory } from "../flush/transfer/directory.ts";
import { pushToServer } from "../flush/transfer/server.ts";
import { createDirectory } from "../spool/directory.ts";
import { serverStore } from "../store/server/server.ts";
import { type Command, type CommandInput, DIRECTORY_OPTION, JSON_OPTION } from "./command.ts";
import { directoryOf, isWritable, showProgress, spoolOf } from "./directory.ts";
import { EXIT } from "./exit-codes.ts";
import { feedExit, feedText, tellsOnce } from "./feed-text.ts";
import { counted, printJson, printNote, progress } from "./output.ts";
import { isServer } from "./store.ts";
import { comparisonExit, comparisonText } from "./transfer-text.ts";

export const command: Command = {
  name: "push",
  summary: "bring what is recorded here into another directory or a SPARQL server, and compare",
  usage: "DIR | URL [--json]",
  arguments: { least: 1, most: 1 },
  options: { ...JSON_OPTION, ...DIRECTORY_OPTION },
  async run(input) {
    const [target = ""] = input.positionals;
    const isToServer = isServer(target);
    const directory = directoryOf(input);
    if (isWritable(directory)) await flushAll(directory);
    return isToServer ? await toServer(directory, target, input) : await toDirectory(directory, target, input);
  },
};

async function flushAll(directory: string): Promise<void> {
  try {
    await flush(directory, { ...spoolOf(), onProgress: showProgress });
  } finally {
    progress("");
  }
}

async function toDirectory(from: string, to: string, input: CommandInput): Promise<number> {
  createDirectory(to);
  return await copyAcross(from, to, input);
}

/** Copies what one directory holds into another, and says what that came to. */
export async function copyAcross(from: string, to: string, input: CommandInput): Promise<number> {
  const report = await transferDirectory(from, to, { onProgress: showCopied });
  progress("");
  if (input.options.json === true) printJson(report);
  else {
    console.log(`${counted(report.copied, "file")} copied, ${report.there} were there`);
    console.log(comparisonText(report.comparison));
  }
  return comparisonExit(report.comparison);
}

function showCopied({ copied, there }: { readonly copied: number; readonly there: number }): void {
  if ((copied + there) % 100 === 0) progress(`${counted(copied, "file")} copied, ${there} were there`);
}

async function toServer(directory: string, address: string, input: CommandInput): Promise<number> {
  printNote("a server holds graphs only: series, manifests, content and quarantine stay here");
  await using store = serverStore(address);
  const report = await pushToServer(directory, store, { server: address, onWait: tellsOnce() });
  if (input.options.json === true) printJson(report);
  else {
    console.log(feedText(address, report.feed));
    if (report.comparison) console.log(comparisonText(report.comparison));
  }
  return Math.max(feedExit(report.feed), report.comparison ? comparisonExit(report.comparison) : EXIT.done);
}
