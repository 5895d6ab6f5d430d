import type { ElementKind, FormalKind, Kind, RELATIONS } from "./relations.ts";

/** An absolute IRI, or `_:label`: an anonymous identifier, which means something within one document only. */
export type Iri = string;

/**
 * A value of an attribute. A plain string is an xsd:string; a number is an xsd:integer when it is a safe integer other
 * than -0, else an xsd:double; everything else says its datatype, its language or that it is an IRI.
 */
export type Value = string | number | boolean | IriValue | TypedValue | LanguageValue;

export interface IriValue {
  readonly iri: Iri;
}
export interface TypedValue {
  readonly value: string;
  readonly type: Iri;
}
export interface LanguageValue {
  readonly value: string;
  readonly language: string;
}

/** One attribute-value pair (PROV-DM 5.7.2). The same name may come several times. */
export type Attribute = readonly [name: Iri, value: Value];

interface Common {
  readonly attributes?: readonly Attribute[];
  /** The named graph (bundle) that states this; absent: the graph of the execution that wrote it. */
  readonly graph?: Iri;
}

/** A key of a dictionary and the entity that it leads to (PROV-Dictionary 3.1). */
export interface KeyEntityPair {
  readonly key: Value;
  readonly entity: Iri;
}

/** The value of a formal attribute by its kind; times are xsd:dateTime lexical forms. */
type FormalValue<F> = F extends "key"
  ? Value
  : F extends "keySet"
    ? readonly Value[]
    : F extends "keyEntitySet"
      ? readonly KeyEntityPair[]
      : F extends FormalKind
        ? string
        : never;

type Formal<K extends Kind> = {
  readonly [Name in keyof (typeof RELATIONS)[K]["formal"]]?: FormalValue<(typeof RELATIONS)[K]["formal"][Name]>;
};

type StatementOf<K extends Kind> = K extends ElementKind
  ? { readonly kind: K; readonly id: Iri } & Formal<K> & Common
  : { readonly kind: K; readonly id?: Iri } & Formal<K> & Common;

/**
 * One PROV-DM statement: its PROV-N keyword, its id, its formal attributes under their PROV-DM names, and its further
 * attributes. Names are absolute IRIs, times are xsd:dateTime lexical forms. A formal attribute that is not given is
 * absent, also where PROV-DM demands it: what a document says may be wrong, and the validator tells. Plain and immutable.
 */
export type Statement = { [K in Kind]: StatementOf<K> }[Kind];

export type ElementStatement = Extract<Statement, { kind: ElementKind }>;
