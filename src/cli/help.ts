import type { Command, CommandOption } from "./command.ts";

type Options = Readonly<Record<string, CommandOption>>;

export async function generalHelp(
  commands: Readonly<Record<string, () => Promise<{ command: Command }>>>,
): Promise<string> {
  const loaded = await Promise.all(Object.values(commands).map((load) => load()));
  const width = Math.max(...loaded.map(({ command }) => command.name.length));
  const lines = loaded.map(({ command }) => `  ${command.name.padEnd(width)}  ${command.summary}`);
  return [
    "usage: provml COMMAND [OPTIONS]",
    "",
    "Asks what was recorded of machine-learning work: where a model comes from, how it was trained, on what data.",
    "",
    ...lines,
    "",
    "provml help COMMAND tells more.",
    "Exit codes: 0 done, 1 the answer is no, 2 bad usage or unreadable input, 3 a fault outside.",
  ].join("\n");
}

export function commandHelp(command: Command, common: Options): string {
  const rows = Object.entries({ ...command.options, ...common }).map(
    ([name, { short, value, summary }]): [string, string] => [
      `${short === undefined ? "" : `-${short}, `}--${name}${value === undefined ? "" : ` ${value}`}`,
      summary,
    ],
  );
  const width = Math.max(...rows.map(([left]) => left.length));
  const options = rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
  return [`usage: provml ${command.name} ${command.usage}`.trimEnd(), "", command.summary, "", ...options].join("\n");
}
