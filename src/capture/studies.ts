import type { Brief, BriefValue, Name } from "../model/brief.ts";
import { studyName } from "../model/names.ts";
import type { Activity } from "./activity.ts";
import type { Execution } from "./execution.ts";
import { cleanName } from "./secrets.ts";

/** The runs from here on, and the one that the calling code belongs to, are part of the study. */
export function enterStudy(execution: Execution, step: Activity | undefined, name: string): void {
  execution.study = name;
  let run = step?.execution === execution ? step : undefined;
  while (run && !run.isRun) run = run.parent;
  if (run) run.record((out) => out.push(...studyStatements(execution, run)));
}

/** That a run is part of the study: the same statements whichever process makes them, but for the run. */
export function studyStatements({ study, workflow }: Execution, run: Activity): Brief[] {
  if (study === undefined) return [];
  const told = cleanName(study);
  const attributes: [Name, BriefValue][] = [
    ["prov:type", { name: "provml:StudyExecution" }],
    ["prov:type", { name: "mls:Study" }],
    ["rdfs:label", told],
    ["mls:hasPart", { name: run.sharedRun ?? run.name }],
  ];
  return [{ kind: "activity", id: studyName(workflow, told), attributes }];
}
