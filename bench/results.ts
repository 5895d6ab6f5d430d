import type { ProgramCase, Sample, Target, WorkCase } from "./case.ts";

/** What has its turn in every round. */
export type RoundCase = WorkCase | ProgramCase;

/** The median with the least and the most, of nanoseconds an item or of bytes. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export interface Result {
  readonly name: string;
  readonly what: string;
  readonly kind: RoundCase["kind"];
  readonly processes: number;
  readonly cpu?: Spread;
  readonly wall?: Spread;
  readonly rssBytes?: Spread;
  readonly rssTarget?: { readonly bytes: number; readonly met?: boolean };
  /** The case's CPU divided by its peer's. */
  readonly peer?: { readonly name: string; readonly ratio: number };
  readonly targets: readonly (Target & { readonly met?: boolean })[];
  /** Why there are no numbers. */
  readonly failure?: string;
}

/** What a program loads besides node's own modules: how many of provml's, and which of others'. */
export interface Modules {
  readonly own: number;
  readonly foreign: readonly string[];
}

export function resultsOf(
  samples: ReadonlyMap<RoundCase, readonly Sample[]>,
  failures: ReadonlyMap<RoundCase, string>,
  judging: "judged" | "not judged",
): Result[] {
  const cpuOf = new Map<string, number>();
  for (const [one, taken] of samples) {
    if (!failures.has(one)) cpuOf.set(one.name, spreadOf(taken.map(({ cpu }) => cpu)).median);
  }
  return [...samples].map(([one, taken]): Result => {
    const { name, what, kind, peer, targets = [] } = one;
    const result = { name, what, kind, processes: taken.length, targets };
    const failure = failures.get(one);
    if (failure !== undefined) return { ...result, failure };
    const cpu = spreadOf(taken.map((sample) => sample.cpu));
    const wall = spreadOf(taken.map((sample) => sample.wall));
    const rss = taken.flatMap(({ rssBytes }) => rssBytes ?? []);
    const peerCpu = peer === undefined ? undefined : cpuOf.get(peer);
    const ratio = peerCpu === undefined ? undefined : cpu.median / peerCpu;
    const judged = targets.map((target) => {
      if (judging === "not judged") return target;
      if ("nanoseconds" in target) return { ...target, met: { cpu, wall }[target.of].median <= target.nanoseconds };
      return ratio === undefined ? target : { ...target, met: ratio <= target.ratio };
    });
    return {
      ...result,
      cpu,
      wall,
      ...(rss.length > 0 ? { rssBytes: spreadOf(rss), ...rssTarget(one, spreadOf(rss), judging) } : {}),
      ...(peer !== undefined && ratio !== undefined ? { peer: { name: peer, ratio } } : {}),
      targets: judged,
    };
  });
}

function rssTarget(one: RoundCase, { median }: Spread, judging: "judged" | "not judged"): Pick<Result, "rssTarget"> {
  if (one.kind !== "program" || one.mostRssBytes === undefined) return {};
  const bytes = one.mostRssBytes;
  return { rssTarget: { bytes, ...(judging === "judged" ? { met: median <= bytes } : {}) } };
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number) => sorted[index] as number;
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? at(middle) : (at(middle - 1) + at(middle)) / 2;
  return { median, min: at(0), max: at(sorted.length - 1) };
}
