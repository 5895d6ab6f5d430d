/** What the first step of a program loads: capture and the spool, composed. `index.ts` requires it when it is needed. */
import { createRequire } from "node:module";
import { relative, resolve } from "node:path";
import { Execution } from "./capture/execution.ts";
import type { Faults } from "./capture/faults.ts";
import type { Companion, StartCompanion } from "./capture/origin/companion.ts";
import { watchChanges } from "./capture/origin/source-state.ts";
import * as carrying from "./capture/placement/carrying.ts";
import type { Standing } from "./capture/placement/standing.ts";
import type { Announced } from "./capture/provenance.ts";
import type { Settings } from "./capture/settings.ts";
import { namePlan } from "./model/plan.ts";
import { findDirectory } from "./spool/directory.ts";
import { readPlan } from "./spool/plans.ts";
import { openSpool } from "./spool/writer.ts";

export { carrying, namePlan };

const require = createRequire(import.meta.url);

export function begin(settings: Settings, faults: Faults, standing?: Standing): Execution {
  // Whole paths, because they are carried to programs that may run elsewhere.
  const directory = resolve(directoryOf(settings));
  const spool = settings.spool === undefined ? undefined : resolve(settings.spool);
  const { durability, shared } = settings;
  return new Execution(
    { ...settings, directory, spool },
    faults,
    (request) => openSpool({ directory, spool, durability, shared, ...request }),
    (workflow) => readPlan(directory, workflow),
    settings.thread ? [] : [watchChanges, watchPackages, watchResources],
    standing,
  );
}

const watchResources: StartCompanion = (execution) => {
  const { directory, spool, durability, shared, sampleIntervalMs } = execution.settings;
  if (sampleIntervalMs === 0 || directory === undefined) return undefined;
  const sampling: typeof import("./sampling/sampling.ts") = require("./sampling/sampling.js");
  return sampling.watchResources(execution, { directory, spool, durability, shared });
};

/** Loaded when it is first asked: it has nothing to say while the program begins. */
const watchPackages: StartCompanion = (execution) => {
  let watching: Companion | undefined;
  const packages = (): Companion => {
    const { watchPackages }: typeof import("./capture/origin/packages.ts") = require("./capture/origin/packages.js");
    watching ??= watchPackages(execution);
    return watching;
  };
  return { settle: async () => packages().settle?.(), end: () => packages().end?.() };
};

/** The last line of a program on a terminal: what was recorded, where, and what to type next. */
export function announce({ settings, uuid, sink }: Announced): void {
  if (!settings.announce || !process.stderr.isTTY) return;
  const directory = relative(process.cwd(), directoryOf(settings)) || ".";
  const { statements, lostStatements, lostRows } = sink.stats();
  const lost = `lost ${lostStatements} statements and ${lostRows} rows, which ${directory} did not take`;
  if (statements === 0 && lostStatements > 0) {
    process.stderr.write(`provml: recorded nothing, ${lost}; prov.stats() says why\n`);
    return;
  }
  if (lostStatements + lostRows > 0) process.stderr.write(`provml: ${lost}\n`);
  const where = directory === ".provml" ? "" : ` --dir ${directory}`;
  process.stderr.write(`provml: recorded ${uuid} in ${directory}; next: npx provml runs${where}\n`);
}

function directoryOf(settings: Settings): string {
  return settings.directory ?? findDirectory() ?? ".provml";
}
