import { spawnSync } from "node:child_process";

/** How to find out whether this machine has what a trial needs. A tool that is installed but not allowed is not there. */
const TRIED_BY = {
  strace: "strace -f -qq -o /dev/null true",
  root: 'test "$(id -u)" = 0',
  tmpfs: 'd=$(mktemp -d) && mount -t tmpfs -o size=256k tmpfs "$d" && umount "$d" && rmdir "$d"',
  unshare: "unshare --pid --fork --mount-proc true",
  python3: "python3 --version",
  faketime: "faketime -f +2h true",
  rdflib: "python3 -c 'import rdflib'",
} as const;

export type Tool = keyof typeof TRIED_BY;

/** Those of them that this machine lacks. */
export function missing(tools: readonly Tool[]): Tool[] {
  return tools.filter((tool) => spawnSync("bash", ["-c", TRIED_BY[tool]], { stdio: "ignore" }).status !== 0);
}
