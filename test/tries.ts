/** Whether the tests try as much as they can, with PROVML_TEST_FULL=1, and not only what is enough for every change. */
export const IS_FULL = process.env.PROVML_TEST_FULL === "1";

/** How often something is tried with values of chance: each run of the tests tries others, so that a part of them is enough for one run. */
export function tries(full: number): number {
  return IS_FULL ? full : Math.ceil(full / 8);
}
