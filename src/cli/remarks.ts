import { type Curated, note, rename, tag, untag } from "../curate/index.ts";
import { type Command, type CommandInput, DIRECTORY_OPTION, JSON_OPTION } from "./command.ts";
import { directoryOf, spoolOf } from "./directory.ts";
import { EXIT } from "./exit-codes.ts";
import { shownId } from "./graph-text.ts";
import { plainText, printJson } from "./output.ts";

const PERSON_OPTION = {
  person: { type: "string", value: "NAME", summary: "who says so (default: PROVML_AGENT, else the login name)" },
} as const;

const OPTIONS = { ...PERSON_OPTION, ...JSON_OPTION, ...DIRECTORY_OPTION } as const;

export const tagCommand: Command = {
  name: "tag",
  summary: "tag a run, a model or any other thing; runs and models find it by --where 'tag = NAME'",
  usage: "RUN|MODEL NAME… [--remove] [--person NAME] [--json]",
  arguments: { least: 2, most: 100 },
  options: { remove: { type: "boolean", summary: "take the tags back" }, ...OPTIONS },
  async run(input) {
    const [thing = "", ...tags] = input.positionals;
    const isRemoval = input.options.remove === true;
    const curated = await (isRemoval ? untag : tag)(directoryOf(input), thing, tags, optionsOf(input));
    return told(input, curated, isRemoval ? "no longer tagged" : "tagged");
  },
};

export const noteCommand: Command = {
  name: "note",
  summary: "add a note to a run, a model or any other thing",
  usage: "RUN|MODEL TEXT… [--person NAME] [--json]",
  arguments: { least: 2, most: 1000 },
  options: OPTIONS,
  async run(input) {
    const [thing = "", ...words] = input.positionals;
    return told(input, await note(directoryOf(input), thing, words.join(" "), optionsOf(input)), "noted");
  },
};

export const renameCommand: Command = {
  name: "rename",
  summary: "give a run, a model or any other thing another name; the old one still finds it",
  usage: "RUN|MODEL NAME [--person NAME] [--json]",
  arguments: { least: 2, most: 2 },
  options: OPTIONS,
  async run(input) {
    const [thing = "", name = ""] = input.positionals;
    return told(input, await rename(directoryOf(input), thing, name, optionsOf(input)), "is now called");
  },
};

export function optionsOf({ options }: CommandInput): { readonly person?: string; readonly spool?: string } {
  const { person } = options;
  return { ...(typeof person === "string" ? { person } : {}), ...spoolOf() };
}

function told(input: CommandInput, curated: Curated, what: string): number {
  if (input.options.json === true) printJson(curated);
  else if (curated.texts.length === 0) console.log(`${shownId(curated.about)}: nothing to change`);
  else console.log(plainText(`${shownId(curated.about)}: ${what} ${curated.texts.join(", ")}`));
  return EXIT.done;
}
