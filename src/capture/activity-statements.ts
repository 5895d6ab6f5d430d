import type { Brief, BriefValue, Name } from "../model/brief.ts";
import { STEP_TYPES, type Status, type StepKind } from "../model/ml.ts";
import { definitionName } from "../model/names.ts";
import { plannedSection, stageOf } from "../model/plan.ts";
import type { Activity } from "./activity.ts";
import { failureAttributes } from "./failure.ts";
import { association } from "./origin/origin.ts";
import { cleanName } from "./secrets.ts";
import { studyStatements } from "./studies.ts";

type Attributes = readonly (readonly [Name, BriefValue])[];

/** The beginning of an activity: what it is, what it is part of, and, of runs and what is planned, the software by its plan. */
export function startStatements(activity: Activity): Brief[] {
  const { execution, name: id, isRun, startTime, label } = activity;
  const shared = isRun ? execution.sharedRuns?.next(label) : undefined;
  activity.sharedRun = shared?.run;
  const attributes = shared ? [...newStartAttributes(activity), ...shared.partAttributes] : startAttributes(activity);
  const start: Brief = { kind: "activity", id, startTime, attributes };
  const stage = plannedPart(activity);
  if (!isRun && stage === undefined) return [start];
  const by = association(execution, id, execution.software, stage);
  if (!isRun) return [start, by];
  return [start, by, ...(shared?.statements ?? []), ...studyStatements(execution, activity)];
}

/** Of a step that is called again and again in the same place, the very same list, frozen: a sink may keep what it makes of it. */
function startAttributes(activity: Activity): Attributes {
  const { kind, label, parent, isRun } = activity;
  if (kind === "section" || parent?.alsoAround !== undefined) return newStartAttributes(activity);
  const known = STARTS.get(label);
  if (known && known.kind === kind && known.parent === parent?.name && known.isRun === isRun) {
    if (known.uses++ === 0) Object.freeze(known.attributes);
    return known.attributes;
  }
  const attributes = newStartAttributes(activity);
  if (STARTS.size >= MOST_STARTS) STARTS.clear();
  STARTS.set(label, { kind, parent: parent?.name, isRun, attributes, uses: 0 });
  return attributes;
}

interface KnownStart {
  readonly kind: StepKind;
  readonly parent: Name | undefined;
  readonly isRun: boolean;
  readonly attributes: Attributes;
  /** How often it came again. */
  uses: number;
}

/** What the last activity of each label began with. */
const STARTS = new Map<string, KnownStart>();
const MOST_STARTS = 1000;

function newStartAttributes({ execution, kind, label, number, parent, isRun }: Activity): Attributes {
  const attributes: [Name, BriefValue][] = [];
  for (const type of STEP_TYPES[kind]) attributes.push(["prov:type", { name: type }]);
  if (isRun && execution.sharedRuns === undefined) attributes.push(["prov:type", { name: "mls:Run" }]);
  const told = cleanName(label);
  attributes.push(["rdfs:label", kind === "section" ? `${told} ${number}` : told]);
  if (kind === "section") attributes.push(["provml:sectionKind", told], ["provml:sectionNumber", number]);
  if (parent) attributes.push(["dcterms:isPartOf", { name: parent.name }]);
  if (parent?.alsoAround !== undefined) attributes.push(["dcterms:isPartOf", { name: parent.alsoAround }]);
  return attributes;
}

/** The part of the plan that an activity carries out; of a section that of the step around it, for sections of its kind. */
function plannedPart({ execution: { plan }, kind, label, parent }: Activity): Name | undefined {
  if (plan === undefined) return undefined;
  if (kind !== "section") return stageOf(plan, cleanName(label), kind);
  let step = parent;
  while (step?.kind === "section") step = step.parent;
  const stage = step?.parent && stageOf(plan, cleanName(step.label), step.kind); // the execution is no step of its own plan
  return stage === undefined ? undefined : plannedSection(plan, stage, cleanName(label));
}

/** The end of an activity: when, how, and of a failed one why. */
export function endStatement(id: Name, time: number, status: Status, failure: unknown): Brief {
  const attributes = failure === undefined ? ENDINGS[status] : [...ENDINGS[status], ...failureAttributes(failure)];
  return { kind: "activity", id, endTime: time, attributes };
}

const ENDINGS: Readonly<Record<Status, Attributes>> = {
  "provml:Completed": Object.freeze([["provml:status", { name: "provml:Completed" }]] as const),
  "provml:Failed": Object.freeze([["provml:status", { name: "provml:Failed" }]] as const),
  "provml:EndedEarly": Object.freeze([["provml:status", { name: "provml:EndedEarly" }]] as const),
};

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
