#!/usr/bin/env node
import { parseArgs } from "node:util";
import { ProvenanceError } from "../model/error.ts";
import { VERSION } from "../model/version.ts";
import { doWhatIsLeft } from "./afterwards.ts";
import type { Command, CommandInput } from "./command.ts";
import { EXIT, exitCodeOf } from "./exit-codes.ts";
import { commandHelp, generalHelp } from "./help.ts";
import { printError } from "./output.ts";

/** Each command is a file of its own, loaded when it is asked for. */
const COMMANDS: Readonly<Record<string, () => Promise<{ readonly command: Command }>>> = {
  demo: () => import("./demo.ts"),
  runs: () => import("./runs.ts"),
  models: () => import("./models.ts"),
  show: () => import("./show.ts"),
  compare: () => import("./compare.ts"),
  best: () => import("./best.ts"),
  studies: () => import("./studies.ts"),
  inference: () => import("./inference.ts"),
  curves: () => import("./curves.ts"),
  report: () => import("./report.ts"),
  lineage: () => import("./lineage.ts"),
  whence: () => import("./whence.ts"),
  impact: () => import("./impact.ts"),
  retrain: () => import("./retrain.ts"),
  ask: () => import("./ask.ts"),
  query: () => import("./query.ts"),
  plan: () => import("./plan.ts"),
  check: () => import("./check.ts"),
  convert: () => import("./convert.ts"),
  diff: () => import("./diff.ts"),
  validate: () => import("./validate.ts"),
  flush: () => import("./flush.ts"),
  push: () => import("./push.ts"),
  pull: () => import("./pull.ts"),
  compact: () => import("./compact.ts"),
  close: () => import("./close.ts"),
  tag: async () => ({ command: (await import("./remarks.ts")).tagCommand }),
  note: async () => ({ command: (await import("./remarks.ts")).noteCommand }),
  rename: async () => ({ command: (await import("./remarks.ts")).renameCommand }),
  delete: () => import("./delete.ts"),
  gc: () => import("./gc.ts"),
  stats: () => import("./stats.ts"),
  doctor: () => import("./doctor.ts"),
  completion: async () => ({ command: (await import("./completion.ts")).completionCommand(COMMANDS) }),
};

/** Options that every command takes. */
const COMMON = { help: { type: "boolean", short: "h", summary: "this text" } } as const;

async function main(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    const asked = name === "help" ? rest[0] : undefined;
    console.log(asked === undefined ? await generalHelp(COMMANDS) : commandHelp(await load(asked), COMMON));
    return name === undefined ? EXIT.usage : EXIT.done;
  }
  if (name === "--version" || name === "-v") {
    console.log(VERSION);
    return EXIT.done;
  }
  const command = await load(name);
  const input = parse(command, rest);
  if (input.options.help === true) {
    console.log(commandHelp(command, COMMON));
    return EXIT.done;
  }
  return await command.run(input);
}

async function load(name: string): Promise<Command> {
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load) return (await load()).command;
  throw new ProvenanceError("bad-option", `there is no command ${JSON.stringify(name)}; provml help lists them`);
}

function parse(command: Command, args: readonly string[]): CommandInput {
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({
      args: joined(command, args),
      options: { ...command.options, ...COMMON },
      allowPositionals: true,
    });
  } catch (cause) {
    const [reason] = (cause as Error).message.split(/\.\s/);
    throw new ProvenanceError("bad-option", `${reason}; provml ${command.name} --help lists the options`, { cause });
  }
  const { values, positionals } = parsed;
  const { least, most } = command.arguments;
  if (values.help !== true && (positionals.length < least || positionals.length > most)) {
    throw new ProvenanceError("bad-argument", `usage: provml ${command.name} ${command.usage}`);
  }
  return { options: values as CommandInput["options"], positionals };
}

/** `--sort -x` as `--sort=-x`: Node's own parser asks for that where a value begins with a dash. A number the command itself judges. */
function joined({ options }: Command, args: readonly string[]): string[] {
  const all: string[] = [];
  for (const arg of args) {
    const option = all.at(-1)?.startsWith("--") ? options[all.at(-1)?.slice(2) ?? ""] : undefined;
    if (option?.type === "string" && (option.takesDash === true ? /^-[^-]/ : /^-[\d.]/).test(arg))
      all.push(`${all.pop()}=${arg}`);
    else all.push(arg);
  }
  return all;
}

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(EXIT.done); // the reader, such as head, has seen enough
  printError(new Error(`standard output cannot be written: ${error.message}`));
  process.exit(EXIT.fault);
});

main(process.argv.slice(2))
  .then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      printError(error);
      process.exitCode = exitCodeOf(error);
    },
  )
  .then(doWhatIsLeft);
