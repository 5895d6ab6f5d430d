import { describe, expect, test } from "vitest";
import { provXml } from "../../src/formats/prov-xml/prov-xml.ts";
import { MOST_XML_DEPTH } from "../../src/formats/prov-xml/xml-events.ts";
import { describeShared, sharedFiles } from "../shared-data.ts";

const HEAD = `<prov:document xmlns:prov="http://www.w3.org/ns/prov#" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:ex="http://example.org/">`;
const END = "</prov:document>";

function refusal(text: string): string {
  try {
    provXml.read(text);
  } catch (error) {
    expect(error).toMatchObject({ code: "unreadable", message: expect.not.stringContaining("\n") });
    return (error as Error).message;
  }
  return "read";
}

describe("malformed PROV-XML is refused with its place", () => {
  test.each([
    ["", "line 1, column 1: the XML is not well-formed: document must contain a root element"],
    ["{}", /^line 1, column 3: the XML is not well-formed: text data outside of root node/],
    ["<foo/>", /^line 1, column 1: expected the element prov:document .* found "foo"$/],
    ["<document/>", /^line 1, column 1: expected the element prov:document/],
    [`${HEAD}\n  <prov:entity>${END}`, /^line 2, column 3: prov:entity needs the attribute prov:id/],
    [`${HEAD}\n<prov:entity id="ex:e"/>${END}`, /^line 2, column 1: prov:entity needs the attribute prov:id/],
    [`${HEAD}\n<prov:entity prov:id="ex:e">${END}`, /^line 2, column 44: the XML is not well-formed: unexpected close/],
    [`${HEAD}\n<prov:entity prov:id="ex:e"/>`, /^line 2, column 2\d: the XML is not well-formed: unclosed tag/],
    [
      `${HEAD}\n\n <prov:entity prov:id="x:e"/>${END}`,
      'line 3, column 2: the name "x:e" has a prefix that is not declared',
    ],
    [`${HEAD}<prov:entity prov:id="e"/>${END}`, /the name "e" has no prefix, and no default namespace is declared$/],
    [`${HEAD}<prov:entity prov:id="ex:a b"/>${END}`, /"http:\/\/example.org\/a b" is not an absolute IRI/],
    [`${HEAD}<prov:entity xmlns:r="r#" prov:id="r:a"/>${END}`, /"r#a" is not an absolute IRI/],
    [`${HEAD}<prov:Entity prov:id="ex:e"/>${END}`, /expected a statement of PROV, found "prov:Entity"/],
    [`${HEAD}<prov:used><prov:agent prov:ref="ex:a"/></prov:used>${END}`, /its parts are: activity, entity, time$/],
    [`${HEAD}<prov:used><prov:activity/></prov:used>${END}`, /"prov:activity" needs the attribute prov:ref/],
    [`${HEAD}<prov:used><prov:activity>ex:a</prov:activity></prov:used>${END}`, /text "ex:a" stands where only/],
    [
      `${HEAD}<prov:used><prov:time>noon</prov:time></prov:used>${END}`,
      /"prov:time": expected a time such as .*, found "noon"$/,
    ],
    [
      `${HEAD}<prov:used><prov:entity prov:ref="ex:a"/><prov:entity prov:ref="ex:b"/></prov:used>${END}`,
      /prov:entity stands twice in one statement/,
    ],
    [`${HEAD}text${END}`, /text "text" stands where only elements may/],
    [`${HEAD}<prov:bundleContent/>${END}`, /bundleContent needs the attribute prov:id/],
    [
      `${HEAD}<prov:bundleContent prov:id="ex:b"><prov:bundleContent prov:id="ex:c"/></prov:bundleContent>${END}`,
      /which a bundle does not hold/,
    ],
    [
      `${HEAD}<prov:bundleContent prov:id="ex:b"/><prov:bundleContent prov:id="ex:b"/>${END}`,
      /the bundle is stated twice/,
    ],
    [`${HEAD}&nbsp;${END}`, /not well-formed: undefined entity|not well-formed/],
    [`${HEAD}<prov:entity prov:id="ex:e" prov:id="ex:f"/>${END}`, /duplicate attribute/],
    [`${HEAD}<prov:entity prov:id="ex:e"><ex:t>\u0001</ex:t></prov:entity>${END}`, /disallowed character/],
    [`${HEAD}<prov:entity prov:id="ex:e"><ex:t>&#0;</ex:t></prov:entity>${END}`, /not well-formed/],
  ])("%s", (text, message) => {
    if (typeof message === "string") expect(refusal(text)).toBe(message);
    else expect(refusal(text)).toMatch(message);
  });
});

