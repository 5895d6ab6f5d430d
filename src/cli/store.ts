import type { FeedReport } from "../flush/replica/feed.ts";
import { ProvenanceError } from "../model/error.ts";
import { placeText } from "../store/server/connection.ts";
import type { CommandInput } from "./command.ts";
import { EXIT } from "./exit-codes.ts";
import { counted, plainText, printNote } from "./output.ts";

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

export function feedText(address: string, report: FeedReport): string {
  const { files, quads, refused, cursorFault, waiting } = report;
  const lines = [
    `${counted(quads, "quad")} of ${counted(files, "graph file")} delivered to ${placeText(new URL(address))}`,
  ];
  if (refused > 0) lines.push(`${counted(refused, "quad")} that it refused: in quarantine/ with the reason`);
  for (const path of report.damaged) lines.push(`not delivered, since it does not match its check sum: ${path}`);
  if (cursorFault !== undefined) lines.push(`delivered again another time, since that cannot be noted: ${cursorFault}`);
  for (const what of report.unreadable) lines.push(`not delivered: ${what}`);
  if (waiting !== undefined) lines.push(`the rest waits, and is delivered by the next flush: ${waiting}`);
  return plainText(lines.join("\n")).replaceAll("\\n", "\n");
}

export function feedExit({ waiting, refused, damaged, unreadable }: FeedReport): number {
  if (waiting !== undefined) return EXIT.fault;
  return refused + damaged.length + unreadable.length > 0 ? EXIT.no : EXIT.done;
}

/** Tells why a delivery waits, each reason once in a row. */
export function tellsOnce(): (reason: string) => void {
  let told = "";
  return (reason) => {
    if (reason !== told) printNote(`a delivery waits: ${reason}`);
    told = reason;
  };
}
