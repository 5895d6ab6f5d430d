/** Does the work for each item, two at a time: this machine's cores. */
export async function twoAtOnce<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < items.length) await work(items[next++] as T);
  };
  await Promise.all([worker(), worker()]);
}

/** Numbers from 1 to the last: all, or so many of them from end to end. */
export function spread(last: number, most: number): number[] {
  if (last <= most) return Array.from({ length: last }, (_, n) => n + 1);
  return Array.from({ length: most }, (_, n) => 1 + Math.round((n * (last - 1)) / Math.max(1, most - 1)));
}
