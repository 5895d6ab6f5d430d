import { provml } from "../vocab/provml.ts";
import { rdf } from "../vocab/rdf.ts";
import { kept, type Source, select } from "./source.ts";
import { type Sparql, sparql } from "./sparql.ts";

/** Things whose id goes on like this after a slash, and executions whose UUID does; some of them, where there are very many. */
export async function idsStarting(source: Source, start: string): Promise<string[]> {
  if (source.index === undefined) return subjectsOf(await select(source, NUMBERED(start)));
  const { ids, locals, executions } = await kept(source, readIds);
  const within = `/${start}`;
  const last = start.slice(start.lastIndexOf("/") + 1);
  const found = new Set<string>();
  for (let at = placeOf(locals, last); locals[at]?.startsWith(last) && found.size < MOST; at++) {
    const id = ids[at] as string;
    const from = id.indexOf(within);
    if (from >= 0 && !id.includes("/", from + within.length)) found.add(id);
  }
  for (const id of executions) if (id.includes(within) && found.size < MOST) found.add(id);
  return [...found];
}

const MOST = 1000;

const NUMBERED = (start: string): Sparql => sparql`
SELECT DISTINCT ?s WHERE {
  { ?s a ?type . FILTER(CONTAINS(STR(?s), ${`/${start}`}) && !CONTAINS(STRAFTER(STR(?s), ${`/${start}`}), "/")) }
  UNION
  { ?s a provml:WorkflowExecution . FILTER(STRENDS(STR(?s), "/execution") && CONTAINS(STR(?s), ${`/${start}`})) }
} LIMIT 1000`;

const TYPED: Sparql = sparql`SELECT DISTINCT ?s WHERE { ?s a ?type }`;
const EXECUTIONS: Sparql = sparql`SELECT DISTINCT ?s WHERE { ?s a provml:WorkflowExecution }`;

interface Ids {
  /** In the order of what stands after their last slash. */
  readonly ids: readonly string[];
  readonly locals: readonly string[];
  readonly executions: readonly string[];
}

async function readIds(source: Source): Promise<Ids> {
  const index = await source.index?.with([rdf.type]);
  const typed = index?.having(rdf.type) ?? subjectsOf(await select(source, TYPED, { timeoutMs: READ_TIMEOUT_MS }));
  const pairs = typed.map((id) => [id, id.slice(id.lastIndexOf("/") + 1)] as const);
  pairs.sort(([a, one], [b, other]) => (one === other ? (a < b ? -1 : 1) : one < other ? -1 : 1));
  const wholes =
    index?.subjects(rdf.type, provml.WorkflowExecution).map(({ value }) => value) ??
    subjectsOf(await select(source, EXECUTIONS));
  const executions = wholes.filter((id) => id.endsWith("/execution"));
  return { ids: pairs.map(([id]) => id), locals: pairs.map(([, local]) => local), executions };
}

const READ_TIMEOUT_MS = 600_000;

function subjectsOf(rows: readonly { readonly s?: { readonly value: string } }[]): string[] {
  return rows.flatMap(({ s }) => (s === undefined ? [] : [s.value]));
}

/** Where the texts begin that are not before this one. */
function placeOf(texts: readonly string[], from: string): number {
  let [low, high] = [0, texts.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((texts[middle] as string) < from) low = middle + 1;
    else high = middle;
  }
  return low;
}
