import { ProvenanceError } from "../model/error.ts";

/** A table's cell; numbers stand to the right. */
export type Cell = string | number | undefined;

/**
 * A table as plain text, columns two spaces apart. On a terminal it fits the width: the widest columns of text give way, and what is
 * cut ends in `…`.
 */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[], width = terminalWidth()): string {
  const cells = [head, ...rows].map((row) => head.map((_, i) => oneLine(row[i])));
  const widths = head.map((_, i) => Math.max(...cells.map((row) => [...(row[i] as string)].length)));
  const isNumber = head.map(
    (_, i) => rows.length > 0 && rows.every((row) => row[i] === undefined || typeof row[i] === "number"),
  );
  let excess = widths.reduce((sum, w) => sum + w + 2, -2) - width;
  while (excess > 0) {
    const widest = widths.indexOf(Math.max(...widths));
    if ((widths[widest] as number) <= SHORTEST_COLUMN) break;
    widths[widest] = (widths[widest] as number) - 1;
    excess--;
  }
  const lines = cells.map((row) =>
    row
      .map((text, i) => fit(text, widths[i] as number, isNumber[i] as boolean))
      .join("  ")
      .trimEnd(),
  );
  return lines.join("\n");
}
const SHORTEST_COLUMN = 8;

function fit(text: string, width: number, isRight: boolean): string {
  const characters = [...text];
  const shown = characters.length > width ? `${characters.slice(0, width - 1).join("")}…` : text;
  const gap = " ".repeat(Math.max(0, width - [...shown].length));
  return isRight ? gap + shown : shown + gap;
}

/** Control characters, which could move the cursor or hide text, are shown as escapes. */
function oneLine(cell: Cell): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  return String(cell ?? "").replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, escaped);
}

function escaped(character: string): string {
  return character === "\n" ? "\\n" : `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** Text from the graph for the terminal, on one line. */
export function plainText(text: string): string {
  return oneLine(text);
}

/** RFC 4180, with lines ending in CR LF. */
export function csv(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const line = (cells: readonly Cell[]) => head.map((_, i) => quoted(String(cells[i] ?? ""))).join(",");
  return [head, ...rows].map((cells) => `${line(cells)}\r\n`).join("");
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function printJson(value: unknown): void {
  console.log(JSON.stringify(value, null, 2));
}

/** A number as people read it: at most four significant digits after what is needed. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value) || Number.isInteger(value)) return String(value);
  return String(Number(value.toPrecision(4)));
}

export function duration(milliseconds: number): string {
  if (milliseconds < 1) return `${Math.round(milliseconds * 1000)} µs`;
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`;
}

export function bytes(count: number): string {
  for (const [unit, size] of UNITS) if (count >= size) return `${(count / size).toFixed(1)} ${unit}`;
  return `${count} B`;
}
const UNITS = [
  ["GiB", 1024 ** 3],
  ["MiB", 1024 ** 2],
  ["KiB", 1024],
] as const;

/** One line on the error stream; what is not provml's own error keeps its stack when PROVML_DEBUG is set. */
export function printError(error: unknown): void {
  const text = error instanceof Error ? error.message : String(error);
  console.error(`provml: ${oneLine(text)}`);
  if (process.env.PROVML_DEBUG && !(error instanceof ProvenanceError)) console.error(error);
}

/** Progress on one line of a terminal; nothing elsewhere. */
export function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

function terminalWidth(): number {
  return process.stdout.isTTY ? process.stdout.columns : Number.POSITIVE_INFINITY;
}
