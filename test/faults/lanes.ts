const LANES = 2;

export interface Turn<T, R> {
  /** Whether nothing may run beside it. */
  isAlone(item: T): boolean;
  run(item: T): Promise<R>;
  /** Told of each, in the order of the items. */
  done(result: R): void;
}

/** Runs all, two at a time: this machine's cores. */
export async function inTurn<T, R>(items: readonly T[], { isAlone, run, done }: Turn<T, R>): Promise<void> {
  const results = new Map<number, R>();
  let told = 0;
  const runOne = async (item: T, number: number) => {
    results.set(number, await run(item));
    for (; results.has(told); told++) {
      done(results.get(told) as R);
      results.delete(told);
    }
  };
  const underWay = new Set<Promise<void>>();
  for (const [number, item] of items.entries()) {
    if (isAlone(item)) await Promise.all(underWay);
    const one = runOne(item, number).finally(() => underWay.delete(one));
    underWay.add(one);
    if (isAlone(item)) await one;
    if (underWay.size >= LANES) await Promise.race(underWay);
  }
  await Promise.all(underWay);
}
