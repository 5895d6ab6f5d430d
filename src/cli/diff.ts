import { carriedByAll, type Difference, type Document, difference, NOTATIONS, type Placed } from "../formats/index.ts";
import { ProvenanceError } from "../model/error.ts";
import { type Command, DIRECTORY_OPTION, JSON_OPTION } from "./command.ts";
import { FROM_OPTION, findDocument } from "./documents.ts";
import { EXIT } from "./exit-codes.ts";
import { Losses } from "./losses.ts";
import { counted, plainText, printJson } from "./output.ts";
import { statementText } from "./statement-text.ts";
import { STORE_OPTION } from "./store.ts";

export const command: Command = {
  name: "diff",
  summary: "tell whether two PROV documents or runs state the same; order, prefixes and anonymous ids aside",
  usage: "A B [--lossy] [--from NOTATION] [--json]",
  arguments: { least: 2, most: 2 },
  options: {
    ...JSON_OPTION,
    ...FROM_OPTION,
    lossy: { type: "boolean", summary: "compare only what the notations of both files can carry" },
    ...DIRECTORY_OPTION,
    ...STORE_OPTION,
  },
  async run(input) {
    const [a = "", b = ""] = input.positionals;
    if (a === "-" && b === "-") {
      throw new ProvenanceError("bad-argument", "standard input can be one of the two only; name a file for the other");
    }
    const losses = new Losses();
    const sides = [await findDocument(input, a, losses), await findDocument(input, b, losses)] as const;
    const [{ document: first }, { document: second }] = sides;
    losses.print(first.prefixes);
    const lose =
      input.options.lossy === true
        ? carriedByAll(sides.flatMap(({ carrier }) => carrier() ?? []).map((name) => NOTATIONS[name]))
        : (document: Document) => document;
    const found = difference(lose(first), lose(second));
    if (input.options.json === true) printJson(found);
    else print(found, first, second, a, b);
    return found.onlyFirst.length === 0 && found.onlySecond.length === 0 ? EXIT.done : EXIT.no;
  },
};

function print({ onlyFirst, onlySecond }: Difference, first: Document, second: Document, a: string, b: string): void {
  if (onlyFirst.length === 0 && onlySecond.length === 0) {
    const count = first.bundles.reduce((sum, { statements }) => sum + statements.length, first.statements.length);
    console.log(`the same: ${counted(count, "statement")}, ${counted(first.bundles.length, "bundle")}`);
    return;
  }
  console.log(plainText(`--- ${a}`));
  console.log(plainText(`+++ ${b}`));
  for (const one of onlyFirst) console.log(plainText(`- ${placedText(one, first)}`));
  for (const one of onlySecond) console.log(plainText(`+ ${placedText(one, second)}`));
}

function placedText({ bundle, statement }: Placed, { prefixes }: Document): string {
  if (statement === undefined) return `bundle ${bundle}`;
  const text = statementText(statement, prefixes);
  return bundle === undefined ? text : `${text} in bundle ${bundle}`;
}
