/** A copy of plain data, so that what a user does to an answer changes no other. */
export function copyOf<T>(value: T): T;
export function copyOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOf);
  const copy: Record<string, unknown> = Object.getPrototypeOf(value) === null ? Object.create(null) : {};
  for (const [key, one] of Object.entries(value)) {
    if (key === "__proto__")
      Object.defineProperty(copy, key, { value: copyOf(one), enumerable: true }); // a name like any other
    else copy[key] = copyOf(one);
  }
  return copy;
}
