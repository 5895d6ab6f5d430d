import { ProvenanceError } from "../model/error.ts";
import type { ListOptions, RunFilter } from "../query/index.ts";
import { parseRunFilter } from "../query/runs/run-filter-text.ts";
import type { CommandInput } from "./command.ts";

/** The options of commands that list runs or models. */
export const LIST_OPTIONS = {
  where: { type: "string", value: "FILTER", summary: "list these only, e.g. 'lr < 0.01 and not status = failed'" },
  sort: {
    type: "string",
    value: "FIELD",
    takesDash: true,
    summary: "in this order, e.g. -accuracy: the greatest first",
  },
  limit: { type: "string", value: "N", summary: "list that many at most" },
  columns: { type: "string", value: "NAMES", summary: "show these columns only, e.g. name,lr,accuracy" },
} as const;

/**
 * What of a list is asked for, with further conditions.
 * @throws {ProvenanceError} `bad-argument`, `bad-option`
 */
export function listOptions(input: CommandInput, more: readonly RunFilter[] = []): ListOptions {
  const { where } = input.options;
  const filters: RunFilter[] = [...(where === undefined ? [] : [parseRunFilter(String(where))]), ...more];
  const [sort, limit] = [namesOf(input, "sort"), countOf(input, "limit")];
  return {
    ...(filters.length > 0 ? { where: { and: filters } } : {}),
    ...(sort === undefined ? {} : { sort }),
    ...(limit === undefined ? {} : { limit }),
  };
}

/** @throws {ProvenanceError} `bad-option` */
export function countOf({ options }: CommandInput, option: "limit"): number | undefined {
  const text = options[option];
  if (text === undefined) return undefined;
  if (/^\d+$/.test(String(text))) return Number(text);
  throw new ProvenanceError("bad-option", `--${option} is ${JSON.stringify(text)}; give a whole number, 0 or more`);
}

/**
 * What stands between commas, blanks around it left out.
 * @throws {ProvenanceError} `bad-option`
 */
export function namesOf({ options }: CommandInput, option: "columns" | "sort" | "by"): string[] | undefined {
  const text = options[option];
  if (typeof text !== "string") return undefined;
  const names = text.split(",").map((name) => name.trim());
  if (!names.includes("")) return names;
  throw new ProvenanceError(
    "bad-option",
    `--${option} is ${JSON.stringify(text)}; give names with one comma between them`,
  );
}
