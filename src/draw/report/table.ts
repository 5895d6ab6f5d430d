import type { PlainValue } from "../../query/index.ts";
import { xmlText } from "../text/escape.ts";

export type HtmlCell = string | number | undefined;

/** A table as HTML; numbers stand to the right. With `mark`, each row is a run, and that stands before its first cell. */
export function htmlTable(
  head: readonly string[],
  rows: readonly (readonly HtmlCell[])[],
  mark?: (row: number) => string,
): string {
  const heads = head.map((name) => `<th scope="col">${xmlText(name)}</th>`).join("");
  const lines = rows.map((cells, row) => {
    const texts = head.map((_, i) => cellHtml(cells[i], i === 0 && mark ? mark(row) : ""));
    return `<tr${mark ? ` data-line="${row}"` : ""}>${texts.join("")}</tr>`;
  });
  return `<div class="scroll"><table>\n<thead><tr>${heads}</tr></thead>\n<tbody>\n${lines.join("\n")}\n</tbody>\n</table></div>`;
}

function cellHtml(cell: HtmlCell, before: string): string {
  const isNumber = typeof cell === "number";
  return `<td${isNumber ? ' class="number"' : ""}>${before}${xmlText(isNumber ? numberText(cell) : (cell ?? ""))}</td>`;
}

/** As it was recorded, to six digits. */
function numberText(value: number): string {
  return Number.isInteger(value) || !Number.isFinite(value) ? String(value) : String(Number(value.toPrecision(6)));
}

export function valueText(value: PlainValue | undefined): string {
  if (value === undefined) return "";
  if (typeof value === "number") return numberText(value);
  if (typeof value === "string") return value;
  return value !== null && typeof value === "object" && "omitted" in value ? value.omitted : JSON.stringify(value);
}

/** In UTC, to the second, so that the page is the same wherever it is made. */
export function timeText(time: string | undefined): string {
  const date = new Date(time ?? "");
  if (Number.isNaN(date.getTime())) return time ?? "";
  return date.toISOString().replace("T", " ").slice(0, 19);
}
