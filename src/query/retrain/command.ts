/** Capture cuts longer commands. */
const LONGEST = 2000;

/**
 * The words of a recorded command line; undefined where it cannot be run again as it stands: cut off, or with a secret taken out. Words with other characters than
 * names and paths have stand as JSON.
 */
export function wordsOf(command: string): readonly string[] | undefined {
  if (command.length >= LONGEST || command.includes("[redacted]")) return undefined;
  const words: string[] = [];
  let rest = command;
  while (rest !== "") {
    const [all, quoted, plain] = /^("(?:[^"\\]|\\.)*"|([^\s"]\S*))(?: |$)/.exec(rest) ?? [];
    if (all === undefined || quoted === undefined) return undefined;
    words.push(plain ?? (JSON.parse(quoted) as string));
    rest = rest.slice(all.length);
  }
  return words.length > 0 ? words : undefined;
}

/** A word as a shell takes it. */
export function shellWord(word: string): string {
  return /^[\w./:=@,+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
