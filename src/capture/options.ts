import { ProvenanceError } from "../model/error.ts";
import { checkIri, DEFAULT_BASE } from "../model/names.ts";
import type { Plan } from "../model/plan.ts";

/** Options of `provenance()`. Each is optional; where one is absent its `PROVML_*` variable counts, then the default. */
export interface ProvenanceOptions {
  /** The `.provml` directory. Default: found upwards from the working directory, else beside package.json. `PROVML_DIR` */
  readonly directory?: string;
  /** The workflow's name. Default: the name in package.json, else the entry script's. `PROVML_WORKFLOW` */
  readonly workflow?: string;
  /** What the workflow is meant to do, declared before the first step. */
  readonly plan?: Plan;
  /** On whose behalf the software works: a name, or a name with an IRI such as an ORCID. Default: the user's login name. `PROVML_AGENT` */
  readonly agent?: string | { readonly name: string; readonly iri?: string };
  /** The namespace of all ids, ending in `/` or `#`. Default: `https://w3id.org/prov-ml/id/`. `PROVML_BASE` */
  readonly base?: string;
  /** `os`: what returned survives the process. `sync`: it survives the machine. Default: `os`. `PROVML_DURABILITY` */
  readonly durability?: "os" | "sync";
  /** Where the spool goes if not into the directory, e.g. a node-local disk. `PROVML_SPOOL` */
  readonly spool?: string;
  /** Whether the last line on a terminal says where the provenance lies. Default: true. `PROVML_QUIET=1` turns it off */
  readonly announce?: boolean;
}

/** The options of one execution, complete and checked. */
export interface Settings {
  readonly directory: string | undefined;
  readonly workflow: string | undefined;
  readonly plan: Plan | undefined;
  readonly agent: { readonly name: string; readonly iri?: string } | undefined;
  readonly base: string;
  readonly durability: "os" | "sync";
  readonly spool: string | undefined;
  readonly announce: boolean;
  /** The execution that this process is part of, when another started it. `PROVML_EXECUTION` */
  readonly execution: string | undefined;
}

/** Whether recording is switched off for this process: every wrapper is then the function itself. */
export const IS_DISABLED = process.env.PROVML_DISABLED === "1";

/** A UUID, alone or in an execution's IRI. */
const EXECUTION_ID = /^(?:.*[/#])?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\/execution)?$/;

/** @throws {ProvenanceError} `bad-option`, `bad-iri`: which option, what it was, what it may be. */
export function settingsOf(options: ProvenanceOptions, environment: NodeJS.ProcessEnv): Settings {
  if (typeof options !== "object" || options === null) throw bad("options", options, "an object");
  for (const name of Object.keys(options)) {
    if (!OPTIONS.has(name)) throw bad("an option", name, `one of ${[...OPTIONS].join(", ")}`);
  }
  const given = (name: string) => environment[name] || undefined; // an empty variable is none
  const { plan, announce = given("PROVML_QUIET") !== "1" } = options;
  if (typeof announce !== "boolean") throw bad("announce", announce, "true or false");
  const durability = options.durability ?? given("PROVML_DURABILITY") ?? "os";
  if (durability !== "os" && durability !== "sync") throw bad("durability", durability, '"os" or "sync"');
  const base = checkIri(text("base", options.base ?? given("PROVML_BASE")) ?? DEFAULT_BASE, "base");
  if (!/[/#]$/.test(base)) throw bad("base", base, "an IRI that ends in / or #");
  const joined = given("PROVML_EXECUTION");
  const execution = joined === undefined ? undefined : EXECUTION_ID.exec(joined)?.[1];
  if (joined !== undefined && execution === undefined)
    throw bad("PROVML_EXECUTION", joined, "an execution's IRI, or its UUID in lower case");
  return {
    directory: text("directory", options.directory ?? given("PROVML_DIR")),
    workflow: text("workflow", options.workflow ?? given("PROVML_WORKFLOW")),
    plan,
    agent: agentOf(options.agent ?? given("PROVML_AGENT")),
    base,
    durability,
    spool: text("spool", options.spool ?? given("PROVML_SPOOL")),
    announce,
    execution,
  };
}

const OPTIONS = new Set<string>([
  "directory",
  "workflow",
  "plan",
  "agent",
  "base",
  "durability",
  "spool",
  "announce",
] satisfies (keyof ProvenanceOptions)[]);

function text(name: string, value: unknown): string | undefined {
  if (value === undefined || (typeof value === "string" && value !== "")) return value;
  throw bad(name, value, "a string that is not empty");
}

function agentOf(agent: unknown): Settings["agent"] {
  if (agent === undefined) return undefined;
  if (typeof agent === "string") return { name: text("agent", agent) as string };
  const { name, iri } = (agent ?? {}) as { name?: unknown; iri?: unknown };
  if (typeof name !== "string" || name === "") throw bad("agent", agent, "a name, or { name, iri }");
  return iri === undefined ? { name } : { name, iri: checkIri(String(iri), "agent.iri") };
}

function bad(name: string, value: unknown, wanted: string): ProvenanceError {
  let shown: string | undefined;
  try {
    shown = JSON.stringify(value);
  } catch {
    shown = undefined;
  }
  return new ProvenanceError("bad-option", `${name} is ${(shown ?? typeof value).slice(0, 200)}; give ${wanted}`);
}
