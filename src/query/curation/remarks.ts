import { prov } from "../../vocab/prov.ts";
import { provml } from "../../vocab/provml.ts";
import { dcterms, rdfs } from "../../vocab/rdf.ts";
import {
  compareTimes,
  describe,
  type Facts,
  factsAbout,
  factsOf,
  hasType,
  labelOf,
  present,
  textOf,
} from "../facts.ts";
import { kept, type Source, select } from "../source.ts";
import { type Sparql, sparql } from "../sparql.ts";

/** What a person said of a recorded thing: a tag, a note, or another name. */
export interface Remark {
  readonly id: string;
  readonly kind: "tag" | "note" | "name";
  /** The thing. */
  readonly about: string;
  readonly text: string;
  /** An xsd:dateTime in UTC. */
  readonly at: string;
  readonly person?: { readonly id: string; readonly name: string };
  /** Whether it was taken back. */
  readonly isRemoved: boolean;
}

/** All that people said of recorded things. */
export const REMARKS: Sparql = sparql`
SELECT ?s ?p ?o WHERE {
  ?s a provml:Remark .
  ?s ?p ?o .
  FILTER(?p IN (rdf:type, dcterms:subject, prov:value, prov:generatedAtTime, prov:wasAttributedTo, prov:wasInvalidatedBy, prov:invalidatedAtTime))
}`;

/** All remarks in the order of their times, those that were taken back too. */
export async function readRemarks(source: Source): Promise<readonly Remark[]> {
  return await kept(source, readAll);
}

async function readAll(source: Source): Promise<readonly Remark[]> {
  const facts = factsOf(await select(source, REMARKS));
  const people = await describe(
    source,
    Array.from(facts.values(), (its) => textOf(its, prov.wasAttributedTo) ?? ""),
    [rdfs.label],
  );
  const remarks = Array.from(facts, ([id, its]) => remarkOf(id, its, people)).filter((remark) => remark !== undefined);
  return inOrder(remarks);
}

/** By their times. At the same one ids decide, which begin with a time, so that all copies of a directory agree. */
export function inOrder(remarks: readonly Remark[]): Remark[] {
  return [...remarks].sort((a, b) => compareTimes(a.at, b.at) || (a.id < b.id ? -1 : 1));
}

function remarkOf(id: string, its: Facts, people: ReadonlyMap<string, Facts>): Remark | undefined {
  const kind = KINDS.find(([, type]) => hasType(its, type))?.[0];
  const [about, text, at] = [textOf(its, dcterms.subject), textOf(its, prov.value), textOf(its, prov.generatedAtTime)];
  if (kind === undefined || about === undefined || text === undefined || at === undefined) return undefined;
  const person = textOf(its, prov.wasAttributedTo);
  return {
    id,
    kind,
    about,
    text,
    at,
    ...present({
      person: person === undefined ? undefined : { id: person, name: labelOf(factsAbout(people, person), person) },
    }),
    isRemoved: its.has(prov.wasInvalidatedBy),
  };
}

const KINDS = [
  ["tag", provml.Tag],
  ["note", provml.Note],
  ["name", provml.GivenName],
] as const;

/** What people said of a thing, as runs and models show it. Absent is what nobody said. */
export interface Remarked {
  /** In the order of the alphabet. */
  readonly tags?: readonly string[];
  /** In the order of their times. */
  readonly notes?: readonly { readonly text: string; readonly at: string; readonly person?: string }[];
  /** What it was recorded as, and the names that it was given later, but for its present one. */
  readonly formerNames?: readonly string[];
}

/** By the thing that they are about. */
export async function remarksByThing(source: Source): Promise<ReadonlyMap<string, readonly Remark[]>> {
  return await kept(source, groupAll);
}

async function groupAll(source: Source): Promise<ReadonlyMap<string, readonly Remark[]>> {
  const groups = new Map<string, Remark[]>();
  for (const remark of await readRemarks(source)) {
    const group = groups.get(remark.about);
    if (group) group.push(remark);
    else groups.set(remark.about, [remark]);
  }
  return groups;
}

/** A thing's present name, and what else people said of it. */
export function remarked(recordedName: string, remarks: readonly Remark[] = []): Remarked & { readonly name: string } {
  const standing = remarks.filter(({ isRemoved }) => !isRemoved);
  const texts = (kind: Remark["kind"]) => standing.flatMap((one) => (one.kind === kind ? [one.text] : []));
  const names = [recordedName, ...texts("name")];
  const name = names.at(-1) as string;
  const notes = standing.filter(({ kind }) => kind === "note");
  return {
    name,
    ...present({
      tags: some([...new Set(texts("tag"))].sort()),
      notes: some(notes.map(({ text, at, person }) => ({ text, at, ...present({ person: person?.name }) }))),
      formerNames: some([...new Set(names)].filter((one) => one !== name)),
    }),
  };
}

function some<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length > 0 ? list : undefined;
}
