import fc from "fast-check";
import { withoutIdleIds } from "../../src/model/anonymous.ts";
import type { Bundle, Document } from "../../src/model/document.ts";
import { isIri, PREFIXES, type Prefixes } from "../../src/model/names.ts";
import {
  type FormalKind,
  formalAttributes,
  isElementKind,
  isKind,
  type Kind,
  RELATIONS,
} from "../../src/model/relations.ts";
import type { Attribute, Iri, KeyEntityPair, Statement, Value } from "../../src/model/statement.ts";
import { anyText } from "../any-text.ts";

/** Texts as bad as a document may hold: of any code units, and made of what means something in some notation. */
export const nastyText: fc.Arbitrary<string> = fc.oneof(
  anyText({ maxLength: 12 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 8 }).map((units) => String.fromCharCode(...units)),
  fc
    .array(
      fc.constantFrom(
        ...'\0 \n \r \t \b \f " \' \\ " """ \\" %% // /* */ @en ^^< > . <![CDATA[ ]]> & &amp; <b> , ) ] } \u2028 \ud800 \udc00'.split(
          " ",
        ),
        "\u0085",
        "\ufeff",
        "\ufffe",
        "\ud83d\ude00",
        " ",
        "",
      ),
      { maxLength: 6 },
    )
    .map((parts) => parts.join("")),
);

/** What may follow the scheme of an IRI, single and in company. */
const iriParts = [
  ...":/?#[]@!$&'()*+,;=%-._~aZ09".split(""),
  "//",
  "/*",
  "%20",
  "%zz",
  "e1",
  "a-b",
  "é",
  "×",
  "（",
  "ん",
  "\u00a0",
  "\u3000",
  "\u200b",
  "\u0300x",
  "\ud83d\ude00",
  "__proto__",
  "document",
  "endBundle",
  "2011-11-16T16:05:00",
  "ns1:",
];

/** Absolute IRIs of every sort: short ones that come often, so that statements meet, and ones that no prefix fits. */
export const anyIri: fc.Arbitrary<Iri> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom("a1", "e1", "e2", "ag", "g1", "x/y#z").map((name) => `http://example.org/${name}`),
  },
  fc
    .tuple(
      fc.constantFrom("http://example.org/", "http://example.org/deep/", "urn:x:", "http:", "s+.-1:", "https://[::1]/"),
      fc.array(fc.constantFrom(...iriParts), { maxLength: 6 }),
    )
    .map(([start, parts]) => start + parts.join(""))
    .filter(isIri),
);

const anonymousId: fc.Arbitrary<Iri> = fc.constantFrom("_:b0", "_:b1", "_:n1", "_:id1", "_:é.x-1");
const anyId = fc.oneof({ weight: 5, arbitrary: anyIri }, anonymousId);

const dateTime = fc.constantFrom(
  "2011-11-16T16:05:00",
  "2011-11-16T16:05:00.123456Z",
  "1999-12-31T24:00:00+14:00",
  "2012-02-29T00:00:00-05:30",
);

const { prov, rdf, rdfs, xsd } = PREFIXES;
const datatype = fc.oneof(
  fc.constantFrom("int", "double", "dateTime", "anyURI", "token", "string").map((name) => xsd + name),
  fc.constant(`${rdf}XMLLiteral`),
  anyIri,
);

export const anyValue: fc.Arbitrary<Value> = fc.oneof(
  nastyText,
  fc.constantFrom<Value>(0, -0, 1, -5, 0.1, 1e300, Number.NaN, Number.NEGATIVE_INFINITY, 2 ** 53, true, false, ""),
  anyId.map((iri) => ({ iri })),
  fc.record({ value: nastyText, type: datatype }),
  fc.record({ value: nastyText, language: fc.constantFrom("en", "en-GB", "zh-Hant-TW", "x-1a") }),
);

const attributeName: fc.Arbitrary<Iri> = fc.oneof(
  fc.constantFrom("type", "label", "location", "role", "value", "entity", "time").map((name) => prov + name),
  fc.constantFrom(`${rdfs}label`, `${rdf}type`, `${prov}atLocation`),
  anyIri,
);
const attribute: fc.Arbitrary<Attribute> = fc.tuple(attributeName, anyValue);
const pair: fc.Arbitrary<KeyEntityPair> = fc.record({ key: anyValue, entity: anyId });

function formalValue(kind: FormalKind): fc.Arbitrary<unknown> {
  if (kind === "time") return dateTime;
  if (kind === "key") return anyValue;
  if (kind === "keySet") return fc.array(anyValue, { maxLength: 3 });
  if (kind === "keyEntitySet") return fc.array(pair, { maxLength: 3 });
  return anyId;
}

/** A statement of a kind; each formal attribute may be absent. */
function statementOf(kind: Kind): fc.Arbitrary<Statement> {
  const formal = formalAttributes(kind).map(([name, type]) => [name, formalValue(type)] as const);
  const attributes = fc.array(attribute, { minLength: 1, maxLength: 4 });
  const parts = { ...Object.fromEntries(formal), id: anyId, attributes };
  const required = isElementKind(kind) ? ["id" as const] : [];
  return fc.record(parts, { requiredKeys: required }).map((found) => ({ kind, ...found }) as unknown as Statement);
}

export const anyStatement: fc.Arbitrary<Statement> = fc.oneof(
  ...Object.keys(RELATIONS).filter(isKind).map(statementOf),
);

const anyPrefixes: fc.Arbitrary<Prefixes> = fc
  .array(
    fc.tuple(
      fc.oneof(
        fc.constantFrom(
          "",
          "ex",
          "ns1",
          "é",
          "a.b",
          "_",
          "default",
          "prov",
          "xsd",
          "__proto__",
          "xmlns",
          "a b",
          "1",
          "x-",
        ),
        nastyText,
      ),
      fc.oneof(fc.constantFrom("http://example.org/", "urn:x:", prov, xsd), anyIri, nastyText),
    ),
    { maxLength: 4 },
  )
  .map((pairs) => Object.fromEntries(pairs));

const anyBundle: fc.Arbitrary<Bundle> = fc.record(
  { id: anyId, prefixes: anyPrefixes, statements: fc.array(anyStatement, { maxLength: 4 }) },
  { requiredKeys: ["id", "statements"] },
);

/**
 * Documents of every kind of statement, with any part of it absent, in bundles and outside. What they hold is what a document may hold by its
 * type; what a notation cannot carry of it, `lose` takes away.
 */
export const anyDocument: fc.Arbitrary<Document> = fc
  .record({
    prefixes: anyPrefixes,
    statements: fc.array(anyStatement, { maxLength: 8 }),
    bundles: fc.uniqueArray(anyBundle, { selector: ({ id }) => id, maxLength: 3 }),
    redeclared: fc.option(fc.constantFrom("urn:x:", "http://example.org/deep/", "http://other.org/")),
  })
  .map(({ redeclared, ...document }) =>
    withoutIdleIds(redeclared === null ? document : redeclaring(document, redeclared)),
  );

/** The prefix that most names have, which bundles declare anew for this namespace: their ids, and what they state, must not be named by it then. */
function redeclaring(document: Document, namespace: string): Document {
  const bundles = document.bundles.map((one) => ({ ...one, prefixes: { ...one.prefixes, ex: namespace } }));
  return { ...document, prefixes: { ...document.prefixes, ex: "http://example.org/" }, bundles };
}
