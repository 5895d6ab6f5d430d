import { createHash } from "node:crypto";
import type { Recorded } from "../../src/testing/recorded.ts";
import type { Thing } from "../../src/testing/things.ts";

/** What is recorded of the calls of models. */
export function callsOf(recorded: Recorded): Thing[] {
  return recorded.ofType("provml:InferenceExecution");
}

/** What one call used, by what it is. */
export function usedBy(
  recorded: Recorded,
  call: Thing,
): { models: Thing[]; prompt: Thing | undefined; settings: Record<string, unknown> } {
  const ids = recorded.ofKind("used").flatMap(({ activity, entity }) => (activity === call.id ? [entity] : []));
  const used = [...recorded.ofType("provml:AttributeValue"), ...recorded.ofType("provml:Model")].filter(({ id }) =>
    ids.includes(id),
  );
  return {
    models: used.filter(({ types }) => types.includes("provml:Model")),
    prompt: used.find(({ label }) => label === "prompt"),
    settings: Object.fromEntries(
      used.flatMap((one) =>
        one.get("prov:value") === undefined || one.label === "prompt" ? [] : [[one.label, one.get("prov:value")]],
      ),
    ),
  };
}

export function answerOf(recorded: Recorded, call: Thing): Thing | undefined {
  const ids = recorded
    .ofKind("wasGeneratedBy")
    .flatMap(({ activity, entity }) => (activity === call.id ? [entity] : []));
  return recorded.ofType("provml:AttributeValue").find(({ id }) => ids.includes(id));
}

export function digestOf(recorded: Recorded, thing: Thing | undefined): unknown {
  return thing && recorded.contentOf(thing)?.get("provml:sha256");
}

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
