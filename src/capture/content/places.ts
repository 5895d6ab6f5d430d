import type { BriefDigest, BriefTree } from "../../model/brief.ts";
import { cleanName } from "../secrets.ts";
import { digestDirectory, fileTime } from "./directory.ts";
import { DIGEST_AT_CAPTURE_BYTES, digestFile, type FileState, mediaType, recordedPath } from "./files.ts";
import { isRemote, remoteLabel, revisionOf } from "./remote.ts";
import type { BriefAttribute } from "./shape.ts";
import type { ValueDigest } from "./value-digest.ts";

/** What is to be said of a file, directory or remote thing besides what it is and is called. */
export interface Place {
  readonly attributes: readonly BriefAttribute[];
  readonly content?: ValueDigest;
  /** What the flusher is to find out; only the entity's id is missing. */
  readonly request?: Omit<BriefDigest, "id"> | Omit<BriefTree, "id">;
}

/** The media type by which desktops know a directory. */
const DIRECTORY_TYPE = "inode/directory";

/**
 * Of a file up to 1 MiB the content; of a larger one and of a directory a request to the flusher, unless it is asked for now. What is elsewhere
 * is not read at all, and what is neither file nor directory not opened: both are not verified.
 */
export function placeOf(root: string, path: string, state: FileState | undefined, asked: "now" | undefined): Place {
  const attributes: BriefAttribute[] = [["provml:path", cleanName(recordedPath(root, path))]];
  const isTold = cleanName(path) === path; // the flusher would need a name that holds a secret
  if (state?.isDirectory && isTold) return directoryStatements(attributes, state, asked);
  if (state && state.size > DIGEST_AT_CAPTURE_BYTES && asked !== "now" && isTold)
    return { attributes, request: { kind: "digest", mediaType: mediaType(path), ...state } };
  const isSmall = state && (state.size <= DIGEST_AT_CAPTURE_BYTES || asked === "now");
  const sha256 = isSmall && !state.isDirectory ? digestFile(state) : undefined;
  if (state && sha256 !== undefined)
    return { attributes, content: { sha256, byteSize: state.size, mediaType: mediaType(path) } };
  const revision = isRemote(path) ? revisionOf(path) : undefined;
  if (revision !== undefined) attributes.push(["provml:revision", revision]);
  return { attributes: [...attributes, ["provml:isVerified", false]] };
}

function directoryStatements(
  attributes: readonly BriefAttribute[],
  { path, inode }: FileState,
  asked: "now" | undefined,
): Place {
  const time = fileTime();
  const found = asked === "now" ? digestDirectory(path) : undefined;
  if (asked === "now" && !found) return { attributes: [...attributes, ["provml:isVerified", false]] };
  const request = { kind: "tree", path, time, inode, ...(found ? { sha256: found.sha256 } : {}) } as const;
  if (!found) return { attributes, request };
  return { attributes, request, content: { sha256: found.sha256, byteSize: found.size, mediaType: DIRECTORY_TYPE } };
}

/** What people call it: the last part of its path. */
export function placeLabel(path: string): string {
  return isRemote(path) ? remoteLabel(path) : /[^/\\]+(?=[/\\]*$)/.exec(path)?.[0] || path;
}
