import { cellsOfCharacter } from "./wide.ts";

/** The fonts that every system has one of; nothing is fetched. */
export const FONTS = "Helvetica, Arial, 'Liberation Sans', sans-serif";

/** How wide a text is at most, about, in Helvetica or what stands in for it, which may be wider; in the unit of the size. */
export function textWidth(text: string, size: number): number {
  let thousandths = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > LAST_ASCII) return (widthOfAny(text) * size * SLACK) / 1000;
    thousandths += ASCII_WIDTHS[code] || 600 * cellsOfCharacter(text[i] as string);
  }
  return (thousandths * size * SLACK) / 1000;
}

function widthOfAny(text: string): number {
  let thousandths = 0;
  for (const character of text)
    thousandths += ASCII_WIDTHS[character.charCodeAt(0)] || WIDTHS.get(character) || 600 * cellsOfCharacter(character);
  return thousandths;
}

/** DejaVu Sans is about so much wider. */
const SLACK = 1.2;

/** A text that is too wide loses its middle: the ends tell names, paths and ids apart. */
export function fitText(text: string, size: number, width: number): string {
  if (text.length * size * 0.2 <= width && textWidth(text, size) <= width) return text;
  const characters = [...text];
  if (characters.length > MOST_CHARACTERS) characters.splice(MOST_CHARACTERS / 2, characters.length - MOST_CHARACTERS);
  else if (textWidth(text, size) <= width) return text;
  const tail: string[] = [];
  const head: string[] = [];
  let left = width - size; // the ellipsis takes a whole one
  for (let turn = 0; characters.length > 0; turn++) {
    const isHead = turn % 2 === 0;
    const next = (isHead ? characters.shift() : characters.pop()) as string;
    left -= textWidth(next, size);
    if (left < 0) break;
    if (isHead) head.push(next);
    else tail.unshift(next);
  }
  return `${head.join("")}…${tail.join("")}`;
}
const MOST_CHARACTERS = 1000;

/** The advance widths of Helvetica in thousandths of its size, as its metrics give them. */
const WIDTHS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    191: "'",
    222: "ijl",
    260: "|",
    278: " !,./:;I[\\]ft",
    333: "()-`r",
    334: "{}",
    355: '"',
    389: "*",
    469: "^",
    500: "Jcksvxyz",
    556: "#$0123456789?L_abdeghnopqu",
    584: "+<=>~",
    611: "FTZ",
    667: "&ABEKPSVXY",
    722: "CDHNRUw",
    778: "GOQ",
    833: "Mm",
    889: "%",
    944: "W",
    1000: "…",
    1015: "@",
  }).flatMap(([width, characters]) => [...characters].map((one) => [one, Number(width)] as const)),
);

const LAST_ASCII = 127;
const ASCII_WIDTHS = Uint16Array.from({ length: 128 }, (_, code) => WIDTHS.get(String.fromCharCode(code)) ?? 0);
