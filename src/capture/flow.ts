import { createHash } from "node:crypto";
import type { Brief, BriefValue, Name } from "../model/brief.ts";
import { ENTITY_TYPES, type EntityKind } from "../model/ml.ts";
import { contentIri, definitionName } from "../model/names.ts";
import type { Activity } from "./activity.ts";
import { now } from "./clock.ts";
import type { Execution } from "./execution.ts";
import {
  DIGEST_AT_CAPTURE_BYTES,
  digestFile,
  type FileState,
  fileState,
  isPlace,
  isRemote,
  mediaType,
  placeName,
  recordedPath,
  sameState,
} from "./files.ts";
import type { Entity } from "./identity.ts";
import { type BriefAttribute, describeValue, typeName } from "./shape.ts";

/** How a thing is to be recorded where it is met first. */
export interface Meeting {
  readonly kind?: EntityKind | undefined;
  readonly label?: string | undefined;
  /** Digest a file of any size now, in the caller's thread. */
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
  const followed = execution.identity.entitiesOf(thing);
  return followed.length > 0 ? followed : [meetObject(execution, thing, meeting, out)];
}

/** States a new entity for an object and follows it from here on. */
export function meetObject(execution: Execution, thing: object, meeting: Meeting, out: Brief[]): Entity {
  const kind = meeting.kind ?? "data";
  const entity = newEntity(execution, kind, meeting.label ?? typeName(thing));
  const attributes: BriefAttribute[] = [...typesOf(kind), ["rdfs:label", entity.label], ...describeValue(thing)];
  out.push({ kind: "entity", id: entity.name, attributes });
  const digest = bytesDigest(thing);
  if (digest) contentStatements(entity.name, digest.sha256, digest.size, "application/octet-stream", out);
  execution.identity.follow(thing, entity);
  return entity;
}

/** The entity of a path or URI; a file that changed since it was met last is a new one. */
export function fileEntity(execution: Execution, thing: string | URL, meeting: Meeting, out: Brief[]): Entity {
  const { identity } = execution;
  const text = String(thing);
  const path = placeName(thing);
  const state = isRemote(text) ? undefined : fileState(path);
  const known = identity.ofPath(path);
  if (known && (known.file === state || (known.file && state && sameState(known.file, state)))) return known;
  const kind = meeting.kind ?? known?.kind ?? "file";
  const label = meeting.label ?? known?.label ?? (/[^/\\]+(?=[/\\]*$)/.exec(path)?.[0] || path);
  const entity: Entity = { ...newEntity(execution, kind, label), file: state };
  stateFile(execution, entity, path, meeting, out);
  identity.followPath(path, entity, text);
  return entity;
}

/** What the graph says of a file: where it lies and, once it is known, its content. */
export function stateFile(execution: Execution, entity: Entity, path: string, meeting: Meeting, out: Brief[]): void {
  const { file } = entity;
  const attributes: BriefAttribute[] = [...typesOf(entity.kind), ...typesOf("file"), ["rdfs:label", entity.label]];
  attributes.push(["provml:path", recordedPath(execution.rootDirectory, path)]);
  const isLater = file !== undefined && file.size > DIGEST_AT_CAPTURE_BYTES && meeting.digest !== "now";
  const sha256 = file === undefined || isLater ? undefined : digestFile(file);
  if (sha256 === undefined && !isLater) attributes.push(["provml:isVerified", false]);
  out.push({ kind: "entity", id: entity.name, attributes });
  if (sha256 !== undefined) contentStatements(entity.name, sha256, (file as FileState).size, mediaType(path), out);
  if (isLater) out.push({ kind: "digest", id: entity.name, mediaType: mediaType(path), ...file });
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
  activity.noteUse(entity);
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
  for (const from of entitiesOf(execution, of, {}, out)) {
    if (isNew) from.firstSeenIn = step;
    stateDerivation(entity, from, out);
  }
}

export function typesOf(kind: EntityKind): BriefAttribute[] {
  return ENTITY_TYPES[kind].map((type): [string, BriefValue] => ["prov:type", { name: type }]);
}

function roleOf(role: string): BriefAttribute {
  return ["prov:role", { name: definitionName("role", role) }];
}

function newEntity(execution: Execution, kind: EntityKind, label: string): Entity {
  return { name: execution.id(), kind, label: label.slice(0, 256), firstSeen: now(), isGenerated: false };
}

/**
 * The digest of bytes in memory, up to the size that capture digests unasked. Bytes are digested as they are, so that a buffer and the
 * file of the same bytes have one content; other typed arrays after a head of type and length: `provml-value 1\nFloat32Array\n[12]\n`.
 */
function bytesDigest(thing: object): { sha256: string; size: number } | undefined {
  try {
    if (!ArrayBuffer.isView(thing) || thing.byteLength > DIGEST_AT_CAPTURE_BYTES || thing instanceof DataView)
      return undefined;
    const hash = createHash("sha256");
    if (!(thing instanceof Uint8Array))
      hash.update(`provml-value 1\n${typeName(thing)}\n[${(thing as unknown as ArrayLike<number>).length}]\n`);
    hash.update(new Uint8Array(thing.buffer, thing.byteOffset, thing.byteLength));
    return { sha256: hash.digest("hex"), size: thing.byteLength };
  } catch {
    return undefined; // a getter that throws
  }
}
