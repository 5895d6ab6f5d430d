import type { Brief, BriefValue, Name } from "../../model/brief.ts";
import { EXECUTION_ACTIVITY, executionNamespace } from "../../model/names.ts";
import type { Execution } from "../execution.ts";
import { redactArguments } from "../secrets.ts";
import { derivedUuid } from "./derived-uuid.ts";

/** A run that several processes carry out: what its parts say, and what each process states of it. */
interface SharedRun {
  readonly run: Name;
  readonly partAttributes: readonly [string, BriefValue][];
  readonly statements: readonly Brief[];
}

/** A loop in a job step that starts the program again and again does so with other arguments; all ranks have the same. */
const ARGUMENTS = JSON.stringify(redactArguments(process.argv.slice(2)));

/**
 * The runs of a process that has a rank. Each is one with those of the other ranks, and with those of earlier starts, that have the same name, come at the same
 * place among the runs of that name, and are of a process with the same arguments. So all processes name it alike without speaking to each other, and none of them says when it began or ended.
 */
export class SharedRuns {
  readonly #execution: Execution;
  readonly #counts = new Map<string, number>();

  constructor(execution: Execution) {
    this.#execution = execution;
  }

  next(label: string): SharedRun {
    const { standing, settings, workflow, software } = this.#execution;
    const { rank, size, restart, previous } = standing.scheduled;
    const number = (this.#counts.get(label) ?? 0) + 1;
    this.#counts.set(label, number);
    const first = previous?.[0];
    const name = (local: string): Name =>
      first === undefined ? `x:${local}` : `<${executionNamespace(settings.base, first)}${local}>`;
    // Letter-led and without a hyphen: the name of no writer.
    const run = name(
      `r${derivedUuid("provml run", { label, number: String(number), arguments: ARGUMENTS })
        .replaceAll("-", "")
        .slice(0, 16)}`,
    );
    const whole = name(EXECUTION_ACTIVITY.slice(2));
    const labelled = ["rdfs:label", label] as const;
    const statements: Brief[] = [
      { kind: "activity", id: run, attributes: [IS_RUN, labelled, ["dcterms:isPartOf", { name: whole }]] },
      { kind: "wasAssociatedWith", activity: run, agent: software },
    ];
    if (first !== undefined)
      statements.push({ kind: "activity", id: whole, attributes: [IS_EXECUTION, ["rdfs:label", workflow]] });
    const partAttributes: [string, BriefValue][] = [["dcterms:isPartOf", { name: run }]];
    if (rank !== undefined) partAttributes.push(["provml:rank", rank]);
    if (size !== undefined) partAttributes.push(["provml:rankCount", size]);
    if (restart !== undefined) partAttributes.push(["provml:restart", restart]);
    return { run, partAttributes, statements };
  }
}

const IS_RUN = ["prov:type", { name: "mls:Run" }] as const;
const IS_EXECUTION = ["prov:type", { name: "provml:WorkflowExecution" }] as const;
