import { NOTATIONS, type NotationName, notationOf, pseudonymised, writePieces } from "../formats/index.ts";
import { ProvenanceError } from "../model/error.ts";
import { type Command, DIRECTORY_OPTION } from "./command.ts";
import { FROM_OPTION, readDocument } from "./documents.ts";
import { EXIT } from "./exit-codes.ts";
import { Losses } from "./losses.ts";
import { pseudonyms } from "./pseudonyms.ts";
import { STORE_OPTION } from "./store.ts";
import { writeOut } from "./written.ts";

export const command: Command = {
  name: "convert",
  summary: "write a PROV document or a run in another notation",
  usage: "FILE|RUN|- FILE|- [--from NOTATION] [--to NOTATION] [--public] [--strict]",
  arguments: { least: 2, most: 2 },
  options: {
    ...FROM_OPTION,
    to: {
      type: "string",
      value: "NOTATION",
      summary: `what to write (default: by the file's name): ${Object.keys(NOTATIONS).join(", ")}`,
    },
    public: {
      type: "boolean",
      summary: "replace users, hosts and paths by pseudonyms (stable with PROVML_PSEUDONYM_KEY)",
    },
    strict: { type: "boolean", summary: "write nothing and exit 1 if the notation cannot carry everything" },
    ...DIRECTORY_OPTION,
    ...STORE_OPTION,
  },
  async run(input) {
    const [from = "", to = ""] = input.positionals;
    const name = targetOf(to, input.options.to as string | undefined);
    const losses = new Losses();
    const read = await readDocument(input, from, losses);
    const document = input.options.public === true ? pseudonymised(read, pseudonyms()) : read;
    const pieces = writePieces(document, name, {
      lost: (loss) => losses.add(`not in ${NOTATIONS[name]?.title}`, loss),
    });
    losses.print(document.prefixes);
    if (input.options.strict === true && losses.count > 0) return EXIT.no;
    await writeOut(pieces, to);
    return EXIT.done;
  },
};

function targetOf(to: string, given: string | undefined): NotationName {
  if (given !== undefined) {
    if (Object.hasOwn(NOTATIONS, given)) return given as NotationName;
    throw new ProvenanceError(
      "bad-option",
      `--to ${given} is no notation; one of ${Object.keys(NOTATIONS).join(", ")}`,
    );
  }
  if (to === "-") throw new ProvenanceError("bad-option", "say what to write to standard output with --to NOTATION");
  return notationOf(to);
}
