import { ProvenanceError } from "../model/error.ts";
import type { LineageSubject } from "../query/index.ts";
import { type Command, checkNotation, DIRECTORY_OPTION, JSON_OPTION } from "./command.ts";
import { openRecorded } from "./directory.ts";
import { EXIT } from "./exit-codes.ts";
import { isDrawn, lineagePicture, printPicture } from "./lineage-picture.ts";
import { lineageTree } from "./lineage-tree.ts";
import { printJson } from "./output.ts";
import { STORE_OPTION } from "./store.ts";
import { printAnswersCsv } from "./table.ts";

export const command: Command = {
  name: "lineage",
  summary: "tell where something comes from, or with --down what came of it; a file is found by its bytes",
  usage:
    "ID | NAME | FILE | SHA-256 [--down] [--depth N] [--to OTHER] [--svg FILE | --dot | --mermaid | --json | --csv]",
  arguments: { least: 1, most: 1 },
  options: {
    ...JSON_OPTION,
    csv: { type: "boolean", summary: "print CSV: a row for each thing, with whole ids and numbers" },
    down: { type: "boolean", summary: "what came of it: what is affected if it is wrong" },
    depth: { type: "string", value: "N", summary: "how many relations to follow (default: all)" },
    to: { type: "string", value: "OTHER", summary: "only what lies between it and this; exit 1 where nothing does" },
    svg: { type: "string", value: "FILE", summary: "draw it into this file; - is standard output" },
    dot: { type: "boolean", summary: "print the drawing for Graphviz" },
    mermaid: { type: "boolean", summary: "print the drawing for Mermaid, as Markdown shows it" },
    "no-fold": { type: "boolean", summary: "draw each epoch, file and value by itself" },
    ...DIRECTORY_OPTION,
    ...STORE_OPTION,
  },
  async run(input) {
    checkNotation(input, "json", "csv", "svg", "dot", "mermaid");
    const { options, positionals } = input;
    const depth = options.depth === undefined ? undefined : Number(options.depth);
    if (depth !== undefined && !(Number.isInteger(depth) && depth > 0)) {
      throw new ProvenanceError(
        "bad-option",
        `--depth is ${JSON.stringify(options.depth)}; give a whole number above 0`,
      );
    }
    await using graph = await openRecorded(input);
    const direction = options.down === true ? "down" : "up";
    const lineage = await graph.lineage(subjectOf(positionals[0] as string), {
      direction,
      ...(depth === undefined ? {} : { depth }),
      ...(options.to === undefined ? {} : { to: subjectOf(options.to as string) }),
    });
    if (options.json === true) printJson(lineage);
    else if (options.csv === true) printAnswersCsv(lineage.nodes);
    else if (lineage.nodes.length === 0) console.log("nothing recorded leads from one to the other");
    else if (isDrawn(input)) await printPicture(await lineagePicture(graph, lineage, input), input);
    else console.log(lineageTree(lineage));
    return lineage.nodes.length === 0 ? EXIT.no : EXIT.done;
  },
};

/** What a command is asked about: a check sum is told from a name by its form. */
export function subjectOf(text: string): LineageSubject {
  return /^[0-9a-f]{64}$/i.test(text) ? { sha256: text } : text;
}
