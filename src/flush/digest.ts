import { resolve } from "node:path";
import type { Brief, BriefDigest, Name } from "../model/brief.ts";
import { contentIri } from "../model/names.ts";
import type { SegmentHeader } from "../spool/format.ts";
import { digestInState } from "./file-digest.ts";
import { publishFirst } from "./publish.ts";
import { isStated, statedFile, statedPath } from "./stated.ts";

/** What the flusher finds out of a thing that a statement asks to digest, unless that was found out before. */
export function isDigested(directory: string, header: SegmentHeader, sequence: number): boolean {
  return isStated(statedPath(directory, header, findingName(sequence)));
}

/** Writes a finding under a name of its own: it depends on when one looks, so the first one counts. */
export function stateFinding(
  directory: string,
  header: SegmentHeader,
  sequence: number,
  statements: readonly Brief[],
): void {
  const { path, bytes } = statedFile(directory, header, findingName(sequence), statements);
  publishFirst(path, bytes);
}

function findingName(sequence: number): string {
  return `digest-${sequence}`;
}

/**
 * Digests a file that was too large for the program's own thread, and states its content, or that it could not be verified: it
 * is gone, or not in the state in which it was used.
 */
export function digestLater(directory: string, header: SegmentHeader, request: BriefDigest, sequence: number): void {
  if (isDigested(directory, header, sequence)) return;
  const { id, size, mediaType } = request;
  const sha256 = digestInState(resolve(header.root, request.path), request);
  const statements: Brief[] =
    sha256 === undefined
      ? [{ kind: "entity", id, attributes: [["provml:isVerified", false]] }]
      : contentFound(id, { sha256, size, mediaType });
  stateFinding(directory, header, sequence, statements);
}

export function contentFound(
  id: Name,
  { sha256, size, mediaType }: { readonly sha256: string; readonly size: number; readonly mediaType: string },
): Brief[] {
  const content = `<${contentIri(sha256)}>`;
  return [
    { kind: "specializationOf", specificEntity: id, generalEntity: content },
    {
      kind: "entity",
      id: content,
      attributes: [
        ["prov:type", { name: "provml:Content" }],
        ["provml:sha256", sha256],
        ["provml:byteSize", size],
        ["provml:mediaType", mediaType],
      ],
    },
  ];
}
