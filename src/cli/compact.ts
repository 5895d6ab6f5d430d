import { type CompactionReport, compact } from "../flush/compaction/compact.ts";
import { type Command, DIRECTORY_OPTION, JSON_OPTION } from "./command.ts";
import { directoryOf, spoolOf } from "./directory.ts";
import { EXIT } from "./exit-codes.ts";
import { counted, plainText, printJson, printNote } from "./output.ts";

export const command: Command = {
  name: "compact",
  summary: "put the files of each run that has ended together; flush does it too",
  usage: "[--json]",
  arguments: { least: 0, most: 0 },
  options: { ...JSON_OPTION, ...DIRECTORY_OPTION },
  async run(input) {
    const report = await compact(directoryOf(input), spoolOf());
    if (input.options.json === true) printJson(report);
    else console.log(compactionText(report));
    return unreadableExit(report);
  },
};

/** What could not be read needs a person: it is named, and all else is done. */
export function unreadableExit({ unreadable }: CompactionReport): number {
  for (const what of unreadable) printNote(`left as it is: ${plainText(what)}`);
  return unreadable.length > 0 ? EXIT.no : EXIT.done;
}

function compactionText({ executions, filesBefore, filesAfter }: CompactionReport): string {
  if (executions === 0) return `nothing to put together: ${counted(filesAfter, "file")}`;
  return `${filesAfter} of ${counted(filesBefore, "file")} are left; ${counted(executions, "execution")} put together`;
}
