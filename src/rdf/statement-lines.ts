import type { Iri, Statement } from "../model/statement.ts";
import { checkShape, GraphLines, graphEnd } from "./graph-lines.ts";
import { TextBytes } from "./text-bytes.ts";
import { writeTriples } from "./triples.ts";

/** Whole lines, in memory of their own. */
export interface Lines {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly count: number;
}

/** What a piece comes to before it is taken: Oxigraph loads pieces of about this size best. */
const PIECE_BYTES = 1_000_000;
/** The statements that end a piece are whole. */
const ROOM = PIECE_BYTES + 100_000;

/**
 * The lines of many statements, gathered as the bytes that they are sent on as: that takes a third of the time of a list of strings. `quads` are those of
 * `appendQuads`, `triples` the same without their graphs. Only for statements that `expand` made, which has checked their names.
 */
export class StatementLines {
  readonly #form: "quads" | "triples";
  #bytes = new TextBytes(ROOM);
  #count = 0;
  #lines: TextLines | undefined;

  constructor(form: "quads" | "triples") {
    this.#form = form;
  }

  /** In bytes. */
  get length(): number {
    return this.#bytes.length;
  }

  /** Whether what has come is worth taking. */
  get isFull(): boolean {
    return this.#bytes.length >= PIECE_BYTES;
  }

  /**
   * Adds the lines of all these statements, which stand in their own graphs, or else in `graph`; or of none.
   * @throws {ProvenanceError} as `appendQuads`
   */
  add(statements: readonly Statement[], graph: Iri): void {
    let text = "";
    let count = 0;
    for (const statement of statements) {
      const lines = this.#of(statement.graph ?? graph);
      checkShape(statement);
      lines.text = "";
      lines.count = 0;
      writeTriples(statement, lines);
      text += lines.text;
      count += lines.count;
    }
    this.#bytes.append(text);
    this.#count += count;
  }

  /** What has come since the last time. */
  take(): Lines {
    const lines = { bytes: this.#bytes.written, count: this.#count };
    this.#bytes = new TextBytes(ROOM);
    this.#count = 0;
    return lines;
  }

  /** Statements come graph by graph. */
  #of(graph: Iri): TextLines {
    if (this.#lines?.graph !== graph) {
      const end = graphEnd(graph);
      this.#lines = new TextLines(graph, end, this.#form === "quads" ? `${end}\n` : " .\n");
    }
    return this.#lines;
  }
}

class TextLines extends GraphLines {
  readonly graph: Iri;
  text = "";
  count = 0;
  readonly #lineEnd: string;

  constructor(graph: Iri, end: string, lineEnd: string) {
    super(graph, end);
    this.graph = graph;
    this.#lineEnd = lineEnd;
  }

  override name(id: Iri): string {
    return `<${id}>`;
  }

  triple(subject: string, property: string, object: string): void {
    this.text += `${subject} ${property} ${object}${this.#lineEnd}`;
    this.count++;
  }
}
