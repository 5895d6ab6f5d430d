import { ProvenanceError } from "../../model/error.ts";
import { checkName, quoted } from "../find.ts";
import { partsOfId, shortId } from "../ids.ts";
import { digestOfFile } from "../lineage/roots.ts";
import { type ModelState, readModelStates } from "../models/model-states.ts";
import { findRun } from "../runs/run.ts";
import { type Run, readRuns } from "../runs/runs.ts";
import { kept, type Source } from "../source.ts";

/** A run that is compared, and the model that it was asked for by. */
export interface Subject {
  readonly asked: string;
  readonly run: Run;
  readonly model?: ModelState;
}

/**
 * The runs that names stand for: a run's, or that of the run behind a model (its id, its name, the path or digest of its file, or a file on this machine,
 * by its bytes). Looked for among what is known of all runs, because a query for each of many names would take long.
 * @throws {ProvenanceError} `not-found`, `ambiguous`
 */
export async function findSubjects(source: Source, names: readonly string[]): Promise<Subject[]> {
  const runs = await readRuns(source);
  const byId = new Map(runs.map((run) => [run.id, run]));
  const subjects: Subject[] = [];
  for (const asked of names) {
    const name = checkName(asked);
    const [run, ...others] = byId.has(name) ? [byId.get(name) as Run] : runsNamed(runs, name);
    if (run !== undefined && others.length === 0) subjects.push({ asked, run });
    else subjects.push({ asked, ...(await behindModel(source, byId, name, others.length > 0)) });
  }
  return subjects;
}

/** As `run()` understands names: a whole id before a name, and a name before the start of an id. */
function runsNamed(runs: readonly Run[], name: string): Run[] {
  const isWhole = (id: string) => id === name || id.endsWith(`/${name}`) || id.endsWith(`/${name}/execution`);
  const whole = runs.filter(({ id, execution }) => isWhole(id) || isWhole(execution));
  if (whole.length > 0) return whole;
  const named = runs.filter((run) => run.name === name || run.formerNames?.includes(name));
  return named.length > 0 ? named : runs.filter(({ id }) => startsWith(id, name));
}

function startsWith(id: string, start: string): boolean {
  const parts = partsOfId(id);
  return parts !== undefined && (parts.local.startsWith(start) || parts.uuid.startsWith(start));
}

async function behindModel(
  source: Source,
  runs: ReadonlyMap<string, Run>,
  name: string,
  isAmbiguous: boolean,
): Promise<{ readonly run: Run; readonly model?: ModelState }> {
  const states = isAmbiguous ? [] : await modelsNamed(await kept(source, readModelStates), name);
  const made = states.filter(({ run }) => runs.has(run ?? ""));
  const [model, ...others] = made;
  if (model === undefined && states.length > 0)
    throw new ProvenanceError("not-found", `no recorded run made the model ${quoted(name)}; it came from outside`);
  if (model !== undefined && others.length === 0) return { run: runs.get(model.run ?? "") as Run, model };
  if (model !== undefined) {
    const ids = made.slice(0, MOST_SHOWN).map(({ id, label }) => `${shortId(id)} (${label})`);
    throw new ProvenanceError(
      "ambiguous",
      `${quoted(name)} fits ${made.length} models; name one by its id: ${ids.join(", ")}${made.length > ids.length ? ", …" : ""}`,
    );
  }
  const id = await findRun(source, name); // says what there is
  return { run: runs.get(id) as Run };
}

const MOST_SHOWN = 8;

/** Whole ids before the bytes of a file, these before paths and labels. */
async function modelsNamed(states: readonly ModelState[], name: string): Promise<ModelState[]> {
  const whole = states.filter(({ sameAs }) => sameAs.some((id) => id === name || id.endsWith(`/${name}`)));
  if (whole.length > 0) return whole;
  const sha256 = /^[0-9a-f]{64}$/i.test(name) ? name.toLowerCase() : await digestOfFile(name);
  const bytes = states.filter(
    (state) => sha256 !== undefined && [state, ...state.files].some((one) => one.sha256 === sha256),
  );
  if (bytes.length > 0) return finalOnes(bytes);
  const path = states.filter(({ files }) => files.some((file) => file.path === name));
  return finalOnes(path.length > 0 ? path : states.filter(({ label }) => label === name));
}

/** What a training ended with stands for what it was in between. */
function finalOnes(states: readonly ModelState[]): ModelState[] {
  const final = states.filter(({ isSuperseded, isCheckpoint }) => !isSuperseded && !isCheckpoint);
  return final.length > 0 ? final : [...states];
}
