// Gets the SPARQL servers that `npm run test:servers` starts into .servers/, each by the client of its registry as that is
// set up here. Nothing is installed into the system; what is there already and runs is left alone. Exits 1 where one cannot be had.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../.servers", import.meta.url));

/** Before each further attempt: a registry that does not answer now may do so in a minute. */
const WAITS_MS = [5_000, 20_000, 60_000];
/** A client that hangs is ended, and tried again. */
const MOST_MS = 300_000;

/** A draft that is older belongs to nobody. */
const LONGEST_MS = 3_600_000;

/** Before a draft's name: it is no server's, so a draft that was left behind is never taken for one. */
const DRAFT = "draft-";

/** Debian's packages of the libraries that Virtuoso needs, for those that this system lacks. */
const LIBRARIES = {
  "libminizip.so.1": "libminizip1",
  "libpcre.so.3": "libpcre3",
  "libldap-2.5.so.0": "libldap-2.5-0",
  "libreadline.so.8": "libreadline8",
};

const SERVERS = [
  {
    name: "virtuoso",
    version: "7.2.5.1+dfsg1-0.3",
    // apt checks the package against the signed index; this is the same sum, of amd64.
    sums: {
      "virtuoso-opensource-7-bin_7.2.5.1+dfsg1-0.3_amd64.deb":
        "359ee4b2de81b92acbf5cf0b7bcb354375b96af37d3f5e70bfd7840341b94430",
    },
    get(folder) {
      const unpack = () => {
        for (const file of readdirSync(folder).filter((file) => file.endsWith(".deb"))) {
          run("dpkg", ["-x", join(folder, file), join(folder, "root")]);
        }
      };
      download(folder, `virtuoso-opensource-7-bin=${this.version}`);
      checkSums(folder, this.sums);
      unpack();
      const missing = [...run("ldd", [join(folder, "root/usr/bin/virtuoso-t")]).matchAll(/(\S+) => not found/g)];
      for (const [, library] of missing) {
        const known = LIBRARIES[library];
        if (known === undefined) throw new Error(`${library} is missing, and no package of it is known`);
        download(folder, known);
      }
      unpack();
    },
    try(folder) {
      const libraries = ["usr/lib", "lib"].flatMap((path) => foldersIn(join(folder, "root", path)));
      const program = join(folder, "root/usr/bin/virtuoso-t");
      const printed = run("ldd", [program], folder, { LD_LIBRARY_PATH: libraries.join(":") });
      if (printed.includes("not found")) throw new Error("it lacks libraries");
    },
  },
  {
    name: "fuseki",
    version: "5.6.0",
    sums: { "jena-fuseki-server-5.6.0.jar": "d28c1eaf703122ee628895a460c20fa4aa60a892f435d403ea8c036f241da1f8" },
    get(folder) {
      const artifact = `org.apache.jena:jena-fuseki-server:${this.version}:jar`;
      run("mvn", [
        "-q",
        "-B",
        "dependency:copy",
        `-Dartifact=${artifact}`,
        `-DoutputDirectory=${folder}`,
        "-Dmdep.useBaseVersion=true",
      ]);
      checkSums(folder, this.sums);
    },
    try(folder) {
      run("java", ["-version"]); // first: what is missing is Java, then
      checkSums(folder, this.sums);
      run("java", ["-jar", join(folder, `jena-fuseki-server-${this.version}.jar`), "--version"]);
    },
  },
  {
    name: "oxigraph",
    version: "0.5.13",
    sums: {
      "oxigraph-0.5.13-py3-none-manylinux_2_28_x86_64.whl":
        "dbb295a905adda409f18ce154b1353d07d20954ca3ea65dc546fc153c95c2c05",
    },
    get(folder) {
      // pip checks the wheel against the sum in the index.
      run("python3", [
        "-m",
        "pip",
        "download",
        "--disable-pip-version-check",
        "--no-deps",
        "--only-binary",
        ":all:",
        "--dest",
        folder,
        `oxigraph==${this.version}`,
      ]);
      checkSums(folder, this.sums);
      const wheel = readdirSync(folder).find((file) => file.endsWith(".whl"));
      run("python3", ["-m", "zipfile", "-e", join(folder, wheel), folder]);
      chmodSync(join(folder, `oxigraph-${this.version}.data/scripts/oxigraph`), 0o755);
    },
    try(folder) {
      run(join(folder, `oxigraph-${this.version}.data/scripts/oxigraph`), ["--version"]);
    },
  },
];

