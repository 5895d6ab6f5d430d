import type { Activity } from "../capture/activity.ts";
import { now } from "../capture/clock.ts";
import type { Execution } from "../capture/execution.ts";
import type { Brief } from "../model/brief.ts";

interface Beginning {
  readonly kind: "activity" | "inference";
  readonly label: string;
  readonly parent: Activity;
  /** Milliseconds since 1970. Default: now. */
  readonly startTime?: number | undefined;
}

/** Begins an activity of which a library tells, and states it with what `more` adds. Undefined where that failed. */
export function beginTold(
  execution: Execution,
  { kind, label, parent, startTime = now() }: Beginning,
  more?: (activity: Activity, out: Brief[]) => void,
): Activity | undefined {
  return execution.faults.guard(() => {
    const shown = label.slice(0, LONGEST_LABEL);
    const name = execution.id();
    // Of the execution's own copy of the package, of which there may be two in a process.
    const Own = execution.root.constructor as typeof Activity;
    const activity = new Own(execution, { name, kind, label: shown, startTime, parent, isTold: true });
    const out: Brief[] = [];
    activity.start(out);
    execution.faults.guard(() => more?.(activity, out));
    execution.write(out);
    return activity;
  });
}

const LONGEST_LABEL = 256;
