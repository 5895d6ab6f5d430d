import { ProvenanceError } from "../model/error.ts";
import { type Command, DIRECTORY_OPTION } from "./command.ts";
import { type Completed, SHELLS } from "./completion-scripts.ts";
import { openRecorded } from "./directory.ts";
import { EXIT } from "./exit-codes.ts";
import { shownId } from "./graph-text.ts";
import { STORE_OPTION } from "./store.ts";

type Commands = Readonly<Record<string, () => Promise<{ readonly command: Command }>>>;

/** Of all commands, itself included. */
export function completionCommand(commands: Commands): Command {
  return {
    name: "completion",
    summary: "print what completes commands, options and runs, e.g. source <(provml completion bash)",
    usage: Object.keys(SHELLS).join(" | "),
    arguments: { least: 1, most: 1 },
    options: { ...DIRECTORY_OPTION, ...STORE_OPTION },
    async run(input) {
      const [shell = ""] = input.positionals;
      if (shell === "runs") {
        const graph = await openRecorded(input);
        const runs = await graph.runs().finally(() => graph.close());
        for (const name of namesOf(runs)) console.log(name);
        return EXIT.done;
      }
      const script = Object.hasOwn(SHELLS, shell) ? SHELLS[shell] : undefined;
      if (script === undefined)
        throw new ProvenanceError("bad-argument", `usage: provml completion ${Object.keys(SHELLS).join(" | ")}`);
      const loaded = await Promise.all(Object.values(commands).map((load) => load()));
      process.stdout.write(script(loaded.map(({ command }) => completed(command))));
      return EXIT.done;
    },
  };
}

/** Runs by their names where these tell them apart, and by their ids. What a shell would have to quote is left out. */
function namesOf(runs: readonly { readonly id: string; readonly name: string }[]): string[] {
  const counts = new Map<string, number>();
  for (const { name } of runs) counts.set(name, (counts.get(name) ?? 0) + 1);
  const names = runs.flatMap(({ id, name }) => [...(counts.get(name) === 1 ? [name] : []), shownId(id)]);
  return [...new Set(names)].filter((name) => /^[\w.@%+][\w.@%+-]*$/.test(name));
}

function completed({ name, summary, usage, options }: Command): Completed {
  const [asked = ""] = usage.split(/\[?--|\[-/);
  return {
    name,
    summary,
    options: Object.entries({ ...options, help: { type: "boolean", summary: "what it does" } as const }).map(
      ([option, { type, summary: what, ...more }]) => {
        const value = "value" in more ? more.value : undefined;
        const takes = type === "boolean" ? "nothing" : value === "FILE" || value === "DIR" ? "files" : "text";
        return { name: option, summary: what, takes };
      },
    ),
    words: asked.match(/\b[a-z]{3,}\b/g) ?? [],
    takesRuns: /\b(?:RUN|ID|NAME|MODEL)\b/.test(asked),
    takesFiles: /\bFILE\b/.test(asked),
  };
}
