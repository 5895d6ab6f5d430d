import type { Plan } from "../model/plan.ts";
import type { ThreadFacts } from "./placement/threads.ts";

/**
 * Options of `provenance()`. Each is optional; where one is absent its `PROVML_*` variable counts, then the default. All of them, with examples:
 * docs/configuration.md.
 */
export interface ProvenanceOptions {
  /** The `.provml` directory. Default: found upwards from the working directory, else beside package.json. `PROVML_DIR` */
  readonly directory?: string;
  /** The workflow's name. Default: the name in package.json, else the entry script's. `PROVML_WORKFLOW` */
  readonly workflow?: string;
  /** The study whose runs these are: a sweep, the folds of one model, an array job. Default: of an array job its name and number. `PROVML_STUDY` */
  readonly study?: string;
  /** What the workflow is meant to do, declared before the first step. */
  readonly plan?: Plan;
  /** On whose behalf the software works: a name, or a name with an IRI such as an ORCID (`Ada <https://orcid.org/…>`). Default: the user's login name. `PROVML_AGENT` */
  readonly agent?: string | { readonly name: string; readonly iri?: string };
  /** The namespace of all ids, ending in `/` or `#`. Default: `https://w3id.org/prov-ml/id/`. `PROVML_BASE` */
  readonly base?: string;
  /** `os`: what returned survives the process. `sync`: it survives the machine. Default: `os`. `PROVML_DURABILITY` */
  readonly durability?: "os" | "sync";
  /** Where the spool goes if not into the directory, e.g. a node-local disk. `PROVML_SPOOL` */
  readonly spool?: string;
  /** Whether the last line on a terminal says where the provenance lies. Default: true. `PROVML_QUIET=1` turns it off */
  readonly announce?: boolean;
  /** Whether uncommitted changes are kept, not only their digest: they may hold secrets. Default: false. `PROVML_CHANGES=1` */
  readonly recordChanges?: boolean;
  /** How often CPU, memory and GPU use are sampled, in milliseconds from 10 to 3600000; 0: never. Default: 0. `PROVML_SAMPLE_INTERVAL_MS` */
  readonly sampleIntervalMs?: number;
  /** `group`: everything on disk can be read and written by the directory's group. Default: by the user alone. `PROVML_SHARED=group` */
  readonly shared?: "group";
  /**
   * What is a secret beside what looks like one, and what is none: `patient_id` (a name), `/MRN-\\d+/` (a form), `!pad_token`, `!/sk-demo-\\w+/`. For the whole
   * process. `PROVML_SECRETS`, separated by blanks
   */
  readonly secrets?: readonly string[];
}

/** The options of one execution, complete and checked. */
export interface Settings {
  readonly directory: string | undefined;
  readonly workflow: string | undefined;
  readonly study: string | undefined;
  readonly plan: Plan | undefined;
  readonly agent: { readonly name: string; readonly iri?: string } | undefined;
  readonly base: string;
  readonly durability: "os" | "sync";
  readonly spool: string | undefined;
  readonly announce: boolean;
  readonly recordChanges: boolean;
  readonly sampleIntervalMs: number;
  /** The execution that this process is part of, when another started it. `PROVML_EXECUTION` */
  readonly execution: string | undefined;
  /** The step of that execution which made this process, and the run in which that step lies: absolute IRIs. `PROVML_STEP`, `PROVML_RUN` */
  readonly step: string | undefined;
  readonly run: string | undefined;
  /** The execution that this one does again: its IRI. `PROVML_REPRODUCES` */
  readonly reproduces: string | undefined;
  readonly shared: "group" | undefined;
  readonly secrets: readonly string[];
  /** Of a thread whose process has stated what it is. */
  readonly thread?: ThreadFacts | undefined;
}
