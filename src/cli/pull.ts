import { pullFromServer } from "../flush/transfer/server.ts";
import { checkDirectory, directoryPaths } from "../spool/directory.ts";
import { listSegments } from "../spool/reader.ts";
import { serverStore } from "../store/server/server.ts";
import { type Command, type CommandInput, DIRECTORY_OPTION, JSON_OPTION } from "./command.ts";
import { madeDirectory } from "./directory.ts";
import { counted, printJson, printNote } from "./output.ts";
import { copyAcross } from "./push.ts";
import { isServer } from "./store.ts";
import { comparisonExit, comparisonText } from "./transfer-text.ts";

export const command: Command = {
  name: "pull",
  summary: "bring what another directory or a SPARQL server holds in here, and compare",
  usage: "DIR | URL [--json]",
  arguments: { least: 1, most: 1 },
  options: { ...JSON_OPTION, ...DIRECTORY_OPTION },
  async run(input) {
    const [source = ""] = input.positionals;
    if (isServer(source)) return await fromServer(source, input);
    checkDirectory(source);
    return await fromDirectory(source, input);
  },
};

async function fromDirectory(from: string, input: CommandInput): Promise<number> {
  const pending = listSegments(directoryPaths(from).spool).length;
  if (pending > 0)
    printNote(`${counted(pending, "segment")} in the spool of ${from} stays there; provml flush there moves it first`);
  return await copyAcross(from, madeDirectory(input), input);
}

async function fromServer(address: string, input: CommandInput): Promise<number> {
  await using store = serverStore(address);
  const report = await pullFromServer(store, madeDirectory(input));
  if (report.others > 0) printNote(`${counted(report.others, "graph")} of the server are none of provml's`);
  if (input.options.json === true) printJson(report);
  else {
    console.log(`${counted(report.brought, "quad")} brought here`);
    console.log(comparisonText(report.comparison));
  }
  return comparisonExit(report.comparison);
}
