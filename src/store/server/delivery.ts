import { ProvenanceError } from "../../model/error.ts";
import { ServerFault } from "./fault.ts";

/** What became of quads that were brought to a server. */
export type Delivery =
  | { readonly kind: "stored" }
  /** Nothing is wrong with the quads: the same again later, no sooner than `afterMs` where the server said so. */
  | { readonly kind: "retry"; readonly reason: string; readonly afterMs?: number }
  /** The server will never take these quads. */
  | { readonly kind: "refused"; readonly reason: string };

/** The status of content that is too large. */
export const CONTENT_TOO_LARGE = 413;

/** Statuses that say that the content, not the moment, is at fault. */
const REFUSALS = new Set([400, CONTENT_TOO_LARGE, 422]);

/** What an error makes of a delivery; `refusal` is what else the server says where the same content would fail again. */
export function deliveryOf(error: unknown, refusal: RegExp | undefined): Delivery {
  const reason = error instanceof Error ? error.message : String(error);
  if (error instanceof ProvenanceError && error.code === "unreadable") return { kind: "refused", reason };
  if (!(error instanceof ServerFault) || error.what !== "status") return { kind: "retry", reason };
  if (REFUSALS.has(error.status ?? 0) || refusal?.test(reason)) return { kind: "refused", reason };
  return error.afterMs === undefined ? { kind: "retry", reason } : { kind: "retry", reason, afterMs: error.afterMs };
}
