import { createHash } from "node:crypto";
import { stdin } from "node:process";
import type { WhenceSubject } from "../query/index.ts";
import { type Command, checkNotation, DIRECTORY_OPTION, JSON_OPTION } from "./command.ts";
import { openRecorded } from "./directory.ts";
import { EXIT } from "./exit-codes.ts";
import { subjectOf } from "./lineage.ts";
import { plainText, printJson } from "./output.ts";
import { STORE_OPTION } from "./store.ts";
import { CSV_OPTION, printAnswersCsv } from "./table.ts";

export const command: Command = {
  name: "whence",
  summary: "tell by its bytes which model or data a file is, and who made it of what; exit 1 if unknown",
  usage: "FILE | - | ID | NAME | SHA-256 [--json | --csv]",
  arguments: { least: 1, most: 1 },
  options: { ...JSON_OPTION, ...CSV_OPTION, ...DIRECTORY_OPTION, ...STORE_OPTION },
  async run(input) {
    checkNotation(input, "json", "csv");
    const [name = ""] = input.positionals;
    const subject: WhenceSubject = name === "-" ? { sha256: await digestOfInput() } : subjectOf(name);
    await using graph = await openRecorded(input);
    const whence = await graph.whence(subject);
    if (input.options.json === true) printJson(whence);
    else if (input.options.csv === true) printAnswersCsv(whence);
    else for (const sentence of whence.sentences) console.log(plainText(sentence));
    return EXIT.done;
  },
};

/** Piece by piece: what is piped in may be larger than memory. */
async function digestOfInput(): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of stdin) hash.update(piece as Uint8Array);
  return hash.digest("hex");
}
