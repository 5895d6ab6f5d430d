import { ProvenanceError } from "../model/error.ts";
import type { CommandInput } from "./command.ts";

/** The option of commands that ask a SPARQL server, or feed one. */
export const STORE_OPTION = {
  store: { type: "string", value: "URL", summary: "a SPARQL 1.1 server (default: PROVML_STORE, else none)" },
} as const;

/** The address of the server that a command is about, if it is about one; `--store ""` is none, whatever PROVML_STORE says. */
export function storeAddress({ options }: CommandInput): string | undefined {
  return ((options.store as string | undefined) ?? process.env.PROVML_STORE) || undefined;
}

export function isAddress(text: string): boolean {
  return /^https?:\/\//i.test(text);
}

/** Another scheme, or a host with a port. */
const LIKE_ADDRESS = /^(?:\w[\w+.-]*:\/\/|[\w.-]+:\d+(?:\/|$))/;

/**
 * Whether the other side of a transfer is a server; else it is a directory. What looks like an address but is none is not made
 * a directory, where it would be taken for delivered. It is not shown, as it may hold a password.
 * @throws {ProvenanceError} `bad-option`
 */
export function isServer(target: string): boolean {
  if (isAddress(target)) return true;
  if (!LIKE_ADDRESS.test(target)) return false;
  throw new ProvenanceError(
    "bad-option",
    "this looks like the address of a server; give it with http:// or https://, or a directory of that name with ./ before it",
  );
}
