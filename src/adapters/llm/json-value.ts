/** Of larger content no digest is made in the caller's thread, and nothing is recorded but that there was some. */
const MOST_CHARACTERS = 1024 * 1024;
const MOST_VALUES = 10_000;
const DEEPEST = 32;

/**
 * A copy of a value that JSON can tell: what it cannot is left out as `JSON.stringify` does; bytes are their base64, URLs and dates their text.
 * Undefined where the value is too large, too deep, cyclic or cannot be read.
 */
export function jsonValue(value: unknown): unknown {
  try {
    return copied(value, { characters: MOST_CHARACTERS, values: MOST_VALUES }, 0);
  } catch {
    return undefined;
  }
}

interface Budget {
  characters: number;
  values: number;
}

function copied(value: unknown, budget: Budget, depth: number): unknown {
  if (--budget.values < 0 || depth > DEEPEST) throw TOO_LARGE;
  switch (typeof value) {
    case "string":
      return text(value, budget);
    case "number":
      return Number.isFinite(value) ? value : null;
    case "boolean":
      return value;
    case "bigint":
      return text(String(value), budget);
    case "object":
      return value === null ? null : copiedObject(value, budget, depth + 1);
    default:
      return undefined;
  }
}

function copiedObject(value: object, budget: Budget, depth: number): unknown {
  if (Array.isArray(value)) {
    if (value.length > budget.values) throw TOO_LARGE;
    return Array.from(value, (item) => copied(item, budget, depth) ?? null);
  }
  if (ArrayBuffer.isView(value)) {
    if (value.byteLength > budget.characters) throw TOO_LARGE;
    return text(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64"), budget);
  }
  if (value instanceof URL || value instanceof Date) return text(JSON.parse(JSON.stringify(value)) as string, budget);
  const members: [string, unknown][] = [];
  for (const name of Object.keys(value)) {
    const member = copied((value as Record<string, unknown>)[name], budget, depth);
    if (member !== undefined) members.push([text(name, budget), member]);
  }
  return Object.fromEntries(members); // under a name such as `__proto__`, too
}

function text(given: string, budget: Budget): string {
  budget.characters -= given.length;
  if (budget.characters < 0) throw TOO_LARGE;
  return given.toWellFormed();
}

const TOO_LARGE = new RangeError("too large for a digest at capture");
