import type { Iri, Statement } from "../model/statement.ts";
import { checkShape, GraphLines, graphEnd } from "./graph-lines.ts";
import { writeTriples } from "./triples.ts";

/** Whole lines, in memory of their own. */
export interface Lines {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly count: number;
}

/**
 * The lines of many statements, gathered as one text: that takes half the time of a list that is joined. `quads` are those of `appendQuads`, `triples` the same
 * without their graphs. Only for statements that `expand` made, which has checked their names.
 */
export class StatementLines {
  readonly #form: "quads" | "triples";
  #text = "";
  #count = 0;
  #lines: TextLines | undefined;

  constructor(form: "quads" | "triples") {
    this.#form = form;
  }

  /** In characters. */
  get length(): number {
    return this.#text.length;
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
    this.#text += text;
    this.#count += count;
  }

  /** What has come since the last time. */
  take(): Lines {
    const length = Buffer.byteLength(this.#text);
    const bytes = Buffer.allocUnsafeSlow(length); // memory that nothing else stands in
    bytes.write(this.#text, length === this.#text.length ? "latin1" : "utf8"); // ASCII is copied as it is
    const lines = { bytes: bytes as Uint8Array<ArrayBuffer>, count: this.#count };
    this.#text = "";
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
