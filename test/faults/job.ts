import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { sabotagedBuild } from "./sabotage.ts";
import { blame, type FaultTrial, failureOf, noOutcome, type Outcome, type Sabotage, type Scale } from "./trial.ts";

const TRIES = fileURLToPath(new URL("programs/tries.js", import.meta.url));

/** One line of what is to be printed: a trial, or a sabotage that its sampled form must notice. */
export interface Job {
  readonly kind: "measurement" | "trial" | "sabotage";
  readonly name: string;
  run(): Promise<Printed>;
}

export interface Printed {
  readonly isFailed: boolean;
  readonly lines: readonly string[];
}

export const HEADING = line("trial", "trials", "faults", "lost", "duplicated", "unexplained", "time");

/** The trial itself, and each of its sabotages. */
export function jobsIn(trial: FaultTrial, scale: Scale, build: string): Job[] {
  const { name, sabotages, measuresSpeed } = trial;
  return [
    {
      kind: measuresSpeed && scale !== "sampled" ? "measurement" : "trial",
      name,
      run: () => tryTrial(trial, scale, build),
    },
    ...sabotages.map((sabotage) => ({
      kind: "sabotage" as const,
      name: `${name}, sabotaged (${sabotage.name})`,
      run: () => trySabotage(trial, sabotage, build),
    })),
  ];
}

async function tryTrial({ name, promise }: FaultTrial, scale: Scale, build: string): Promise<Printed> {
  const start = performance.now();
  const outcome = await outcomeOf(name, scale, build);
  const { trials, faults, lost, duplicated, unexplained, notes } = outcome;
  const figures = line(name, trials, faults, lost, duplicated, unexplained, seconds(start));
  const failure = failureOf(outcome);
  const told = [...(failure === undefined ? [] : [`${failure}: ${promise}`]), ...notes];
  return { isFailed: failure !== undefined, lines: [figures, ...told.map((note) => `  ${note}`)] };
}

/** Each sabotaged build must fail its trial: lose something, double it, or do what nobody can explain. */
async function trySabotage({ name }: FaultTrial, sabotage: Sabotage, build: string): Promise<Printed> {
  const start = performance.now();
  const said = (isFailed: boolean, found: string): Printed => {
    return { isFailed, lines: [`${name}, sabotaged (${sabotage.name}): ${found}, ${seconds(start)}`] };
  };
  try {
    using sabotaged = sabotagedBuild(build, sabotage);
    const { lost, duplicated, unexplained } = await outcomeOf(name, "sampled", sabotaged.build);
    if (lost + duplicated + unexplained === 0) return said(true, "NOT NOTICED");
    return said(false, `noticed, ${lost} lost, ${duplicated} duplicated, ${unexplained} unexplained`);
  } catch (error) {
    return said(true, `NOT DONE, ${error}`);
  }
}

/** In a process of its own: one that crashes shows nothing of what it promises, and keeps no other from running. */
async function outcomeOf(name: string, scale: Scale, build: string): Promise<Outcome> {
  const child = fork(TRIES, [name, scale, build]);
  let told: Outcome | undefined;
  child.on("message", (message) => {
    told = message as Outcome;
  });
  const [code, signal] = await once(child, "close");
  if (told !== undefined) return told;
  const outcome = noOutcome();
  blame(outcome, "unexplained", 1, `the process of ${name} ended with ${signal ?? code}`);
  return outcome;
}

function seconds(start: number): string {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}

function line(name: string, ...rest: readonly (string | number)[]): string {
  return name.padEnd(32) + rest.map((text) => String(text).padStart(12)).join("");
}
