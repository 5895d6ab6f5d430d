import type { FeedReport } from "../flush/replica/feed.ts";
import { placeText } from "../store/server/connection.ts";
import { EXIT } from "./exit-codes.ts";
import { counted, plainText, printNote } from "./output.ts";

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
