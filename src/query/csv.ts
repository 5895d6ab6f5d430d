/** What stands in a place of a CSV file. */
export type CsvCell = string | number | undefined;

/** RFC 4180, with lines ending in CR LF. */
export function csvText(head: readonly string[], rows: readonly (readonly CsvCell[])[]): string {
  const line = (cells: readonly CsvCell[]) => head.map((_, i) => quoted(String(cells[i] ?? ""))).join(",");
  return [head, ...rows].map((cells) => `${line(cells)}\r\n`).join("");
}

export interface CsvOptions {
  /**
   * What becomes of texts that a spreadsheet takes for formulas, those that begin with `=`, `+`, `-`, `@`, a tabulator or a carriage return, columns' names among them. `kept`: they
   * stand as they are, as programs want them. `escaped`: a `'` stands in front, as it is for people who open the file in a spreadsheet. Numbers are none. Default: `kept`.
   */
  readonly formulas?: "kept" | "escaped";
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * A list of answers as CSV (RFC 4180): runs, models, points of a series, rows of a SELECT, nodes of a lineage; a single answer, as of `whence` or `run`, is one row. A column for
 * each field that any of them has, in the order in which they come; what is inside an object has the name `hyperparameters.learningRate`, a list stands as JSON. Numbers are whole,
 * NaN and the infinities are the words `NaN`, `INF` and `-INF`; what is absent or null is empty.
 */
export function toCSV(answers: Iterable<object> | object, { formulas = "kept" }: CsvOptions = {}): string {
  const all: Iterable<object> = Symbol.iterator in answers ? (answers as Iterable<object>) : [answers];
  const rows = Array.from(all, (answer) => new Map(fieldsOf(answer, "")));
  const head = [...new Set(rows.flatMap((row) => [...row.keys()]))];
  const cells = rows.map((row) => head.map((name) => row.get(name)));
  if (formulas === "kept") return csvText(head, cells);
  return csvText(
    head.map(withoutFormula),
    cells.map((row) => row.map((cell) => (typeof cell === "string" ? withoutFormula(cell) : cell))),
  );
}

function withoutFormula(text: string): string {
  return /^[=+\-@\t\r]/.test(text) && !IS_NUMBER.test(text) ? `'${text}` : text;
}
/** As numbers are written here. */
const IS_NUMBER = /^-(?:INF|\d+(?:\.\d+)?(?:e[+-]\d+)?)$/;

/** An answer as JSON, with NaN and the infinities as the words `"NaN"`, `"INF"` and `"-INF"`, as XML Schema has them, where JSON.stringify has null. */
export function toJSON(answer: unknown, indent?: number): string {
  return JSON.stringify(answer, (_, value: unknown) => wordOf(value), indent);
}

function wordOf(value: unknown): unknown {
  if (typeof value !== "number" || Number.isFinite(value)) return value;
  return Number.isNaN(value) ? "NaN" : value > 0 ? "INF" : "-INF";
}

function fieldsOf(value: object, prefix: string): [name: string, cell: CsvCell][] {
  return Object.entries(value).flatMap(([key, one]): [string, CsvCell][] => {
    const name = prefix + key;
    if (one === undefined || one === null || typeof one === "function") return [[name, undefined]];
    if (Array.isArray(one)) return [[name, toJSON(one)]];
    if (typeof one === "object") return fieldsOf(one, `${name}.`);
    return [[name, typeof one === "string" ? one : String(wordOf(one))]];
  });
}
