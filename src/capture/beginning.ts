import type { Name } from "../model/brief.ts";
import type { StepKind } from "../model/ml.ts";
import type { Activity } from "./activity.ts";

/** What an activity begins with. */
export interface Beginning {
  readonly name: Name;
  readonly kind: StepKind;
  readonly label: string;
  readonly startTime: number;
  readonly parent?: Activity;
  readonly number?: number;
  /** The step of its rows, where that is not its number. */
  readonly rowStep?: number;
  /** Sections and inferences enter the graph only when they have something to state. */
  readonly isLazy?: boolean;
  /** Begun and ended by what a library tells. Where it never tells the end, that says nothing of the program. */
  readonly isTold?: boolean;
  /** The run around what another process carried here: its IRI. */
  readonly runAround?: string | undefined;
  /** What its parts are part of, too. */
  readonly alsoAround?: Name | undefined;
}
