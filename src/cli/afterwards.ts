const works: (() => Promise<void>)[] = [];

/** Has something done once the command has given its answer, so that nobody waits for it. It prints its own faults. */
export function afterwards(work: () => Promise<void>): void {
  works.push(work);
}

export async function doWhatIsLeft(): Promise<void> {
  if (works.length > 0) await new Promise((resolve) => process.stdout.write("", resolve)); // a pipe takes an answer when its reader does
  for (const work of works.splice(0)) await work();
}
