import type { Brief, BriefValue, Name } from "../model/brief.ts";
import { ENTITY_TYPES, type EntityKind } from "../model/ml.ts";
import { contentIri, definitionName } from "../model/names.ts";
import type { Activity } from "./activity.ts";
import { now } from "./clock.ts";
import { fileState, isPlace, placeName, sameState } from "./content/files.ts";
import { type Place, placeLabel, placeOf } from "./content/places.ts";
import { isRemote } from "./content/remote.ts";
import { type BriefAttribute, describeValue, ownName, typeName } from "./content/shape.ts";
import { type ValueDigest, valueDigest } from "./content/value-digest.ts";
import type { Execution } from "./execution.ts";
import type { Entity } from "./identity.ts";
import { cleanName } from "./secrets.ts";
import { noteUse } from "./used-models.ts";

/** How a thing is to be recorded where it is met first. */
export interface Meeting {
  readonly kind?: EntityKind | undefined;
  readonly label?: string | undefined;
  /** Digest a thing of any size now, in the caller's thread. */
  readonly digest?: "now" | undefined;
}

/** The entities that a thing is at this moment; one that is met for the first time is stated in `out`. */
export function entitiesOf(
  execution: Execution,
  thing: object | string,
  meeting: Meeting,
  out: Brief[],
): readonly Entity[] {
  if (isPlace(thing)) return [fileEntity(execution, thing, meeting, out)];
  if (typeof thing === "string") return []; // too long to be a place
  const followed = execution.identity.entitiesOf(thing);
  const [only] = followed;
  if (only === undefined) return [meetObject(execution, thing, meeting, out)];
  return followed.length === 1 && meeting.digest ? [digestedEntity(execution, thing, only, out)] : followed;
}

/** States a new entity for an object and follows it from here on. */
export function meetObject(execution: Execution, thing: object, meeting: Meeting, out: Brief[]): Entity {
  const kind = meeting.kind ?? "data";
  const entity = newEntity(execution, kind, meeting.label ?? typeName(thing));
  const attributes: BriefAttribute[] = [...typesOf(kind), ["rdfs:label", entity.label], ...describeValue(thing)];
  out.push({ kind: "entity", id: entity.name, attributes });
  const digest = valueDigest(thing, meeting.digest);
  if (digest) stateContent(entity, digest, out);
  else if (meeting.digest) out.push(notVerified(entity.name));
  execution.identity.follow(thing, entity);
  return entity;
}

/** The entity of an object that is followed and to be digested now: another state of it where its content is another one by now. */
export function digestedEntity(execution: Execution, thing: object, known: Entity, out: Brief[]): Entity {
  const digest = valueDigest(thing, "now");
  if (digest && digest.sha256 === known.sha256) return known;
  if (digest && known.sha256 !== undefined) {
    const { kind, label } = known;
    const entity = meetObject(execution, thing, { kind, label, digest: "now" }, out);
    stateDerivation(entity, known, out);
    return entity;
  }
  if (digest) stateContent(known, digest, out);
  else if (known.sha256 === undefined) out.push(notVerified(known.name));
  return known;
}

function stateContent(entity: Entity, { sha256, byteSize, mediaType }: ValueDigest, out: Brief[]): void {
  contentStatements(entity.name, sha256, byteSize, mediaType, out);
  entity.sha256 = sha256;
}

function notVerified(id: Name): Brief {
  return { kind: "entity", id, attributes: [["provml:isVerified", false]] };
}

/** The entity of a path or URI; a file that changed since it was met last is a new one. */
export function fileEntity(execution: Execution, thing: string | URL, meeting: Meeting, out: Brief[]): Entity {
  const { identity, rootDirectory } = execution;
  const text = String(thing);
  const path = placeName(thing);
  const state = isRemote(text) ? undefined : fileState(path);
  const known = identity.ofPath(path);
  let place: Place | undefined;
  if (known && (known.file === state || (known.file && state && sameState(known.file, state)))) {
    // What a directory holds can change without its own state, and what the flusher is to find out need not be there yet.
    if (!meeting.digest || !state || (known.sha256 !== undefined && !state.isDirectory)) return known;
    place = placeOf(rootDirectory, path, state, meeting.digest);
    if (known.sha256 !== undefined && place.content?.sha256 === known.sha256) return known;
  }
  const kind = meeting.kind ?? known?.kind ?? "file";
  const label = meeting.label ?? known?.label ?? placeLabel(path);
  const entity: Entity = { ...newEntity(execution, kind, label), file: state };
  stateFile(entity, place ?? placeOf(rootDirectory, path, state, meeting.digest), out);
  identity.followPath(path, entity, text);
  return entity;
}

