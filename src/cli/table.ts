import { cellsOfCharacter, cellsOfText } from "../draw/text/wide.ts";
import { csvText, toCSV } from "../query/csv.ts";
import { plainText, terminalWidth } from "./output.ts";

/** A table's cell; numbers stand to the right. */
export type Cell = string | number | undefined;

/**
 * A table as plain text, columns two spaces apart. On a terminal it fits the width: long text is cut in its middle, and columns that
 * have no place stand in a further block below, each with the first column. Numbers are never cut.
 */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[], width = terminalWidth()): string {
  const columns = shrunk(
    head.map((name, i) => columnOf([name, ...rows.map((row) => row[i])])),
    width,
  );
  return blocksOf(columns, width).map(linesOf).join("\n\n");
}

/** The option of commands that list things. */
export const CSV_OPTION = { csv: { type: "boolean", summary: "print CSV, with whole ids and numbers" } } as const;

export function printCsv(head: readonly string[], rows: readonly (readonly Cell[])[]): void {
  process.stdout.write(csvText(head, rows));
}

/** What a question answered, a column for each field; a single answer is one row. */
export function printAnswersCsv(answers: Iterable<object> | object): void {
  process.stdout.write(toCSV(answers));
}

interface Column {
  /** The head and the cells below it. */
  readonly texts: readonly string[];
  readonly width: number;
  readonly isNumber: boolean;
}

function columnOf([head, ...cells]: readonly Cell[]): Column {
  const isNumber = cells.length > 0 && cells.every((cell) => cell === undefined || typeof cell === "number");
  const texts = [head, ...cells].map((cell) => plainText(String(cell ?? "")));
  return { texts, isNumber, width: texts.reduce((widest, text) => Math.max(widest, lengthOf(text)), 0) };
}

const GAP = 2;
/** Text columns of this width are left alone where there is space for two of them. */
const SHORT_COLUMN = 20;

/** The widest columns of text give way first. */
function shrunk(columns: readonly Column[], width: number): Column[] {
  const least = Math.max(4, Math.min(SHORT_COLUMN, Math.floor((width - GAP) / 2)));
  const widths = columns.map((column) => column.width);
  let excess = totalWidth(columns) - width;
  while (excess > 0) {
    const textWidths = widths.map((its, i) => (columns[i]?.isNumber ? 0 : its));
    const widest = Math.max(0, ...textWidths);
    if (widest <= least) break;
    widths[textWidths.indexOf(widest)] = widest - 1;
    excess--;
  }
  return columns.map((column, i) => ({ ...column, width: widths[i] as number }));
}

function blocksOf([first, ...others]: readonly Column[], width: number): Column[][] {
  if (first === undefined) return [];
  const blocks: Column[][] = [];
  let block = [first];
  for (const column of others) {
    if (block.length > 1 && totalWidth([...block, column]) > width) {
      blocks.push(block);
      block = [first];
    }
    block.push(column);
  }
  return [...blocks, block];
}

function totalWidth(columns: readonly Column[]): number {
  return columns.reduce((sum, column) => sum + column.width + GAP, -GAP);
}

function linesOf(columns: readonly Column[]): string {
  const [first] = columns;
  const lines = first?.texts.map((_, line) =>
    columns
      .map(({ texts, width, isNumber }) => fit(texts[line] as string, width, isNumber))
      .join(" ".repeat(GAP))
      .trimEnd(),
  );
  return lines?.join("\n") ?? "";
}

function fit(text: string, width: number, isRight: boolean): string {
  const shown = cutMiddle(text, width);
  const gap = " ".repeat(Math.max(0, width - lengthOf(shown)));
  return isRight ? gap + shown : shown + gap;
}

/** Keeps the beginning and the end, which tell ids and paths apart. */
function cutMiddle(text: string, width: number): string {
  if (lengthOf(text) <= width) return text;
  const characters = [...text];
  const tail = cutTo(characters.reverse(), Math.floor((width - 1) / 2)).reverse();
  const head = cutTo(characters.reverse(), width - 1 - lengthOf(tail.join("")));
  return `${head.join("")}…${tail.join("")}`;
}

/** The end of a text that has no place is left out. */
export function cutEnd(text: string, width: number): string {
  return lengthOf(text) <= width ? text : `${cutTo([...text], width - 1).join("")}…`;
}

/** As many characters from the first on as have place. */
function cutTo(characters: readonly string[], width: number): string[] {
  let left = width;
  const end = characters.findIndex((character) => {
    left -= cellsOfCharacter(character);
    return left < 0;
  });
  return characters.slice(0, end === -1 ? characters.length : end);
}

/** In cells of a terminal. */
export function lengthOf(text: string): number {
  return cellsOfText(text);
}
