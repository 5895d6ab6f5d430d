import { ProvenanceError } from "../model/error.ts";
import { checkIri, DEFAULT_BASE } from "../model/names.ts";
import type { Plan } from "../model/plan.ts";
import { ruleList } from "./secret-rules.ts";
import type { ProvenanceOptions, Settings } from "./settings.ts";

/** Whether recording is switched off for this process: every wrapper is then the function itself. */
export const IS_DISABLED = isYes(process.env.PROVML_DISABLED);

/** One setting: which variable counts where the option is absent, what it may be, and what counts where neither is given. */
interface Setting<T> {
  readonly variable?: `PROVML_${string}`;
  /** What a variable's text means as the option's value; the text itself unless told. */
  readonly meaning?: (text: string) => unknown;
  /** Throws for what it cannot be; `name` is that of the option or variable. */
  readonly take: (value: unknown, name: string) => T;
  readonly otherwise: T;
  /** What option and variable come to where both are given; the option alone unless told. */
  both?(option: T, variable: T): T;
}

const NO_SECRETS: readonly string[] = [];

/** docs/configuration.md is held against it. */
export const OPTIONS: { readonly [Name in keyof Required<ProvenanceOptions>]: Setting<Settings[Name]> } = {
  directory: { variable: "PROVML_DIR", take: text, otherwise: undefined },
  workflow: { variable: "PROVML_WORKFLOW", take: text, otherwise: undefined },
  study: { variable: "PROVML_STUDY", take: text, otherwise: undefined },
  plan: { take: (plan) => plan as Plan | undefined, otherwise: undefined },
  agent: { variable: "PROVML_AGENT", take: agentOf, otherwise: undefined },
  base: { variable: "PROVML_BASE", take: baseOf, otherwise: DEFAULT_BASE },
  durability: { variable: "PROVML_DURABILITY", take: durabilityOf, otherwise: "os" },
  spool: { variable: "PROVML_SPOOL", take: text, otherwise: undefined },
  announce: { variable: "PROVML_QUIET", meaning: (text) => not(flag(text)), take: yesOrNo, otherwise: true },
  recordChanges: { variable: "PROVML_CHANGES", meaning: flag, take: yesOrNo, otherwise: false },
  sampleIntervalMs: { variable: "PROVML_SAMPLE_INTERVAL_MS", meaning: number, take: intervalOf, otherwise: 0 },
  shared: { variable: "PROVML_SHARED", take: sharedOf, otherwise: undefined },
  secrets: {
    variable: "PROVML_SECRETS",
    meaning: (text) => text.trim().split(/\s+/),
    take: secretsOf,
    otherwise: NO_SECRETS,
    both: (a, b) => [...a, ...b],
  },
};

/** What only the environment says. */
const VARIABLES: { readonly [Name in "execution" | "step" | "run" | "reproduces"]: Setting<Settings[Name]> } = {
  execution: { variable: "PROVML_EXECUTION", take: executionOf, otherwise: undefined },
  step: { variable: "PROVML_STEP", take: activityOf, otherwise: undefined },
  run: { variable: "PROVML_RUN", take: activityOf, otherwise: undefined },
  reproduces: { variable: "PROVML_REPRODUCES", take: activityOf, otherwise: undefined },
};

/** Read when the package is loaded ({@link IS_DISABLED}); here it is only checked. */
const DISABLED: Setting<boolean> = { variable: "PROVML_DISABLED", meaning: flag, take: yesOrNo, otherwise: false };

const OPTION_NAMES = Object.keys(OPTIONS);

/**
 * The settings that options and environment come to. A variable that cannot work is an error like any other, unless `ignore` takes it: then
 * the default counts.
 * @throws {ProvenanceError} `bad-option`, `bad-iri`: which option or variable, what it was, what it may be.
 */
export function settingsOf(
  options: ProvenanceOptions,
  environment: NodeJS.ProcessEnv,
  ignore?: (error: unknown) => void,
): Settings {
  if (typeof options !== "object" || options === null) throw bad(options, "options", "an object");
  for (const name of Object.keys(options)) {
    if (!OPTION_NAMES.includes(name)) throw bad(name, "an option", `one of ${OPTION_NAMES.join(", ")}`);
  }
  const settings: Record<string, unknown> = {};
  const given = options as Readonly<Record<string, unknown>>;
  for (const [name, setting] of Object.entries({ ...OPTIONS, ...VARIABLES } as Record<string, Setting<unknown>>)) {
    const value = given[name] ?? undefined;
    const taken = value === undefined ? undefined : setting.take(value, name);
    if (taken !== undefined && !setting.both) settings[name] = taken;
    else {
      const variable = fromVariable(setting, environment, ignore);
      settings[name] = taken === undefined ? variable : setting.both?.(taken, variable);
    }
  }
  fromVariable(DISABLED, environment, ignore);
  return settings as unknown as Settings;
}

