import type { SolutionRow } from "../../store/store.ts";
import { prov } from "../../vocab/prov.ts";
import { compareTimes, describe, factsAbout, groupBy, iris, textOf } from "../facts.ts";
import { selectInBatches } from "../lookup.ts";
import { executionsOf } from "../runs/executions.ts";
import type { Source } from "../source.ts";
import { type Sparql, sparql } from "../sparql.ts";

/** Things of these paths. */
const AT = (paths: readonly string[]): Sparql => sparql`
SELECT ?thing ?path WHERE { VALUES ?path { ${paths} } ?thing provml:path ?path }`;

const USED = (things: readonly string[]): Sparql => sparql`
SELECT ?thing ?user WHERE { VALUES ?thing { ${iris(things)} } ?user prov:used ?thing }`;

/** When things were used, where that is stated. */
const USE_TIMES = (things: readonly string[]): Sparql => sparql`
SELECT ?thing ?time WHERE { VALUES ?thing { ${iris(things)} } ?usage prov:entity ?thing ; prov:atTime ?time }`;

/**
 * For files that were read, the checkpoint that was last written there before, where the content of one of them is not known: large
 * files are often overwritten before anyone comes to digest them. A place is a path below a root directory of a host.
 */
export async function checkpointsByPlace(
  source: Source,
  checkpoints: readonly SolutionRow[],
): Promise<Map<string, SolutionRow>> {
  const found = new Map<string, SolutionRow>();
  const byPath = groupBy(
    checkpoints.filter(({ path }) => path !== undefined),
    "path",
  );
  const files = await selectInBatches(source, byPath.keys(), AT);
  const facts = await describe(
    source,
    files.map(({ thing }) => thing?.value ?? ""),
    [prov.wasGeneratedBy, prov.specializationOf],
  );
  const read = files.filter(({ thing, path }) => {
    const its = factsAbout(facts, thing?.value ?? "");
    if (its.has(prov.wasGeneratedBy)) return false;
    return !its.has(prov.specializationOf) || byPath.get(path?.value ?? "")?.some(({ content }) => !content);
  });
  if (read.length === 0) return found;

  const ids = read.map(({ thing }) => thing?.value ?? "");
  const users = groupBy(await selectInBatches(source, ids, USED), "thing");
  const times = groupBy(await selectInBatches(source, ids, USE_TIMES), "thing");
  const userOf = (thing: string) => users.get(thing)?.[0]?.user?.value ?? "";
  const starts = await describe(source, ids.map(userOf), [prov.startedAtTime]);
  const makers = read.flatMap(({ path }) => byPath.get(path?.value ?? "") ?? []).map(({ maker }) => maker?.value ?? "");
  const executions = await executionsOf(source, [...makers, ...ids.map(userOf)]);
  const place = (activity: string) => {
    const { host, rootDirectory } = executions.get(activity) ?? {};
    return JSON.stringify([host, rootDirectory]);
  };
  for (const { thing, path } of read) {
    const id = thing?.value ?? "";
    const user = userOf(id);
    const at = times.get(id)?.[0]?.time?.value ?? textOf(factsAbout(starts, user), prov.startedAtTime);
    const [last] = (byPath.get(path?.value ?? "") ?? [])
      .filter(({ maker, time }) => place(maker?.value ?? "") === place(user) && compareTimes(time?.value, at) <= 0)
      .sort((a, b) => compareTimes(b.time?.value, a.time?.value));
    if (last && (last.content === undefined || !factsAbout(facts, id).has(prov.specializationOf))) found.set(id, last);
  }
  return found;
}
