import type { SolutionRow } from "../../src/store/store.ts";
import type { Subject } from "./subjects.ts";

/** A question as SPARQL over generic PROV, and what of its rows tells whether the answer is right. */
export interface GenericQuestion {
  readonly query: (subject: Subject) => string;
  readonly gist: (rows: readonly SolutionRow[]) => unknown;
}

/** From something to what it came of: made by, used, derived from, the same bytes. */
const BACK = "(prov:wasGeneratedBy/prov:used|prov:wasDerivedFrom|prov:specializationOf/^prov:specializationOf)*";
const FORTH = "(^prov:used/^prov:wasGeneratedBy|^prov:wasDerivedFrom|prov:specializationOf/^prov:specializationOf)*";

const HEAD = "PREFIX prov: <http://www.w3.org/ns/prov#> PREFIX g: <urn:x-generic:>";
const at = (path: string) => `g:attribute ${JSON.stringify(`path=${path}`)}`;
const is = (type: string) => `g:attribute "type=${type}"`;
const named = (name: string, label: string) => `${name} g:attribute ${label} . FILTER(STRSTARTS(${label}, "label="))`;
const valued = (name: string, value: string) =>
  `${name} g:attribute ${value} . FILTER(STRSTARTS(${value}, "hasValue="))`;

/**
 * Who knows no types says by their texts what is a hyperparameter, a measure, a model. Q2 asks about rows, which generic PROV has no place for.
 * Nothing of what provml knows beside the graph helps: what bytes were first, which state of a model is the last.
 */
export const GENERIC_ASKED: Readonly<Record<string, GenericQuestion>> = {
  Q1: {
    query: ({ model }) => `${HEAD} SELECT DISTINCT ?kind ?name ?value {
      ?file ${at(model.path)} ; prov:wasGeneratedBy ?fit ; prov:wasDerivedFrom ?model .
      { ?fit prov:used ?v . ?v ${is("LearningHyperparameterValue")} . BIND("hyperparameter" AS ?kind) }
      UNION { ?test prov:used ?model . ?v prov:wasGeneratedBy ?test ; ${is("ModelEvaluation")} . BIND("measure" AS ?kind) }
      ${named("?v", "?name")} ${valued("?v", "?value")} }`,
    gist: (rows) => ({ learningRate: numberOf(rows, "learningRate"), loss: numberOf(rows, "loss") }),
  },
  Q3: {
    query: ({ preparation }) => `${HEAD} SELECT ?fit ?loss {
      ?a ${at(preparation.train.path)} ; prov:specializationOf/^prov:specializationOf ?data .
      ?fit prov:used ?data ; ${is("TrainingExecution")} . ?model prov:wasGeneratedBy ?fit . ?test prov:used ?model .
      ?v prov:wasGeneratedBy ?test ; ${is("ModelEvaluation")} , "label=loss" .
      ${valued("?v", "?text")} BIND(<http://www.w3.org/2001/XMLSchema#double>(STRAFTER(?text, "=")) AS ?loss) } ORDER BY ?loss LIMIT 1`,
    gist: ([row]) => ({ loss: Number(row?.loss?.value) }),
  },
  Q4: {
    query: ({ model }) => `${HEAD} SELECT DISTINCT ?path {
      ?file ${at(model.path)} ; prov:wasGeneratedBy ?fit ; prov:wasDerivedFrom ?model .
      { ?fit prov:used ?data } UNION { ?test prov:used ?model , ?data . ?v prov:wasGeneratedBy ?test ; ${is("ModelEvaluation")} }
      ?data ${is("LearningDataSetReference")} ; g:attribute ?path . FILTER(STRSTARTS(?path, "path=")) }`,
    gist: (rows) => ({ paths: rows.map(({ path }) => path?.value.slice(5)).sort() }),
  },
  Q5: {
    query: ({ model }) => `${HEAD} SELECT DISTINCT ?path {
      ?file ${at(model.path)} ; ${BACK} ?raw . ?raw g:attribute ?path . FILTER(STRSTARTS(?path, "path=raw/")) }`,
    gist: (rows) => ({ raws: rows.length }),
  },
  Q6: {
    query: ({ preparation }) => `${HEAD} SELECT DISTINCT ?value {
      ?data ${at(preparation.train.path)} ; prov:wasGeneratedBy ?prepare .
      ?prepare prov:used ?v . ?v g:attribute "label=scaling" ; prov:value ?value }`,
    gist: ([row]) => ({ scaling: row?.value?.value }),
  },
  Q7: {
    query: ({ raw }) => `${HEAD} SELECT DISTINCT ?path {
      ?raw ${at(raw.path)} ; ${FORTH} ?model . ?model g:attribute ?path . FILTER(STRSTARTS(?path, "path=models/")) }`,
    gist: (rows) => ({ models: rows.length }),
  },
};

function numberOf(rows: readonly SolutionRow[], name: string): number {
  return Number(rows.find((row) => row.name?.value === `label=${name}`)?.value?.value.slice("hasValue=".length));
}
