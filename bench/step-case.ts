import { provenance } from "provml";
import type { Order, WorkCase } from "./case.ts";
import { expectSpooled } from "./spooled.ts";

type Numbers = Record<string, number>;

interface Size {
  /** How many numbers the step gets, and how many it returns. */
  readonly numbers: number;
  readonly mostNanoseconds: number;
  readonly items: number;
  readonly quickItems: number;
}

/** A wrapped function that does nothing: its start with the numbers that it got, its end with those that it returned. */
export function stepCase({ numbers, mostNanoseconds, items, quickItems }: Size): WorkCase {
  return {
    kind: "work",
    name: `step-${numbers}`,
    what: `a wrapped call, ${numbers} numbers in, ${numbers} out`,
    peer: "otel-span",
    targets: [{ nanoseconds: mostNanoseconds, of: "cpu" }],
    items,
    quickItems,
    async work({ directory, warmItems, items: timedItems, timed }: Order) {
      const { activity, flush } = provenance({ directory });
      const give = objectMaker(numbers);
      const scale = activity("scale", (given: Numbers): Numbers => give(given.feature0 ?? 0));
      const call = (times: number) => {
        for (let i = 0; i < times; i++) scale(give(i));
      };
      call(warmItems);
      await flush();
      await timed(() => call(timedItems));
    },
    check(directory, calls) {
      expectSpooled(directory, { parameters: numbers * calls, outputs: numbers * calls });
    },
  };
}

/** Makes a new object at each call, as data comes; doubles of full length, the dearest to write. */
function objectMaker(numbers: number): (i: number) => Numbers {
  const members = Array.from({ length: numbers }, (_, n) => `feature${n}: (i + ${n + 1}) / 7`);
  return new Function("i", `return { ${members.join(", ")} };`) as (i: number) => Numbers;
}
