import { createHmac, randomBytes } from "node:crypto";
import type { Pseudonym } from "../formats/index.ts";
import { printNote } from "./output.ts";

/**
 * Pseudonyms by a secret key: without it nobody can try names until one fits. The same key gives the same pseudonyms in every document.
 */
export function pseudonyms(): Pseudonym {
  const given = process.env.PROVML_PSEUDONYM_KEY;
  if (!given)
    printNote(
      "these pseudonyms are for this document only; set PROVML_PSEUDONYM_KEY to a secret to get the same ones again",
    );
  const key = given || randomBytes(32);
  return (kind, text) => `${kind}-${createHmac("sha256", key).update(`${kind}\0${text}`).digest("hex").slice(0, 16)}`;
}
