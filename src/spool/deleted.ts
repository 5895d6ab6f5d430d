import { readdirSync } from "node:fs";
import { join } from "node:path";
import { ProvenanceError } from "../model/error.ts";
import { publishedNames } from "./compacted.ts";

/** Below `graph/`: what is left of executions that were deleted. */
export const DELETIONS_FOLDER = "deletions";

/** What an execution's UUID looks like: nothing else below `graph/`, such as what people say and plans, is ever deleted as one. */
export const EXECUTION_UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";

/** The file that says that an execution was deleted; two people may have done so in two copies. */
const TOMBSTONE_NAME = new RegExp(`^deleted-(${EXECUTION_UUID})-[0-9a-f]{16}\\.nq$`);

export function tombstoneName(execution: string, sha256: string): string {
  return `deleted-${execution}-${sha256.slice(0, 16)}.nq`;
}

/**
 * The UUIDs of the executions that were deleted, by the names of what is left of them: whatever else of these is found, in the spool or in a file that was copied
 * here, counts for nothing, and goes with the next flush.
 * @throws {ProvenanceError} `unreadable`: to go on would bring back what was deleted
 */
export function deletedExecutions(graph: string): ReadonlySet<string> {
  const folder = join(graph, DELETIONS_FOLDER);
  if (isEmpty(folder)) return NONE;
  return new Set(publishedNames(folder).flatMap((name) => TOMBSTONE_NAME.exec(name)?.[1] ?? []));
}
const NONE: ReadonlySet<string> = new Set();

function isEmpty(folder: string): boolean {
  try {
    return readdirSync(folder).length === 0;
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return true;
    throw new ProvenanceError("unreadable", `${folder} cannot be listed (${message}); look at its permissions`, {
      cause,
    });
  }
}
