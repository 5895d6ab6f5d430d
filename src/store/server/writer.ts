import { checkLines } from "./check-lines.ts";
import type { Connection } from "./connection.ts";
import { CONTENT_TOO_LARGE } from "./delivery.ts";
import { ServerFault } from "./fault.ts";
import type { Found } from "./question.ts";
import { halves, pieces, type Write, writesOf } from "./writes.ts";

/** What a server is told, one request after the other: servers queue writers anyway, some with deadlocks. */
export class Writer {
  readonly #connection: Connection;
  readonly #ready: () => Promise<Found>;
  readonly #timeoutMs: number;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(connection: Connection, ready: () => Promise<Found>, timeoutMs: number) {
    this.#connection = connection;
    this.#ready = ready;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Brings lines of N-Quads, in as many requests as the server's limits ask for.
   * @throws {ServerFault} after which a part may be there
   */
  async bring(nquads: Uint8Array): Promise<void> {
    checkLines(nquads);
    const parts = partsOf(nquads, await this.#ready());
    // The first part, which mostly is all, is made while another one is written.
    const first = parts.next();
    await this.#inTurn(async (found) => {
      for (let part = first; !part.done; part = parts.next()) await this.#write(part.value, found);
    });
  }

  /** Asks for something to be taken away. */
  take(writeOf: (found: Found) => Write): Promise<void> {
    return this.#inTurn((found) => this.#post(writeOf(found)));
  }

  async #inTurn(work: (found: Found) => Promise<void>): Promise<void> {
    const done = this.#turn.then(async () => work(await this.#ready()));
    this.#turn = done.catch(() => {});
    await done;
  }

  async #write({ lines, writes }: Part, found: Found): Promise<void> {
    try {
      for (const write of writes) await this.#post(write);
    } catch (error) {
      const parts = error instanceof ServerFault && error.status === CONTENT_TOO_LARGE ? halves(lines) : undefined;
      if (parts === undefined) throw error;
      for (const part of parts) await this.#write(partOf(part, found), found);
    }
  }

  async #post(write: Write): Promise<void> {
    await this.#connection.ask({ method: "POST", ...write, timeoutMs: this.#timeoutMs });
  }
}

/** Lines, and the requests that bring them. */
interface Part {
  readonly lines: Uint8Array;
  readonly writes: readonly Write[];
}

function* partsOf(nquads: Uint8Array, found: Found): Generator<Part, void, void> {
  for (const lines of pieces(nquads, found.dialect.mostBytes)) yield partOf(lines, found);
}

function partOf(lines: Uint8Array, { dialect, union, endpoints }: Found): Part {
  return { lines, writes: writesOf(lines, dialect, union, endpoints) };
}
