import type { PlainValue } from "../query/index.ts";
import { type Cell, shortNumber, table } from "./output.ts";

/** An id as people type it: its last part, which is unique in practice because it holds the writer's random name. */
export function shownId(iri: string): string {
  return iri.slice(Math.max(iri.lastIndexOf("/"), iri.lastIndexOf("#")) + 1);
}

/** A time in this machine's zone, to the second. */
export function localTime(time: string | undefined): string {
  if (time === undefined) return "";
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return time;
  const two = (n: number) => String(n).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** A recorded value in a cell. */
export function shownValue(value: PlainValue | undefined): Cell {
  if (value === undefined) return undefined;
  if (typeof value === "number") return Number.isFinite(value) ? Number(shortNumber(value)) : String(value);
  if (typeof value === "string") return value;
  if (value === null || typeof value === "boolean") return String(value);
  return "omitted" in value ? value.omitted : JSON.stringify(value);
}

export function printTable(head: readonly string[], rows: readonly (readonly Cell[])[]): void {
  console.log(table(head, rows));
}
