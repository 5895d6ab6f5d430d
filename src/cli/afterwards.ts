const works: (() => Promise<void>)[] = [];

/** Has something done once the command has given its answer, so that nobody waits for it. It prints its own faults. */
export function afterwards(work: () => Promise<void>): void {
  works.push(work);
}

export async function doWhatIsLeft(): Promise<void> {
  for (const work of works.splice(0)) await work();
}
