import { createHash } from "node:crypto";
import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { Brief, BriefDigest } from "../model/brief.ts";
import { contentIri } from "../model/names.ts";
import type { SegmentHeader } from "../spool/format.ts";
import { publishFirst } from "./publish.ts";
import { statedFile, statedPath } from "./stated.ts";

/**
 * Digests a file that was too large for the program's own thread, and states its content, or that it could not be verified: it
 * is gone, or not in the state in which it was used. What is found depends on when it is looked for, so it is written under a
 * name of its own, and the first finding counts.
 */
export function digestLater(directory: string, header: SegmentHeader, request: BriefDigest, sequence: number): void {
  const name = `digest-${sequence}`;
  if (existsSync(statedPath(directory, header, name))) return;
  const sha256 = digestInState({ ...request, path: resolve(header.root, request.path) });
  const id = request.id;
  const statements: Brief[] =
    sha256 === undefined
      ? [{ kind: "entity", id, attributes: [["provml:isVerified", false]] }]
      : [
          { kind: "specializationOf", specificEntity: id, generalEntity: `<${contentIri(sha256)}>` },
          {
            kind: "entity",
            id: `<${contentIri(sha256)}>`,
            attributes: [
              ["prov:type", { name: "provml:Content" }],
              ["provml:sha256", sha256],
              ["provml:byteSize", request.size],
              ["provml:mediaType", request.mediaType],
            ],
          },
        ];
  const { path, text } = statedFile(directory, header, name, statements);
  publishFirst(path, text);
}

function digestInState({ path, size, mtimeMs, ctimeMs, inode }: BriefDigest): string | undefined {
  let descriptor: number | undefined;
  try {
    if (!statSync(path).isFile()) return undefined; // opening a pipe would wait for ever
    descriptor = openSync(path, "r");
    const isSame = () => {
      const now = fstatSync(descriptor as number);
      return now.size === size && now.mtimeMs === mtimeMs && now.ctimeMs === ctimeMs && now.ino === inode;
    };
    if (!isSame()) return undefined;
    const hash = createHash("sha256");
    const piece = Buffer.allocUnsafe(4 * 1024 * 1024);
    for (let read = readSync(descriptor, piece); read > 0; read = readSync(descriptor, piece)) {
      hash.update(piece.subarray(0, read));
    }
    return isSame() ? hash.digest("hex") : undefined;
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
