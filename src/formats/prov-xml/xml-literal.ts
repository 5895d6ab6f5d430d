import { ProvenanceError } from "../../model/error.ts";
import { readXml, type XmlElement, type XmlFrame } from "./xml-events.ts";
import { escapeXmlText } from "./xml-text.ts";

/**
 * Takes the content of an element as an rdf:XMLLiteral: elements as they were written, each with the declarations of the namespaces that it
 * needs and nothing around it declares within the literal. White space with line breaks between elements, where no other text stands, is how a printer lays elements
 * out, and is left out; so are comments. Content without elements is the literal's text itself, `<b>` for `&lt;b>`, as Python writes it.
 */
export function xmlLiteralFrame(found: (lexical: string) => void): XmlFrame {
  let text = "";
  let hasElements = false;
  const content = contentFrame([], (inner) => found(hasElements ? inner : text));
  return {
    open(element) {
      hasElements = true;
      return content.open(element);
    },
    text(characters) {
      text += characters;
      content.text?.(characters);
    },
    close: () => content.close?.(),
  };
}

/** The content of an element, or undefined when this text is not what {@link xmlLiteralFrame} would find if it stood there. */
export function xmlLiteralContent(lexical: string): string | undefined {
  if (!lexical.includes("<")) return undefined;
  let found: string | undefined;
  const frame = xmlLiteralFrame((inner) => {
    found = inner;
  });
  try {
    readXml(lexical, () => frame, { fragment: true });
    frame.close?.();
  } catch (error) {
    if (error instanceof ProvenanceError) return undefined;
    throw error;
  }
  return found === lexical ? lexical : undefined;
}

type Scope = readonly Readonly<Record<string, string>>[];

function contentFrame(scope: Scope, found: (inner: string) => void): XmlFrame {
  const pieces: { readonly text: string; readonly isLayout: boolean }[] = [];
  let hasText = false;
  return {
    open(element) {
      const { head, declared } = startTag(element, scope);
      return contentFrame([...scope, declared], (inner) => {
        const text = inner === "" ? `<${head}/>` : `<${head}>${inner}</${element.name}>`;
        pieces.push({ text, isLayout: false });
      });
    },
    text(characters) {
      const isSpace = !/[^ \t\r\n]/.test(characters);
      if (!isSpace) hasText = true;
      pieces.push({ text: escapeXmlText(characters), isLayout: isSpace && characters.includes("\n") });
    },
    close() {
      const isLaidOut = !hasText && pieces.some(({ text }) => text.startsWith("<"));
      found(pieces.map(({ text, isLayout }) => (isLayout && isLaidOut ? "" : text)).join(""));
    },
  };
}

function startTag(element: XmlElement, scope: Scope): { head: string; declared: Record<string, string> } {
  const declared: Record<string, string> = { ...element.declares };
  const need = (prefix: string, namespace: string) => {
    if (prefix === "xml" || declared[prefix] !== undefined) return;
    const outer = scope.findLast((one) => one[prefix] !== undefined)?.[prefix] ?? "";
    if (outer !== namespace) declared[prefix] = namespace;
  };
  const written: string[] = [];
  need(element.name.includes(":") ? element.name.slice(0, element.name.indexOf(":")) : "", element.namespace);
  for (const { name, prefix, uri, value } of Object.values(element.attributes)) {
    if (prefix !== "" && prefix !== "xmlns") need(prefix, uri);
    written.push(` ${name}="${escapeXmlText(value, "attribute")}"`);
  }
  const added = Object.keys(declared).filter((prefix) => element.declares?.[prefix] === undefined);
  const more = added.map(
    (prefix) =>
      ` ${prefix === "" ? "xmlns" : `xmlns:${prefix}`}="${escapeXmlText(declared[prefix] as string, "attribute")}"`,
  );
  return { head: element.name + more.join("") + written.join(""), declared };
}
