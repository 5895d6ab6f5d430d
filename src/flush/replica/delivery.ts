import { createHash } from "node:crypto";
import { join } from "node:path";
import { setTimeout as sleepFor } from "node:timers/promises";
import { directoryPaths } from "../../spool/directory.ts";
import { placeText } from "../../store/server/connection.ts";
import type { Delivery } from "../../store/server/server.ts";
import { publishFirst } from "../publish.ts";
import { serverKey } from "./cursor.ts";

/** A server, as far as it takes quads. */
export interface Replica {
  deliver(nquads: Uint8Array): Promise<Delivery>;
}

/** Time and chance, which tests give in days and fixed numbers. */
export interface DeliveryClock {
  /** Milliseconds since any moment. */
  now(): number;
  /** Resolves after the time, or when the signal comes. */
  sleep(ms: number, signal: AbortSignal | undefined): Promise<void>;
  random(): number;
}

export const REAL_CLOCK: DeliveryClock = {
  now: () => performance.now(),
  random: Math.random,
  sleep: (ms, signal) => sleepFor(ms, undefined, signal ? { signal } : {}).catch(() => {}),
};

export interface DeliveryOptions {
  readonly directory: string;
  /** The server's address, for the names and texts of what it refuses. */
  readonly server: string;
  readonly clock: DeliveryClock;
  /** How long one batch is tried again, in milliseconds. */
  readonly patienceMs: number;
  readonly signal: AbortSignal | undefined;
  /** Called when a delivery has to wait, with the reason. */
  readonly onWait: ((reason: string) => void) | undefined;
}

/** `waiting`: the server does not take anything now; all of it may be delivered again later. */
export type BatchResult =
  | { readonly kind: "done"; readonly refused: number }
  | { readonly kind: "waiting"; readonly reason: string };

const FIRST_WAIT_MS = 1000;
const MOST_WAIT_MS = 300_000;
/** When a server has refused so many quads one by one and taken none, it is not about these quads. */
const MOST_REFUSED_ALONE = 32;

/**
 * Delivers lines of N-Quads until the server has them, or patience ends. What it refuses is halved until the statements are found that
 * are at fault: they go to quarantine with the reason, and stay in `graph/` as well.
 */
export async function deliverBatch(
  replica: Replica,
  nquads: Uint8Array,
  options: DeliveryOptions,
): Promise<BatchResult> {
  if (nquads.length === 0) return { kind: "done", refused: 0 };
  const answer = await brought(replica, nquads, options);
  switch (answer.kind) {
    case "stored":
      return { kind: "done", refused: 0 };
    case "retry":
      return { kind: "waiting", reason: answer.reason };
    case "refused":
      return await deliverParts(replica, [...linesOf(nquads)], answer.reason, options);
  }
}

type Lines = readonly Uint8Array[];

/** What is not refused of lines that were refused together. */
async function deliverParts(
  replica: Replica,
  lines: Lines,
  reason: string,
  options: DeliveryOptions,
): Promise<BatchResult> {
  const refused: { readonly line: Uint8Array; readonly reason: string }[] = [];
  let isAnyStored = false;
  const parts: Lines[] = [];
  const note = (part: Lines, why: string) => {
    const half = part.length >> 1;
    if (half === 0) refused.push({ line: part[0] as Uint8Array, reason: why });
    else parts.push(part.slice(half), part.slice(0, half));
  };
  note(lines, reason);
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    const answer = await brought(replica, Buffer.concat(part), options);
    if (answer.kind === "retry") return { kind: "waiting", reason: answer.reason };
    if (answer.kind === "stored") isAnyStored = true;
    else note(part, answer.reason);
    if (answer.kind === "stored" || part.length > 1 || isAnyStored || refused.length !== MOST_REFUSED_ALONE) continue;
    // Before the rest is tried one by one: does it take any at all?
    const sample = await anyStored(replica, spread(parts.flat()), options);
    if (sample.kind === "retry") return { kind: "waiting", reason: sample.reason };
    if (sample.kind === "refused") break;
    isAnyStored = true;
  }
  if (!isAnyStored && refused.length > 1)
    return { kind: "waiting", reason: `the server refuses everything: ${refused[0]?.reason}` };
  for (const { line, reason } of refused) quarantine(options, line, reason);
  return { kind: "done", refused: refused.length };
}

async function anyStored(replica: Replica, lines: Lines, options: DeliveryOptions): Promise<Delivery> {
  let answer: Delivery = { kind: "refused", reason: "" };
  for (const line of lines) {
    answer = await brought(replica, line, options);
    if (answer.kind !== "refused") break;
  }
  return answer;
}

/** Some of them, from the first to the last. */
function spread(lines: Lines): Uint8Array[] {
  const every = Math.max(1, Math.ceil(lines.length / MOST_REFUSED_ALONE));
  return lines.filter((_, n) => n % every === 0 || n === lines.length - 1);
}

function brought(replica: Replica, nquads: Uint8Array, options: DeliveryOptions): Promise<Delivery> {
  return patiently(() => replica.deliver(nquads), options);
}

/** An answer that says to come again. */
type Later = Extract<Delivery, { kind: "retry" }>;

/** Tries again with waits that double, each shortened by chance, so that many that failed together do not come back together. */
export async function patiently<T extends { readonly kind: string }>(
  ask: () => Promise<T | Later>,
  options: Pick<DeliveryOptions, "clock" | "patienceMs" | "signal" | "onWait">,
): Promise<T | Later> {
  const { clock, patienceMs, signal, onWait } = options;
  const started = clock.now();
  for (let failures = 0; ; failures++) {
    const answer = await ask();
    if (!isLater(answer)) return answer;
    onWait?.(answer.reason);
    const backoffMs = Math.min(FIRST_WAIT_MS * 2 ** Math.min(failures, 20), MOST_WAIT_MS) * (0.5 + clock.random() / 2);
    const waitMs = Math.max(backoffMs, Math.min(answer.afterMs ?? 0, MOST_WAIT_MS));
    if (signal?.aborted || clock.now() - started + waitMs > patienceMs) return answer;
    await clock.sleep(waitMs, signal);
  }
}

function isLater(answer: { readonly kind: string }): answer is Later {
  return answer.kind === "retry";
}

function quarantine({ directory, server }: DeliveryOptions, line: Uint8Array, reason: string): void {
  const digest = createHash("sha256").update(line).digest("hex").slice(0, 16);
  const path = join(directoryPaths(directory).quarantine, `replica-${serverKey(server)}-${digest}.json`);
  const quad = Buffer.from(line).toString().trimEnd();
  // Without its query, in which a key may stand: these files go along with the directory.
  publishFirst(path, `${JSON.stringify({ server: placeText(new URL(server)), reason, quad }, null, 2)}\n`);
}

const LINE_END = 10;

/** Each with its end. */
export function* linesOf(nquads: Uint8Array): Generator<Uint8Array, void, void> {
  for (let start = 0; start < nquads.length; ) {
    const end = nquads.indexOf(LINE_END, start) + 1 || nquads.length;
    yield nquads.subarray(start, end);
    start = end;
  }
}
