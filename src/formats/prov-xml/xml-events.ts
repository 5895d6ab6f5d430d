import { type SaxesAttributeNS, SaxesParser, type SaxesTagNS } from "saxes";
import { positionAt, shown, unreadableAt } from "../unreadable.ts";

/** How deep elements may stand in each other; PROV-XML needs five, what a literal holds a few more. */
export const MOST_XML_DEPTH = 256;
/** How long an XML document may be, in UTF-16 code units. */
export const MOST_XML_LENGTH = 2 ** 29 - 1024;

/** An element as its start tag says it. */
export interface XmlElement {
  /** The name as written, with its prefix. */
  readonly name: string;
  readonly namespace: string;
  readonly local: string;
  readonly attributes: Readonly<Record<string, SaxesAttributeNS>>;
  /** The namespaces that this very element declares, by prefix; absent when it declares none. */
  readonly declares?: Readonly<Record<string, string>>;
  readonly selfClosing: boolean;
  /** The offset of the start tag in the text. */
  readonly at: number;
}

/** What becomes of an element: one frame stands for it between its tags. */
export interface XmlFrame {
  /** An element inside this one starts; the frame for it. */
  open(element: XmlElement): XmlFrame;
  /** Characters inside this element, CDATA included; absent: only white space is allowed. */
  text?(characters: string): void;
  close?(): void;
}

/** How an in-scope prefix is resolved; undefined when it is not declared. */
export type ResolvePrefix = (prefix: string) => string | undefined;

/**
 * Reads namespace-well-formed XML without a DTD: the document, or with `fragment` the content of an element. The frame that `start` makes gets the
 * root element, or all elements of a fragment.
 * @throws {ProvenanceError} `unreadable` with line and column: what is not well-formed, any DOCTYPE, an encoding other than UTF-8 and ASCII, more than the limits.
 */
export function readXml(
  text: string,
  start: (resolve: ResolvePrefix) => XmlFrame,
  { fragment }: { readonly fragment?: true } = {},
): void {
  if (text.length > MOST_XML_LENGTH)
    throw unreadableAt("line 1, column 1", "the document is too long to be read whole");
  checkBytes(text);
  checkSurrogates(text);
  const parser = new SaxesParser({ xmlns: true, fragment: fragment ?? false });
  const frames: XmlFrame[] = [start((prefix) => parser.resolve(prefix))];
  const top = () => frames[frames.length - 1] as XmlFrame;
  let tagAt = 0;
  parser.on("error", (error) => {
    const what = error.message.replace(/^\d+:\d+: /, "").replace(/\.$/, "");
    throw unreadableAt(positionAt(text, Math.max(0, parser.position - 1)), `the XML is not well-formed: ${what}`);
  });
  parser.on("doctype", () => {
    const at = Math.max(0, text.lastIndexOf("<!DOCTYPE", parser.position));
    throw unreadableAt(
      positionAt(text, at),
      "a DOCTYPE is refused; remove it, and write entities other than the five of XML out",
    );
  });
  parser.on("xmldecl", ({ encoding }) => {
    if (encoding === undefined || ENCODINGS.has(encoding.toLowerCase())) return;
    throw unreadableAt(
      "line 1, column 1",
      `the encoding ${shown(encoding)} is not read; convert the document to UTF-8`,
    );
  });
  parser.on("opentagstart", ({ name }) => {
    tagAt = Math.max(0, parser.position - name.length - 2);
    if (frames.length <= MOST_XML_DEPTH) return;
    throw unreadableAt(positionAt(text, tagAt), `elements stand more than ${MOST_XML_DEPTH} deep in each other`);
  });
  parser.on("opentag", (tag) => frames.push(top().open(elementOf(tag, tagAt))));
  const onText = (characters: string) => {
    const frame = top();
    if (frame.text) frame.text(characters);
    else if (NOT_SPACE.test(characters)) {
      const at = Math.max(0, parser.position - 1);
      throw unreadableAt(positionAt(text, at), `text ${shown(characters.trim())} stands where only elements may`);
    }
  };
  parser.on("text", onText);
  parser.on("cdata", onText);
  parser.on("closetag", () => frames.pop()?.close?.());
  parser.write(text).close();
}

const ENCODINGS = new Set(["utf-8", "utf8", "us-ascii", "ascii"]);
const NOT_SPACE = /[^ \t\r\n]/;

/** The parser takes half a character at the end of the text for a whole one, and fails. */
function checkSurrogates(text: string): void {
  if (text.isWellFormed()) return;
  const at = text.search(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/);
  throw unreadableAt(positionAt(text, at), "the XML is not well-formed: half a character (a lone surrogate)");
}

/** Bytes of UTF-16 or UTF-32 that were read as UTF-8 still show what they are. */
function checkBytes(text: string): void {
  const head = text.slice(0, 4);
  if (!head.includes("\0") && !head.startsWith("\ufffd\ufffd") && !head.startsWith("\ufffe")) return;
  throw unreadableAt("line 1, column 1", "the document looks like UTF-16 or UTF-32; convert it to UTF-8");
}

function elementOf(tag: SaxesTagNS, at: number): XmlElement {
  const { name, uri, local, attributes, isSelfClosing, ns } = tag;
  const element = { name, namespace: uri, local, attributes, selfClosing: isSelfClosing, at };
  for (const _ in ns) return { ...element, declares: ns };
  return element;
}
