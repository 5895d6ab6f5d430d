import { SaxesParser } from "saxes";

/** An element of a picture that was read back as XML. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Its own text. */
  text: string;
  readonly inside: Element[];
}

/** Reads a picture as a strict XML parser does. */
export function parsed(svg: string): Element {
  const root: Element = { name: "", attributes: {}, text: "", inside: [] };
  const open = [root];
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name, attributes }) => {
    const element: Element = { name, attributes: attributes as Record<string, string>, text: "", inside: [] };
    open.at(-1)?.inside.push(element);
    open.push(element);
  });
  parser.on("text", (text) => {
    const element = open.at(-1);
    if (element) element.text += text;
  });
  parser.on("closetag", () => {
    open.pop();
  });
  parser.write(svg).close();
  return root.inside[0] as Element;
}

export function all(element: Element, name: string): Element[] {
  return [...(element.name === name ? [element] : []), ...element.inside.flatMap((one) => all(one, name))];
}