function fromVariable(
  { variable, meaning, take, otherwise }: Setting<unknown>,
  environment: NodeJS.ProcessEnv,
  ignore: ((error: unknown) => void) | undefined,
): unknown {
  const text = variable === undefined ? undefined : environment[variable];
  if (!text) return otherwise; // an empty variable is none
  try {
    const value = meaning ? meaning(text) : text;
    if (value === undefined) throw bad(text, variable as string, "1 or 0");
    return take(value, variable as string);
  } catch (error) {
    if (!ignore) throw error;
    ignore(error);
    return otherwise;
  }
}

function isYes(text: string | undefined): boolean {
  return text === "1" || text === "true";
}

/** What a switch's text means; undefined where it is none. */
function flag(text: string): boolean | undefined {
  return isYes(text) || (text === "0" || text === "false" ? false : undefined);
}

function not(value: boolean | undefined): boolean | undefined {
  return value === undefined ? undefined : !value;
}

function number(text: string): unknown {
  return /^\d+$/.test(text) ? Number(text) : text;
}

function secretsOf(value: unknown, name: string): readonly string[] {
  const rules = ruleList(value);
  if (rules !== undefined) return rules;
  throw bad(
    value,
    name,
    "a list of names (patient_id, *_pin) and forms (/MRN-\\d+/), each with ! before what is no secret, and none with a blank",
  );
}

function text(value: unknown, name: string): string {
  if (typeof value === "string" && value !== "") return value;
  throw bad(value, name, "a string that is not empty");
}

function yesOrNo(value: unknown, name: string): boolean {
  if (typeof value === "boolean") return value;
  throw bad(value, name, "true or false");
}

function durabilityOf(value: unknown, name: string): "os" | "sync" {
  if (value === "os" || value === "sync") return value;
  throw bad(value, name, '"os" or "sync"');
}

function intervalOf(value: unknown, name: string): number {
  const isWhole = typeof value === "number" && Number.isInteger(value);
  if (isWhole && (value === 0 || (value >= 10 && value <= 3_600_000))) return value;
  throw bad(value, name, "a whole number of milliseconds from 10 to 3600000, or 0 for none");
}

function baseOf(value: unknown, name: string): string {
  const base = checkIri(text(value, name), name);
  if (!/[/#]$/.test(base)) throw bad(base, name, "an IRI that ends in / or #");
  return base;
}

function agentOf(agent: unknown, name: string): Settings["agent"] {
  if (typeof agent === "string") {
    const [, called, known] = /^(.+?) <([^<>]+)>$/.exec(agent) ?? [];
    return called && known ? agentOf({ name: called, iri: known }, name) : { name: text(agent, name) };
  }
  const { name: whose, iri } = (agent ?? {}) as { name?: unknown; iri?: unknown };
  if (typeof whose !== "string" || whose === "") throw bad(agent, name, "a name, or { name, iri }");
  return iri === undefined ? { name: whose } : { name: whose, iri: checkIri(String(iri), `${name}.iri`) };
}

/** A UUID, alone or in an execution's IRI. */
const EXECUTION_ID = /^(?:.*[/#])?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\/execution)?$/;

function executionOf(value: unknown, name: string): string {
  const uuid = EXECUTION_ID.exec(String(value))?.[1];
  if (uuid === undefined) throw bad(value, name, "an execution's IRI, or its UUID in lower case");
  return uuid;
}

/** An activity below an execution. */
function activityOf(value: unknown, name: string): string {
  const iri = checkIri(text(value, name), name);
  if (!/[/#][0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\/[A-Za-z][A-Za-z0-9-]*$/.test(iri))
    throw bad(iri, name, "the IRI of a step, as carrier() gives it");
  return iri;
}

function sharedOf(value: unknown, name: string): "group" {
  if (value === "group") return value;
  throw bad(value, name, '"group", or leave it out');
}

function bad(value: unknown, name: string, wanted: string): ProvenanceError {
  let shown: string | undefined;
  try {
    shown = JSON.stringify(value);
  } catch {
    shown = undefined;
  }
  return new ProvenanceError("bad-option", `${name} is ${(shown ?? typeof value).slice(0, 200)}; give ${wanted}`);
}
