import { deleteRun } from "../curate/index.ts";
import { type Command, DIRECTORY_OPTION, JSON_OPTION } from "./command.ts";
import { directoryOf } from "./directory.ts";
import { EXIT } from "./exit-codes.ts";
import { shownId } from "./graph-text.ts";
import { counted, plainText, printJson } from "./output.ts";
import { optionsOf } from "./remarks.ts";

export const command: Command = {
  name: "delete",
  summary: "delete what a run's execution recorded, for good; who did so and what it made stays known",
  usage: "RUN [--execution] [--reason TEXT] [--person NAME] [--json]",
  arguments: { least: 1, most: 1 },
  options: {
    execution: { type: "boolean", summary: "all runs of its execution, which are one graph" },
    reason: { type: "string", value: "TEXT", summary: "why; it stays with what is left" },
    person: { type: "string", value: "NAME", summary: "who deletes it (default: PROVML_AGENT, else the login name)" },
    ...JSON_OPTION,
    ...DIRECTORY_OPTION,
  },
  async run(input) {
    const { reason, execution } = input.options;
    const deleted = await deleteRun(directoryOf(input), input.positionals[0] as string, {
      ...optionsOf(input),
      ...(typeof reason === "string" ? { reason } : {}),
      extent: execution === true ? "execution" : "run",
    });
    if (input.options.json === true) printJson(deleted);
    else {
      for (const { id, name } of deleted.runs) console.log(plainText(`deleted ${name}  ${shownId(id)}`));
      console.log(`${counted(deleted.bytes, "byte")} freed; copies that come back count for nothing`);
    }
    return EXIT.done;
  },
};
