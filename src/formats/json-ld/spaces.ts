import { isObject } from "../json/value.ts";

/** Parsed JSON in which no text holds white space of Unicode, and the texts as they were. */
export interface Hidden {
  readonly value: unknown;
  /** A text of the value, or made of such texts, as it was. */
  shown(text: string): string;
}

/**
 * The package jsonld takes an IRI with white space of Unicode in it (U+00A0, U+3000, …) for none, and drops it or refuses it; RFC 3987 allows it. So while the
 * package works, such a character is hidden behind one of private use that the text does not have.
 */
export function hideSpaces(value: unknown): Hidden {
  if (!someText(value, (text) => text.search(SPACES) >= 0)) return { value, shown: (text) => text };
  const plane = PLANES.find((start) => !someText(value, (text) => text.search(privateOf(start)) >= 0)) ?? 0;
  const hidden = (text: string) => text.replace(SPACES, (one) => String.fromCodePoint(plane + one.charCodeAt(0)));
  const pattern = privateOf(plane);
  return {
    value: withTexts(value, hidden),
    shown: (text) => text.replace(pattern, (one) => String.fromCharCode((one.codePointAt(0) as number) - plane)),
  };
}

const CHARACTERS = [0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff];
for (let code = 0x2000; code <= 0x200a; code++) CHARACTERS.push(code);
const SPACES = new RegExp(`[${String.fromCharCode(...CHARACTERS)}]`, "g");
/** Planes 16 and 15 are of private use. */
const PLANES = [0x100000, 0xf0000];

function privateOf(plane: number): RegExp {
  return new RegExp(`[${String.fromCodePoint(...CHARACTERS.map((code) => plane + code))}]`, "gu");
}

function someText(value: unknown, is: (text: string) => boolean): boolean {
  if (typeof value === "string") return is(value);
  if (Array.isArray(value)) return value.some((one) => someText(one, is));
  return isObject(value) && Object.entries(value).some(([key, one]) => is(key) || someText(one, is));
}

function withTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((one) => withTexts(one, change));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [change(key), withTexts(one, change)]));
}