/** What the graph says of a file: where it lies and, once it is known, its content. */
export function stateFile(entity: Entity, { attributes, content, request }: Place, out: Brief[]): void {
  const { name, kind, label } = entity;
  const types = [...typesOf(kind), ...typesOf("file")];
  out.push({ kind: "entity", id: name, attributes: [...types, ["rdfs:label", label], ...attributes] });
  entity.sha256 = undefined;
  if (content) stateContent(entity, content, out);
  if (request) out.push({ ...request, id: name });
}

export function contentStatements(entity: Name, sha256: string, size: number, type: string, out: Brief[]): void {
  const content = `<${contentIri(sha256)}>`;
  out.push({ kind: "specializationOf", specificEntity: entity, generalEntity: content });
  const attributes: BriefAttribute[] = [
    ["prov:type", { name: "provml:Content" }],
    ["provml:sha256", sha256],
    ["provml:byteSize", size],
    ["provml:mediaType", type],
  ];
  out.push({ kind: "entity", id: content, attributes });
}

/** States that an activity used an entity; the usage has a node of its own where it has a role or happened later than the start. */
export function stateUse(
  activity: Activity,
  entity: Entity,
  role: string | undefined,
  time: number | undefined,
  out: Brief[],
): void {
  const usage = { kind: "used", activity: activity.name, entity: entity.name } as const;
  const timed = time === undefined ? {} : { time };
  if (role !== undefined) out.push({ ...usage, ...timed, id: activity.execution.id(), attributes: [roleOf(role)] });
  else out.push(time === undefined ? usage : { ...usage, ...timed, id: activity.execution.id() });
  entity.isUsed = true;
  noteUse(activity, entity);
}

export function stateGeneration(
  activity: Activity,
  entity: Entity,
  role: string | undefined,
  time: number,
  out: Brief[],
): void {
  const generation = { kind: "wasGeneratedBy", entity: entity.name, activity: activity.name, time } as const;
  out.push(
    role === undefined ? generation : { ...generation, id: activity.execution.id(), attributes: [roleOf(role)] },
  );
  entity.isGenerated = true;
  entity.firstSeenIn = undefined;
}

export function stateDerivation(generated: Entity, from: Entity, out: Brief[]): void {
  if (generated.name === from.name) return;
  out.push({ kind: "wasDerivedFrom", generatedEntity: generated.name, usedEntity: from.name });
}

/** States what an entity was derived from; a source that is met here for the first time may be made by the step around. */
export function stateSources(
  execution: Execution,
  step: Activity | undefined,
  entity: Entity,
  of: object | string,
  out: Brief[],
): void {
  const isNew = !isPlace(of) && execution.identity.of(of) === undefined;
  const meeting = isNew ? { label: sourceLabel(of as object, entity.label) } : {};
  for (const from of entitiesOf(execution, of, meeting, out)) {
    if (isNew) from.firstSeenIn = step;
    stateDerivation(entity, from, out);
  }
}

/** A model that is a plain object is called by its name, or by what was made of it. */
function sourceLabel(source: object, made: string): string {
  const type = typeName(source);
  if (!NAMELESS.has(type)) return type;
  return ownName(source) ?? (NAMELESS.has(made) ? type : `source of ${made}`);
}
const NAMELESS = new Set(["Object", "Array", "Function"]);

export function typesOf(kind: EntityKind): BriefAttribute[] {
  return ENTITY_TYPES[kind].map((type): [string, BriefValue] => ["prov:type", { name: type }]);
}

function roleOf(role: string): BriefAttribute {
  return ["prov:role", { name: definitionName("role", cleanName(role)) }];
}

function newEntity(execution: Execution, kind: EntityKind, label: string): Entity {
  return {
    name: execution.id(),
    kind,
    label: cleanName(label.slice(0, LONGEST_LOOK)).slice(0, 256),
    firstSeen: now(),
    isGenerated: false,
  };
}

/** How much of a label is looked through for secrets, of which half would look like none. */
const LONGEST_LOOK = 1024;
