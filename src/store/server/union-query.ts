import { TOKEN } from "../query-text.ts";

/**
 * A query that names graphs, asked of a server where the union of all graphs is a named graph itself: its patterns outside
 * GRAPH are put into that graph, and no variable of GRAPH ranges over it, or over the graphs that are the server's own.
 * What cannot be understood stays as it is, for the server to say what is wrong with it.
 */
export function unionQuery(sparql: string, union: string, besides: readonly string[]): string {
  const pieces = piecesOf(sparql);
  const where = whereGroup(pieces);
  if (where === undefined) return sparql;
  const left = [union, ...besides].map((graph) => `<${graph}>`).join(", ");
  const inserts: Insert[] = [
    { at: where.start + 1, text: ` GRAPH <${union}> {` },
    { at: where.end, text: "} " },
  ];
  pieces.forEach((piece, i) => {
    const variable = pieces[i + 1]?.text ?? "";
    if (piece.text.toUpperCase() !== "GRAPH" || !/^[?$]/.test(variable)) return;
    const group = groupFrom(pieces, i + 2);
    if (group !== undefined) inserts.push({ at: group.end + 1, text: ` FILTER(${variable} NOT IN (${left}))` });
  });
  return inserted(sparql, inserts);
}

/**
 * The same query with a filter behind each VALUES of one IRI, which says what that says: without it Virtuoso 7 loses the
 * value where a path of any length starts, and answers for every start there is.
 */
export function filteredValues(sparql: string): string {
  const pieces = piecesOf(sparql);
  const inserts: Insert[] = [];
  let depth = 0;
  pieces.forEach(({ text }, i) => {
    if (text === "{") depth++;
    if (text === "}") depth--;
    if (depth === 0 || text.toUpperCase() !== "VALUES") return; // behind a query there is no place for a filter
    const [variable, open, value, close] = pieces.slice(i + 1, i + 5);
    if (!variable || !/^[?$]/.test(variable.text) || open?.text !== "{" || close?.text !== "}") return;
    if (!value || !/^<|^[^"'?$@{}()]*:/.test(value.text)) return;
    inserts.push({ at: close.at + 1, text: ` FILTER(${variable.text} IN (${value.text}))` });
  });
  return inserted(sparql, inserts);
}

interface Insert {
  readonly at: number;
  readonly text: string;
}

function inserted(sparql: string, inserts: Insert[]): string {
  inserts.sort((a, b) => a.at - b.at);
  let text = "";
  let copied = 0;
  for (const { at, text: added } of inserts) {
    text += sparql.slice(copied, at) + added;
    copied = at;
  }
  return text + sparql.slice(copied);
}

interface Piece {
  readonly text: string;
  readonly at: number;
}

/** Words, names, variables and the like, and the brackets between them. */
function piecesOf(sparql: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  const brackets = (until: number) => {
    for (let at = end; at < until; at++) {
      const text = sparql[at] as string;
      if ("{}()".includes(text)) pieces.push({ text, at });
    }
  };
  for (const { 0: text, index } of sparql.matchAll(TOKEN)) {
    brackets(index);
    if (!text.startsWith("#")) pieces.push({ text, at: index });
    end = index + text.length;
  }
  brackets(sparql.length);
  return pieces;
}

interface Group {
  readonly start: number;
  readonly end: number;
}

/** The group of the WHERE clause: the first one outside of parentheses, after the template of a CONSTRUCT. */
function whereGroup(pieces: readonly Piece[]): Group | undefined {
  const form = pieces.findIndex(({ text }) => /^(SELECT|ASK|CONSTRUCT|DESCRIBE)$/i.test(text));
  let depth = 0;
  let isTemplate = /^CONSTRUCT$/i.test(pieces[form]?.text ?? "");
  for (let i = form + 1; i < pieces.length; i++) {
    const text = pieces[i]?.text;
    if (text === "(") depth++;
    else if (text === ")") depth--;
    if (text !== "{" || depth > 0) continue;
    const group = groupFrom(pieces, i);
    if (!isTemplate || group === undefined) return group;
    isTemplate = false;
    while (i + 1 < pieces.length && (pieces[i + 1]?.at ?? 0) <= group.end) i++;
  }
  return undefined;
}

/** The group that opens at this piece. */
function groupFrom(pieces: readonly Piece[], first: number): Group | undefined {
  const start = pieces[first];
  if (start?.text !== "{") return undefined;
  let depth = 0;
  for (let i = first; i < pieces.length; i++) {
    const piece = pieces[i] as Piece;
    if (piece.text === "{") depth++;
    else if (piece.text === "}") depth--;
    if (depth === 0) return { start: start.at, end: piece.at };
  }
  return undefined;
}
