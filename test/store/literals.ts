import { type LiteralTerm, literalTerm } from "../../src/rdf/terms.ts";

const XSD = "http://www.w3.org/2001/XMLSchema#";
const RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const typed = (type: string, ...lexicals: readonly string[]) => lexicals.map((one) => literalTerm(one, { type }));
const xsd = (type: string, ...lexicals: readonly string[]) => typed(XSD + type, ...lexicals);

/** A literal of every kind that provml writes or a user may give a type, hostile ones included. */
export const LITERALS: readonly LiteralTerm[] = [
  ...xsd("integer", "0", "-7", "42", "2147483647", "2147483648", "-2147483649", "9007199254740993"),
  ...xsd("integer", "9223372036854775807", "-9223372036854775808"),
  ...xsd("double", "0.0E0", "-0.0E0", "1.0E0", "1.0E-1", "3.0000000000000004E-1", "3.141592653589793E0", "1.0E21"),
  ...xsd("double", "1.7976931348623157E308", "2.2250738585072014E-308", "5.0E-324", "1.2345678901234567E-5"),
  ...xsd("double", "NaN", "INF", "-INF", "1.2345E4", "6.02214076E23", "-9.5E-1"),
  ...xsd("boolean", "true", "false"),
  ...xsd("dateTime", "2026-11-21T10:00:00Z", "2026-11-21T10:00:00.123Z", "2026-11-21T10:00:00.1Z"),
  ...xsd("dateTime", "1969-12-31T23:59:59.999Z", "2038-01-19T03:14:08.001Z", "0001-01-01T00:00:00Z"),
  ...xsd("dateTime", "2026-11-21T10:00:00.5+02:00", "2026-11-21T10:00:00"),
  ...xsd("decimal", "1.1", "-0.001"),
  ...xsd("float", "1.5E0"),
  ...xsd("long", "5"),
  ...xsd("nonNegativeInteger", "5"),
  ...xsd("date", "2026-11-21"),
  ...xsd("time", "10:00:00Z"),
  ...xsd("duration", "PT1.5S", "P1Y2M3DT4H5M6S"),
  ...xsd("gYear", "2026"),
  ...xsd("anyURI", "http://example.org/a?b=c"),
  ...xsd("QName", "ex:a"),
  ...xsd("base64Binary", "AAEC"),
  ...xsd("hexBinary", "00FF"),
  ...typed(`${RDF}JSON`, '{"a":[1,2.5,null,"\u{1f600}"]}'),
  ...typed("http://example.org/type", "", "x y"),
  literalTerm("loss", { language: "en" }),
  literalTerm("Verlust", { language: "de-at" }),
  literalTerm("", { language: "fr" }),
  literalTerm("損失\u{1f600}", { language: "zh-hant-tw" }),
  ...["", "plain", "42", "true", " spaces around ", "naïve", "<b>&lt;&amp;</b>", "'", "''' \"\"\"", "\\", "\\u0041"],
  ...['a "b"\\\n\t\r > . <', "a\r\nb", "\u0001\u0002\b\f\u001f\u007f\u0080\u0085\u009f", "\u00a0\u2028\u2029\u200b"],
  ...["\u{1f600}\u{10ffff}\u{1d11e}", "\u202eabc\u2066\u200f", "\ufeff\ufffd", "e\u0301\u00e9", "ﷺ中文हिन्दी"],
  ...["x".repeat(70_000), "\u00e9".repeat(5000), "$1 %s %20 {{x}} $", "_:b0", "<http://example.org/a>"],
].map((one) => (typeof one === "string" ? literalTerm(one) : one));

export const IRIS: readonly string[] = [
  "https://w3id.org/prov-ml/id/0193a5c0-0000-7000-8000-000000000001/w1-5",
  "ni:///sha-256;LCa0a2j_xo_5m0U8HTBBNBNCLXBkg7-g-YpeiGJm564",
  "pkg:npm/provml@1.0.0?a=b#c",
  "swh:1:rev:309cf2674ee7a0749978cf8265ab91a60aea0f7d",
  "urn:uuid:0193a5c0-0000-7000-8000-000000000001",
  "mailto:ada@example.org",
  "http://example.org/",
  "http://example.org/a#",
  "http://example.org/a.b.",
  "http://example.org/1-b.c",
  "http://example.org/a%20b%3E",
  "http://example.org/a(b),c;d'e!$*+=~",
  "http://example.org/é/中文/\u{1f600}",
  "http://example.org/a?b=c&d=e",
];
