import type { Plan } from "../model/plan.ts";
import { cleanName, isSecretName, REDACTED, redact } from "./secrets.ts";

/** The plan without what looks secret; the same one where nothing does, and nothing else of it is changed. */
export function cleanPlan(plan: Plan): Plan {
  const told = JSON.stringify(plan);
  const clean = JSON.stringify(plan, cleanMember);
  return clean === told ? plan : (JSON.parse(clean) as Plan);
}

/** Of a parameter that is called like a secret neither the default nor the values that it may have are told. */
function cleanMember(this: unknown, key: string, value: unknown): unknown {
  const { name } = this as { readonly name?: unknown };
  const isValue = key === "default" || (key === "values" && Array.isArray(value));
  if (isValue && typeof name === "string" && isSecretName(name)) return Array.isArray(value) ? [REDACTED] : REDACTED;
  if (typeof value !== "string") return value;
  return TEXTS.has(key) ? redact(value) : cleanName(value);
}

/** Words for people; all others are names. */
const TEXTS = new Set(["algorithm", "task", "procedure", "default"]);
