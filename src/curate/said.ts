import { v7 } from "uuid";
import { settingsOf } from "../capture/options.ts";
import { userName } from "../capture/origin/program.ts";
import { cleanName } from "../capture/secrets.ts";
import { stateCuration } from "../flush/curation.ts";
import type { Brief, BriefValue, Name } from "../model/brief.ts";
import { curationName, definitionName } from "../model/names.ts";
import type { Graph, Remark } from "../query/index.ts";
import { baseOf } from "./subject.ts";

/** Whose statement it is, and when it was made. */
export interface CurateOptions {
  /** A name, or a name with an IRI such as an ORCID (`Ada <https://orcid.org/…>`). Default: `PROVML_AGENT`, else the user's login name. */
  readonly person?: string;
  /** Where the spool is if not in the directory. Default: `PROVML_SPOOL`. */
  readonly spool?: string;
}

/** One act of a person: the activity, who did it, and when. */
export interface Act {
  readonly uuid: string;
  readonly base: string;
  readonly name: Name;
  readonly person: { readonly id: Name; readonly name: string };
  /** Milliseconds since 1970. */
  readonly time: number;
}

/**
 * An act about a thing, now, or just after the last remark that is known of it: what a person has seen and answers does not come later because another machine's
 * clock was ahead.
 * @throws {ProvenanceError} `bad-option`, `bad-iri` where the person is none
 */
export function begun(about: string, known: readonly Remark[], { person }: CurateOptions): Act {
  const settings = settingsOf(person === undefined ? {} : { agent: person }, process.env, () => {});
  const last = Math.max(0, ...known.map(({ at }) => Date.parse(at)).filter((time) => !Number.isNaN(time)));
  const time = Math.max(Date.now(), last + 1);
  const uuid = v7({ msecs: time });
  const whose = settings.agent ?? { name: userName() };
  const name = cleanName(whose.name);
  const isHarmless = whose.iri !== undefined && cleanName(whose.iri) === whose.iri;
  const id = isHarmless ? `<${whose.iri}>` : definitionName("agent", name);
  return { uuid, base: baseOf(about, settings.base), name: curationName(uuid), person: { id, name }, time };
}

/** The activity and its person, as every act states them. */
export function actStatements({ name, person, time }: Act, label: string, reason?: string): Brief[] {
  return [
    {
      kind: "agent",
      id: person.id,
      attributes: [
        ["prov:type", { name: "prov:Person" }],
        ["rdfs:label", person.name],
      ],
    },
    {
      kind: "activity",
      id: name,
      startTime: time,
      endTime: time,
      attributes: [
        ["prov:type", { name: "provml:CurationExecution" }],
        ["rdfs:label", label],
        ...(reason === undefined ? [] : [["dcterms:description", reason] as const]),
      ],
    },
    { kind: "wasAssociatedWith", activity: name, agent: person.id },
  ];
}

/** What a person says of a thing in an act. */
export interface Saying {
  readonly kind: Remark["kind"];
  readonly about: string;
  readonly texts: readonly string[];
}

/** Writes what a person says; the ids of the remarks. */
export function say(directory: string, act: Act, { kind, about, texts }: Saying): string[] {
  const ids = texts.map((_, i) => `${act.name}-${i + 1}`);
  const statements = texts.flatMap((text, i): Brief[] => {
    const entity = ids[i] as Name;
    const attributes: [Name, BriefValue][] = [
      ["prov:type", { name: "provml:Remark" }],
      ["prov:type", { name: TYPES[kind] }],
      ["rdfs:label", text.length > LONGEST_LABEL ? `${text.slice(0, LONGEST_LABEL).toWellFormed()}…` : text],
      ["prov:value", text],
      ["dcterms:subject", { name: `<${about}>` }],
    ];
    return [
      { kind: "entity", id: entity, attributes },
      { kind: "wasGeneratedBy", entity, activity: act.name, time: act.time },
      { kind: "wasAttributedTo", entity, agent: act.person.id },
    ];
  });
  stateCuration(directory, { ...act, statements: [...actStatements(act, kind), ...statements] });
  return ids.map((id) => `${act.base}${id.slice("id:".length)}`);
}

const TYPES: Readonly<Record<Remark["kind"], Name>> = {
  tag: "provml:Tag",
  note: "provml:Note",
  name: "provml:GivenName",
};
const LONGEST_LABEL = 80;

/** Writes that remarks are taken back. */
export function takeBack(directory: string, act: Act, remarks: readonly Remark[]): void {
  const statements = remarks.flatMap(({ id }): Brief[] => [
    { kind: "entity", id: `<${id}>` },
    { kind: "wasInvalidatedBy", entity: `<${id}>`, activity: act.name, time: act.time },
  ]);
  stateCuration(directory, { ...act, statements: [...actStatements(act, "untag"), ...statements] });
}

/** The graph in which a thing is looked up stays open for as short as possible. */
export async function withGraph<T>(graph: Graph, ask: (graph: Graph) => Promise<T>): Promise<T> {
  try {
    return await ask(graph);
  } finally {
    await graph.close();
  }
}
