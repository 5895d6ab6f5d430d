import { ProvenanceError } from "../model/error.ts";

/** A command of `provml`: its options as data, and what it does. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What follows the name, e.g. `FILE [--down]`. */
  readonly usage: string;
  /** How many arguments it takes beside options. */
  readonly arguments: { readonly least: number; readonly most: number };
  readonly options: Readonly<Record<string, CommandOption>>;
  /** @returns the exit code. */
  run(input: CommandInput): Promise<number>;
}

export interface CommandOption {
  readonly type: "string" | "boolean";
  readonly short?: string;
  /** What its value is, e.g. `SECONDS`. */
  readonly value?: string;
  /** Whether the value may begin with a dash. */
  readonly takesDash?: true;
  readonly summary: string;
}

export interface CommandInput {
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  readonly positionals: readonly string[];
}

/** The option that every command has which prints data. */
export const JSON_OPTION = { json: { type: "boolean", summary: "print JSON" } } as const;

/** The option that every command has which is about a directory. */
export const DIRECTORY_OPTION = {
  dir: { type: "string", value: "DIR", summary: "the .provml directory (default: found upwards from here)" },
} as const;

/** @throws {ProvenanceError} `bad-option` when more than one of these notations is asked for. */
export function checkNotation({ options }: CommandInput, ...names: readonly string[]): void {
  const given = names.filter((name) => (options[name] ?? false) !== false).map((name) => `--${name}`);
  if (given.length > 1) throw new ProvenanceError("bad-option", `${given.join(" and ")} exclude each other; give one`);
}
