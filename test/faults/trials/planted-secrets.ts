import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "../folder.ts";
import { ARGUMENTS, ENVIRONMENT, plantedWord } from "../planted.ts";
import { blame, type FaultTrial, noOutcome, type Outcome } from "../trial.ts";

const PLANTS = fileURLToPath(new URL("../programs/plants.js", import.meta.url));
/** As many as the program, its arguments and its environment hold. */
const PLANTED = 115;
const COMMANDS = { full: ["flush", "runs", "doctor", "stats"], sampled: ["flush"] } as const;

/** Secrets in every place where a program may have one, looked for in every file and on the terminal. */
export const plantedSecrets: FaultTrial = {
  name: "planted-secrets",
  promise:
    "of a hundred planted secrets none is found in spool, graph, series, content or on the terminal, and nobody else may read the files",
  needs: [],
  async run(scale, build) {
    const outcome = noOutcome();
    using folder = temporaryFolder();
    const directory = join(folder.path, ".provml");
    prepare(folder.path);
    const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("PROVML")));
    const env = { ...environment, ...ENVIRONMENT(plantedWord), PROVML_DIR: directory };
    const ended = spawnSync(process.execPath, [PLANTS, build, ...ARGUMENTS(plantedWord)], {
      cwd: folder.path,
      env,
      encoding: "utf8",
    });
    outcome.trials = PLANTED;
    blame(
      outcome,
      "unexplained",
      Number(ended.status !== 0),
      `the program ended with ${ended.status}: ${ended.stderr}`,
    );
    const spool = textsBelow(directory);
    search(outcome, `${ended.stdout}${ended.stderr}`, "terminal");
    search(outcome, spool, "spool");
    const cli = join(build, "src/cli/main.js");
    const said = COMMANDS[scale].map((command) => {
      const { stdout, stderr } = spawnSync(process.execPath, [cli, command], {
        cwd: folder.path,
        env,
        encoding: "utf8",
      });
      return stdout + stderr;
    });
    search(outcome, said.join("\n"), "commands");
    const delivered = textsBelow(directory);
    search(outcome, delivered, "delivered");
    // They were recorded, only without the secrets: else nothing would be shown.
    const marks = spool.match(/\[redacted\]/g)?.length ?? 0;
    if (spool.includes("visible") && delivered.includes("visible") && marks > PLANTED / 2) outcome.faults = PLANTED;
    outcome.notes.push(`${marks} replacements in the spool`);
    judgeModes(outcome, directory);
    return outcome;
  },
  sabotages: [
    {
      name: "texts are recorded as they come",
      file: "capture/secrets.js",
      find: "for (const telling of TELLINGS)",
      replace: "for (const telling of [])",
    },
    {
      name: "names say nothing",
      file: "capture/secrets.js",
      find: 'if (isSecret || SECRET_PAIRS.test(words.join("_")))',
      replace: "if (false)",
    },
    {
      name: "added rules do not count",
      file: "capture/execution.js",
      find: "addSecretRules(settings.secrets);",
      replace: "",
    },
    {
      name: "plans are recorded as declared",
      file: "capture/execution.js",
      find: "namePlan(cleanPlan(plan))",
      replace: "namePlan(plan)",
    },
    { name: "files are as the umask says", file: "spool/access.js", find: "0o600", replace: "0o644" },
  ],
};

/** A repository whose remote holds a secret. */
function prepare(folder: string): void {
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", ...args], {
      cwd: folder,
      stdio: "ignore",
    });
  writeFileSync(join(folder, "package.json"), '{"name":"birds","version":"1.0.0"}');
  writeFileSync(join(folder, ".gitignore"), ".provml\n");
  git("init", "-q", "-b", "main");
  git("remote", "add", "origin", `https://ada:p@${plantedWord(101)}@host/birds.git`);
  git("add", ".");
  git("commit", "-q", "-m", "birds");
}

function search(outcome: Outcome, text: string, where: string): void {
  const found = [...new Set(text.match(/planted\d{3}/g) ?? [])].sort();
  blame(outcome, "unexplained", found.length, `${where}: ${found.join()}`);
}

/** All files below a folder, as they lie there; Parquet keeps names and dictionaries as text. */
function textsBelow(folder: string): string {
  return pathsBelow(folder)
    .filter((path) => statSync(path).isFile())
    .map((path) => `${path}\n${readFileSync(path, "latin1")}`)
    .join("\n");
}

function pathsBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name));
}

function judgeModes(outcome: Outcome, directory: string): void {
  const open = [directory, ...pathsBelow(directory)].filter((path) => (statSync(path).mode & 0o077) !== 0);
  blame(outcome, "unexplained", open.length, `others may read ${open.slice(0, 3).join()}`);
}
