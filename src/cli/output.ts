import { ProvenanceError } from "../model/error.ts";
import { toJSON } from "../query/csv.ts";

/** Control characters and those that turn the direction of text could move the cursor or hide something: they are shown as escapes. */
export function plainText(text: string): string {
  return text.replace(CONTROLS, (character) => (character === "\n" ? "\\n" : escaped(character)));
}

/** The same for text of several lines in a notation that knows these escapes, as Turtle does. */
export function plainLines(text: string): string {
  return text.replace(CONTROLS, (character) => (character === "\n" ? "\n" : escaped(character)));
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
}

/** JSON has no word for NaN and the infinities; they come as those of XML Schema: "NaN", "INF", "-INF". */
export function printJson(value: unknown, indent = 2): void {
  console.log(toJSON(value, indent));
}

/** A number as people read it: at most four significant digits after what is needed. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value) || Number.isInteger(value)) return String(value);
  return String(Number(value.toPrecision(4)));
}

export function duration(milliseconds: number): string {
  if (milliseconds < 0.9995) return `${Math.round(milliseconds * 1000)} µs`;
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
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

/** `1 row`, `2 rows`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** One line on the error stream; what is not provml's own error keeps its stack when PROVML_DEBUG is set. */
export function printError(error: unknown): void {
  printNote(error instanceof Error ? error.message : String(error));
  if (process.env.PROVML_DEBUG && !(error instanceof ProvenanceError)) console.error(error);
}

/** One line on the error stream, beside an answer. */
export function printNote(text: string): void {
  progress("");
  console.error(`provml: ${plainText(text)}`);
}

/** Progress on one line of a terminal; nothing elsewhere. Empty text takes it away. */
export function progress(text: string): void {
  if (!process.stderr.isTTY || (text === "" && !isShowing)) return;
  isShowing = text !== "";
  process.stderr.write(`\r\x1b[K${text}`);
}
let isShowing = false;

/** Columns of the terminal; Infinity where there is none. */
export function terminalWidth(): number {
  return (process.stdout.isTTY && process.stdout.columns) || Number.POSITIVE_INFINITY;
}
