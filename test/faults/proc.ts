import { readFileSync } from "node:fs";

/*
 * What Linux says of processes. Times are in its ticks, a hundredth of a second each.
 */

/** User and system time of a process that runs. */
export function cpuSeconds(pid: number | undefined): number {
  const [user, system] = timesOf(String(pid));
  return user + system;
}

/** User and system time of all those children of this process that have ended. */
export function cpuSecondsOfEnded(): number {
  const [, , user, system] = timesOf("self");
  return user + system;
}

/** The most memory that a process has had resident. */
export function peakMiB(pid: number | undefined): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}

/** For how long the main thread of a process could have run and another process did. */
export function starvedSeconds(pid: number | undefined): number {
  const [, waited] = readFileSync(`/proc/${pid}/schedstat`, "utf8").split(" ");
  return Number(waited) / 1e9;
}

/** Fields 14 to 17 of /proc/PID/stat; the program's name before them may hold blanks. */
function timesOf(process: string): [number, number, number, number] {
  const stat = readFileSync(`/proc/${process}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields.slice(11, 15).map((ticks) => Number(ticks) / 100) as [number, number, number, number];
}