function run(command, parameters, cwd, environment = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, parameters, {
    cwd,
    env: { ...process.env, ...environment },
    encoding: "utf8",
    maxBuffer: 2 ** 26,
    timeout: MOST_MS,
    killSignal: "SIGKILL",
  });
  if (error?.code === "ENOENT") throw new Absent(`there is no ${command} here`);
  if (status === 0) return stdout;
  if (error?.code === "ETIMEDOUT")
    throw new Error(`${command} ${parameters[0]} did not end within ${MOST_MS / 1000} s`);
  const lines = `${stdout}\n${stderr}`.split("\n").filter((line) => line.trim() !== "");
  throw new Error(`${command} ${parameters[0]} failed: ${lines.at(-1)?.slice(0, 200) ?? error?.message}`);
}

/** What no further attempt changes. */
class Absent extends Error {}

/** By the lists of packages that are here; where those are old, or none, by lists of its own, which need no root. */
function download(folder, what) {
  try {
    run("apt-get", ["download", what], folder);
  } catch (error) {
    if (error instanceof Absent) throw error;
    const lists = join(folder, "apt");
    for (const part of ["lists/partial", "cache/archives/partial"]) mkdirSync(join(lists, part), { recursive: true });
    const own = ["-o", `Dir::State::lists=${join(lists, "lists")}`, "-o", `Dir::Cache=${join(lists, "cache")}`].concat([
      "-o",
      "APT::Sandbox::User=root",
      "-o",
      "Acquire::Retries=3",
    ]);
    run("apt-get", [...own, "update"], folder);
    run("apt-get", [...own, "download", what], folder);
  }
}

function foldersIn(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [join(folder, entry.name)] : [],
  );
}

/** Files of other machines' packages have other names, and are checked by their client alone. */
function checkSums(folder, sums) {
  for (const [file, sum] of Object.entries(sums)) {
    const path = join(folder, file);
    if (!existsSync(path)) continue;
    const found = createHash("sha256").update(readFileSync(path)).digest("hex");
    if (found !== sum) throw new Error(`${file} has the SHA-256 ${found}, not ${sum}`);
  }
}

/** Why the server in this folder does not run; undefined where it does. */
function fault(server, folder) {
  if (!existsSync(folder)) return "not there";
  try {
    server.try(folder);
    return undefined;
  } catch (error) {
    return error.message;
  }
}

/** Whole and tried under its name, or not there: what is stopped at any instant is got anew by the next one. */
function install(server, folder) {
  const draft = mkdtempSync(join(root, DRAFT));
  try {
    server.get(draft);
    rmSync(join(draft, "apt"), { recursive: true, force: true });
    server.try(draft);
    if (fault(server, folder) === undefined) return; // another one has got it meanwhile
    rmSync(folder, { recursive: true, force: true });
    renameSync(draft, folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

async function got(server, folder) {
  for (let attempt = 0; ; attempt++) {
    try {
      install(server, folder);
      return;
    } catch (error) {
      if (fault(server, folder) === undefined) return; // as in install
      const waitMs = WAITS_MS[attempt];
      if (waitMs === undefined || error instanceof Absent) throw error;
      console.log(`${server.name} ${server.version}: ${error.message}; once more in ${waitMs / 1000} s`);
      await sleep(waitMs);
    }
  }
}

/** Removes other versions, and what is left of attempts that were stopped. */
function tidy() {
  const kept = new Set(SERVERS.map(({ name, version }) => `${name}-${version}`));
  for (const entry of readdirSync(root).filter((entry) => !kept.has(entry))) {
    const path = join(root, entry);
    const ageMs = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (!entry.startsWith(DRAFT) || ageMs > LONGEST_MS) rmSync(path, { recursive: true, force: true });
  }
}

mkdirSync(root, { recursive: true });
for (const server of SERVERS) {
  const folder = join(root, `${server.name}-${server.version}`);
  try {
    const why = fault(server, folder);
    if (why !== undefined) await got(server, folder);
    console.log(`${server.name} ${server.version}: ${why === undefined ? "there" : "got"}`);
  } catch (error) {
    console.log(`${server.name} ${server.version}: not to be had: ${error.message}`);
    process.exitCode = 1;
  }
}
tidy();
