/** What the first step of a program loads: capture and the spool, composed. `index.ts` requires it when it is needed. */
import { createRequire } from "node:module";
import { relative } from "node:path";
import type { Companion, StartCompanion } from "./capture/companion.ts";
import { Execution } from "./capture/execution.ts";
import type { Faults } from "./capture/faults.ts";
import type { Settings } from "./capture/options.ts";
import type { Announced } from "./capture/provenance.ts";
import { watchChanges } from "./capture/source-state.ts";
import { namePlan } from "./model/plan.ts";
import { findDirectory } from "./spool/directory.ts";
import { readPlan } from "./spool/plans.ts";
import { openSpool } from "./spool/writer.ts";

export { namePlan };

export function begin(settings: Settings, faults: Faults): Execution {
  const { durability, spool } = settings;
  const directory = directoryOf(settings);
  const place = { directory, durability, ...(spool === undefined ? {} : { spool }) };
  return new Execution(
    settings,
    faults,
    (request) => openSpool({ ...place, ...request }),
    (workflow) => readPlan(directory, workflow),
    [watchChanges, watchPackages],
  );
}

/** Loaded when it is first asked: it has nothing to say while the program begins. */
const watchPackages: StartCompanion = (execution) => {
  let watching: Companion | undefined;
  const packages = (): Companion => {
    const { watchPackages }: typeof import("./capture/packages.ts") = createRequire(import.meta.url)(
      "./capture/packages.js",
    );
    watching ??= watchPackages(execution);
    return watching;
  };
  return { settle: async () => packages().settle?.(), end: () => packages().end?.() };
};

/** The last line of a program on a terminal: what was recorded, where, and what to type next. */
export function announce({ settings, uuid }: Announced): void {
  if (!settings.announce || !process.stderr.isTTY) return;
  const directory = relative(process.cwd(), directoryOf(settings)) || ".";
  const where = directory === ".provml" ? "" : ` --dir ${directory}`;
  process.stderr.write(`provml: recorded ${uuid} in ${directory}; next: npx provml runs${where}\n`);
}

function directoryOf(settings: Settings): string {
  return settings.directory ?? findDirectory() ?? ".provml";
}
