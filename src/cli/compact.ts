import { type CompactionReport, compact } from "../flush/compaction/compact.ts";
import { type Command, DIRECTORY_OPTION, JSON_OPTION } from "./command.ts";
import { directoryOf, spoolOf } from "./directory.ts";
import { EXIT } from "./exit-codes.ts";
import { counted, printJson } from "./output.ts";

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
    return EXIT.done;
  },
};

function compactionText({ executions, filesBefore, filesAfter }: CompactionReport): string {
  if (executions === 0) return `nothing to put together: ${counted(filesAfter, "file")}`;
  return `${filesAfter} of ${counted(filesBefore, "file")} are left; ${counted(executions, "execution")} put together`;
}
