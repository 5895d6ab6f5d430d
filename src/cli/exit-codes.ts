import { type ErrorCode, ProvenanceError } from "../model/error.ts";

/** What the exit code of a command says. */
export const EXIT = {
  done: 0,
  /** The answer is no: not found, invalid, different. */
  no: 1,
  /** Bad usage, or input that cannot be read. */
  usage: 2,
  /** A fault outside: a time limit, a full disk, a store that is too small. */
  fault: 3,
} as const;

const BY_CODE: Readonly<Record<ErrorCode, number>> = {
  "bad-option": EXIT.usage,
  "bad-argument": EXIT.usage,
  "bad-iri": EXIT.usage,
  "bad-decorator": EXIT.usage,
  "bad-plan": EXIT.usage,
  "bad-query": EXIT.usage,
  "query-timeout": EXIT.fault,
  "not-found": EXIT.no,
  ambiguous: EXIT.usage,
  "no-directory": EXIT.usage,
  "foreign-directory": EXIT.usage,
  corrupt: EXIT.usage,
  unreadable: EXIT.usage,
  "too-large": EXIT.fault,
  "store-failed": EXIT.fault,
};

export function exitCodeOf(error: unknown): number {
  return error instanceof ProvenanceError ? BY_CODE[error.code] : EXIT.fault;
}
