import { partsOfId } from "../query/ids.ts";
import type { PlainValue } from "../query/index.ts";
import { shortNumber } from "./output.ts";
import type { Cell } from "./table.ts";

/**
 * An id as people type it: the last part, which is unique in practice because it holds the writer's random name. An execution is
 * its UUID; content and commits keep their IRI.
 */
export function shownId(iri: string): string {
  const parts = partsOfId(iri);
  if (parts?.local === "execution") return parts.uuid;
  if (parts) return parts.writer === undefined ? `${parts.uuid}/${parts.local}` : parts.local;
  if (/^(?!https?:)[^/]*:/.test(iri)) return iri;
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

/** A recorded value in a cell: numbers to four digits. */
export function shownValue(value: PlainValue | undefined): Cell {
  return typeof value === "number" && Number.isFinite(value) ? Number(shortNumber(value)) : wholeValue(value);
}

/** A recorded value in a file: numbers with all their digits. */
export function wholeValue(value: PlainValue | undefined): Cell {
  if (value === undefined || typeof value === "string") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (value === null || typeof value === "boolean") return String(value);
  return "omitted" in value ? value.omitted : JSON.stringify(value);
}
