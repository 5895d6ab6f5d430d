/** Which numbers belong to a number, for numbers from 0 up: those of n are `others[start[n]]` to `others[start[n + 1] - 1]`. */
export interface Lists {
  readonly start: Int32Array;
  readonly others: Int32Array;
}

/** Of pairs of numbers the second ones by the first, in their order; pairs whose first number is negative are left out. */
export function listsOf(firsts: Int32Array, seconds: Int32Array): Lists {
  let most = -1;
  for (let i = 0; i < firsts.length; i++) most = Math.max(most, firsts[i]!);
  const start = new Int32Array(most + 2);
  for (let i = 0; i < firsts.length; i++) if (firsts[i]! >= 0) start[firsts[i]! + 1]!++;
  for (let n = 0; n <= most; n++) start[n + 1]! += start[n]!;
  const next = start.slice();
  const others = new Int32Array(start[most + 1]!);
  for (let i = 0; i < firsts.length; i++) if (firsts[i]! >= 0) others[next[firsts[i]!]!++] = seconds[i]!;
  return { start, others };
}

/** The same pairs the other way round. */
export function turned({ start, others }: Lists): Lists {
  const seconds = new Int32Array(others.length);
  for (let n = 0; n + 1 < start.length; n++) seconds.fill(n, start[n]!, start[n + 1]!);
  return listsOf(others, seconds);
}

/** Where the list of a number begins and ends in `others`. */
export function startIn({ start }: Lists, number: number): number {
  return number >= 0 && number + 1 < start.length ? start[number]! : 0;
}

export function endIn({ start }: Lists, number: number): number {
  return number >= 0 && number + 1 < start.length ? start[number + 1]! : 0;
}
