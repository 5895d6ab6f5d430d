import { provml } from "../../vocab/provml.ts";
import { dcterms, rdfs } from "../../vocab/rdf.ts";
import { describe, type Facts, factsAbout, textOf, valuesOf } from "../facts.ts";
import { partsOfId } from "../ids.ts";
import type { Source } from "../source.ts";
import { executionsAround, recordersOf } from "./executions.ts";

/**
 * Those of these activities without an end that will never have one, since the process that carried them out has said that it ended. That another process of
 * the execution did so proves nothing: a child may go on after its parent.
 */
export async function leftOpen(source: Source, activities: readonly string[]): Promise<Set<string>> {
  const around = await executionsAround(source, activities);
  const executions = new Set([...around.values()].flat());
  const facts = await describe(source, executions, [provml.status, dcterms.isPartOf, rdfs.label]);
  const known: Known = { facts, recorders: await recordersOf(source, executions) };
  return new Set(activities.filter((id) => isLeft(id, around.get(id) ?? [], known)));
}

interface Known {
  readonly facts: ReadonlyMap<string, Facts>;
  /** The writers of the processes that carried executions out. */
  readonly recorders: ReadonlyMap<string, ReadonlySet<string>>;
}

function isLeft(id: string, around: readonly string[], { facts, recorders }: Known): boolean {
  const hasEnded = (execution: string) => textOf(factsAbout(facts, execution), provml.status) !== undefined;
  let writer = partsOfId(id)?.writer;
  if (writer === undefined) return around.some((one) => one !== id && hasEnded(one));
  for (const _ of around) {
    const own = around.filter((one) => recorders.get(one)?.has(writer ?? "") || partsOfId(one)?.writer === writer);
    if (own.some(hasEnded)) return true;
    // One that does not say by whom it was recorded was recorded by one writer alone.
    if (own.length === 0) return around.length === 1 && around.every((one) => !recorders.has(one) && hasEnded(one));
    const thread = own.find(
      (one) => !recorders.has(one) && THREAD.test(textOf(factsAbout(facts, one), rdfs.label) ?? ""),
    );
    const [whole] = thread === undefined ? [] : valuesOf(factsAbout(facts, thread), dcterms.isPartOf);
    if (whole === undefined) return false;
    // A thread ends with its process, whose steps or whole execution it is part of.
    writer = partsOfId(whole)?.writer;
    if (writer === undefined) return hasEnded(whole);
  }
  return false;
}

/** What a thread's execution is called; a process's that is called so states an environment. */
const THREAD = /^thread \d+$/;
