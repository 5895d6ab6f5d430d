import type { Brief, BriefValue, Name } from "../model/brief.ts";
import { STEP_TYPES, type Status } from "../model/ml.ts";
import { definitionName } from "../model/names.ts";
import { plannedSection, stageOf } from "../model/plan.ts";
import type { Activity } from "./activity.ts";
import { failureAttributes } from "./failure.ts";
import { association } from "./origin.ts";
import { studyStatements } from "./studies.ts";

/** The beginning of an activity: what it is, what it is part of, and, of runs and what is planned, the software by its plan. */
export function startStatements(activity: Activity): Brief[] {
  const { execution, name: id, kind, label, number, parent, isRun, startTime } = activity;
  const attributes: [string, BriefValue][] = [];
  for (const type of STEP_TYPES[kind]) attributes.push(["prov:type", { name: type }]);
  if (isRun) attributes.push(["prov:type", { name: "mls:Run" }]);
  attributes.push(["rdfs:label", kind === "section" ? `${label} ${number}` : label]);
  if (kind === "section") attributes.push(["provml:sectionKind", label], ["provml:sectionNumber", number]);
  if (parent) attributes.push(["dcterms:isPartOf", { name: parent.name }]);
  const start: Brief = { kind: "activity", id, startTime, attributes };
  const stage = plannedPart(activity);
  if (!isRun && stage === undefined) return [start];
  const by = association(execution, id, execution.software, stage);
  return isRun ? [start, by, ...studyStatements(execution, activity)] : [start, by];
}

/** The part of the plan that an activity carries out; of a section that of the step around it, for sections of its kind. */
function plannedPart({ execution: { plan }, kind, label, parent }: Activity): Name | undefined {
  if (plan === undefined) return undefined;
  if (kind !== "section") return stageOf(plan, label, kind);
  let step = parent;
  while (step?.kind === "section") step = step.parent;
  const stage = step?.parent && stageOf(plan, step.label, step.kind); // the execution is no step of its own plan
  return stage === undefined ? undefined : plannedSection(plan, stage, label);
}

/** The end of an activity: when, how, and of a failed one why. */
export function endStatement(id: Name, time: number, status: Status, failure: unknown): Brief {
  const why = failure === undefined ? [] : failureAttributes(failure);
  return { kind: "activity", id, endTime: time, attributes: [["provml:status", { name: status }], ...why] };
}

/** A series of an activity, and the measure that it is of. */
export function seriesStatements(id: Name, measure: string, activity: Name): Brief[] {
  const definition = definitionName("measure", measure);
  return [
    {
      kind: "entity",
      id: definition,
      attributes: [
        ["prov:type", { name: "provml:EvaluationMeasure" }],
        ["prov:type", { name: "mls:EvaluationMeasure" }],
        ["rdfs:label", measure],
      ],
    },
    {
      kind: "entity",
      id,
      attributes: [
        ["prov:type", { name: "provml:MetricSeries" }],
        ["rdfs:label", measure],
        ["mls:specifiedBy", { name: definition }],
      ],
    },
    { kind: "wasGeneratedBy", entity: id, activity },
  ];
}
