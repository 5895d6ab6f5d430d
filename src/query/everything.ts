import type { Lines } from "../rdf/statement-lines.ts";
import { deletedExecutions } from "../spool/deleted.ts";
import type { SourceForm } from "../store/embedded.ts";
import { graphFiles } from "./graph-files.ts";
import { pendingQuads, pendingTriples } from "./pending/pending-quads.ts";
import { Retracted } from "./pending/retracted.ts";
import type { SettledFiles } from "./settled-files.ts";
import type { Place } from "./source.ts";

interface Everything {
  readonly place: Place;
  readonly problems: Set<string>;
  readonly form: SourceForm;
  /** Files that were read before. */
  readonly settled?: SettledFiles | undefined;
}

/** The spool first: what a flusher moves meanwhile then comes twice, which adds nothing to a graph, and never not at all. */
export async function* everything({
  place,
  problems,
  form,
  settled,
}: Everything): AsyncGenerator<Uint8Array | Lines, void, void> {
  const retracted = new Retracted();
  const before = deletedExecutions(place.graph);
  if (form === "triples") yield* pendingTriples(place, problems, { retracted });
  else yield* pendingQuads(place, problems, { retracted });
  yield* graphFiles(place.graph, { retracted, ...(settled === undefined ? {} : { read: settled.filesRead }) });
  const deleted = deletedExecutions(place.graph);
  for (const execution of deleted)
    if (!before.has(execution) || settled?.has(execution))
      problems.add(`execution ${execution} was deleted while it was read; ask again`);
  if (settled?.isUnsettledBy(retracted, deleted)) problems.add("an execution went on while it was read; ask again");
}