describe("hostile XML", () => {
  test("no DOCTYPE is read, so no entity grows and none is fetched", () => {
    const laughs = `<?xml version="1.0"?>\n<!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>\n${HEAD}<prov:entity prov:id="ex:&b;"/>${END}`;
    expect(refusal(laughs)).toMatch(/^line 2, column 1: a DOCTYPE is refused/);
    const external = `<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>${HEAD}<prov:entity prov:id="ex:e"><ex:t>&x;</ex:t></prov:entity>${END}`;
    expect(refusal(external)).toMatch(/^line 1, column 1: a DOCTYPE is refused/);
    expect(refusal(`<!DOCTYPE r SYSTEM "http://127.0.0.1:9/x.dtd">${HEAD}${END}`)).toMatch(/a DOCTYPE is refused/);
  });

  test("only UTF-8 and ASCII are read, others are named", () => {
    expect(refusal(`<?xml version="1.0" encoding="UTF-16"?>${HEAD}${END}`)).toBe(
      'line 1, column 1: the encoding "UTF-16" is not read; convert the document to UTF-8',
    );
    for (const encoding of ["utf-8", "US-ASCII", "ascii"]) {
      expect(refusal(`<?xml version="1.0" encoding="${encoding}"?>${HEAD}${END}`)).toBe("read");
    }
    expect(refusal(`\ufeff<?xml version="1.0"?>${HEAD}${END}`)).toBe("read");
    const utf16 = Buffer.from(`${HEAD}${END}`, "utf16le");
    expect(refusal(utf16.toString("utf8"))).toMatch(/UTF-16/);
    expect(refusal(Buffer.concat([Buffer.from([0xff, 0xfe]), utf16]).toString("utf8"))).toMatch(/UTF-16/);
  });

  test("half a character is refused at its place, wherever it stands", () => {
    for (const text of ["<?xml \ud800", `${HEAD}<prov:entity prov:id="ex:\udc00"/>${END}`, `${HEAD}${END}\ud84a`]) {
      expect(refusal(text)).toMatch(/^line \d+, column \d+: the XML is not well-formed: half a character/);
    }
  });

  test("depth is limited, in statements as in literals", () => {
    const deep = "<ex:a>".repeat(1_000_000);
    expect(refusal(HEAD + deep)).toMatch(new RegExp(`more than ${MOST_XML_DEPTH} deep`));
    const literal = `<prov:entity prov:id="ex:e"><ex:t xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xsi:type="rdf:XMLLiteral">`;
    expect(refusal(HEAD + literal + deep)).toMatch(/deep in each other/);
  });

  test("names such as __proto__ do no harm", () => {
    const text = `${HEAD}<prov:entity prov:id="ex:__proto__"><ex:__proto__ xsi:type="ex:constructor">x</ex:__proto__></prov:entity>${END}`;
    expect(provXml.read(text)).toMatchObject({ statements: [{ id: "http://example.org/__proto__" }] });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test("many attributes and long texts are read in time that grows with their length", () => {
    const attributes = Array.from({ length: 50_000 }, (_, n) => ` ex:a${n}="x"`).join("");
    expect(refusal(`${HEAD}<prov:entity prov:id="ex:e"${attributes}/>${END}`)).toBe("read");
    expect(
      refusal(`${HEAD}<prov:entity prov:id="ex:e"><ex:t>${"&amp;".repeat(500_000)}</ex:t></prov:entity>${END}`),
    ).toBe("read");
  });
});

describeShared("real files", "prov-malformed", () => {
  test.each(sharedFiles("prov-malformed", /\.xml$/).map(({ name, text }) => [name, text] as const))(
    "%s is refused with its place",
    (_, text) => {
      expect(refusal(text())).toMatch(/^line \d+, column \d+: /);
    },
  );
});
