/** Every code a {@link ProvenanceError} can carry, with what it means. The list is closed; README repeats it. */
export const ERROR_CODES = {
  "bad-option": "an option has a value that provml cannot work with",
  "bad-argument": "a call got an argument of the wrong kind",
  "bad-iri": "a string that must be an absolute IRI is none",
  "bad-decorator": "a decorator stands where it cannot record anything",
  "bad-plan": "a plan names something twice, lacks a name, or has a field of another form",
  "bad-query": "a SPARQL query does not parse or asks for what is refused",
  "query-timeout": "a query did not end within its time limit",
  "not-found": "nothing recorded has this id, name or content",
  ambiguous: "a short id or a name fits several things",
  "no-directory": "there is no .provml directory here",
  "foreign-directory": "a directory is not one that provml wrote, or a newer version wrote it",
  corrupt: "bytes on disk do not match their check sum",
  unreadable: "a file could not be read or parsed",
  "too-large": "the graph is larger than the embedded store holds",
  "store-failed": "a SPARQL server was not reached, refused access, or did not answer as one",
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/**
 * What provml throws for a programmer's mistake. The message says what failed, on which thing, and what to do;
 * `code` is one of {@link ERROR_CODES}; `cause` keeps the error underneath. Operating faults (a full disk, say) are
 * never thrown into the observed program: see `stats()`.
 */
export class ProvenanceError extends Error {
  override readonly name = "ProvenanceError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
