/** Of larger content no digest is made in the caller's thread, and nothing is recorded but that there was some. */
const MOST_CHARACTERS = 1024 * 1024;
const MOST_VALUES = 10_000;
const DEEPEST = 32;

/**
 * A value as JSON in canonical form (RFC 8785): members sorted, no white space. What JSON cannot say is left out as `JSON.stringify` does;
 * bytes are their base64, URLs and dates their text. Undefined where the value is too large, too deep, cyclic or cannot be read.
 */
export function canonicalJson(value: unknown): string | undefined {
  try {
    const budget = { characters: MOST_CHARACTERS, values: MOST_VALUES };
    return textOf(value, budget, 0);
  } catch {
    return undefined;
  }
}

interface Budget {
  characters: number;
  values: number;
}

function textOf(value: unknown, budget: Budget, depth: number): string | undefined {
  if (--budget.values < 0 || depth > DEEPEST) throw TOO_LARGE;
  switch (typeof value) {
    case "string":
      return quoted(value, budget);
    case "number":
      return Number.isFinite(value) ? JSON.stringify(value) : "null";
    case "boolean":
      return String(value);
    case "bigint":
      return quoted(String(value), budget);
    case "object":
      return value === null ? "null" : textOfObject(value, budget, depth + 1);
    default:
      return undefined;
  }
}

function textOfObject(value: object, budget: Budget, depth: number): string {
  if (Array.isArray(value)) {
    if (value.length > budget.values) throw TOO_LARGE;
    return `[${Array.from(value, (item) => textOf(item, budget, depth) ?? "null").join(",")}]`;
  }
  if (ArrayBuffer.isView(value)) {
    if (value.byteLength > budget.characters) throw TOO_LARGE;
    return quoted(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64"), budget);
  }
  if (value instanceof URL || value instanceof Date) return quoted(JSON.parse(JSON.stringify(value)) as string, budget);
  const members: string[] = [];
  for (const name of Object.keys(value).sort()) {
    const text = textOf((value as Record<string, unknown>)[name], budget, depth);
    if (text !== undefined) members.push(`${quoted(name, budget)}:${text}`);
  }
  return `{${members.join(",")}}`;
}

function quoted(text: string, budget: Budget): string {
  budget.characters -= text.length;
  if (budget.characters < 0) throw TOO_LARGE;
  return JSON.stringify(text.toWellFormed());
}

const TOO_LARGE = new RangeError("too large for a digest at capture");
