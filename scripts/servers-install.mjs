// Gets the SPARQL servers that `npm run test:servers` starts into .servers/, each by the client of its registry as that is
// set up here. Nothing is installed into the system; what is there already is left alone. Exits 1 where one cannot be had.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "..", ".servers");

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
      run("apt-get", ["download", `virtuoso-opensource-7-bin=${this.version}`], folder);
      checkSums(folder, this.sums);
      unpack();
      const missing = [...run("ldd", [join(folder, "root/usr/bin/virtuoso-t")]).matchAll(/(\S+) => not found/g)];
      for (const [, library] of missing) {
        const known = LIBRARIES[library];
        if (known === undefined) throw new Error(`${library} is missing, and no package of it is known`);
        run("apt-get", ["download", known], folder);
      }
      unpack();
    },
  },
  {
    name: "fuseki",
    version: "5.6.0",
    sums: { "jena-fuseki-server-5.6.0.jar": "d28c1eaf703122ee628895a460c20fa4aa60a892f435d403ea8c036f241da1f8" },
    get(folder) {
      run("java", ["-version"]);
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
  },
];

function run(command, parameters, cwd) {
  const { status, stdout, stderr, error } = spawnSync(command, parameters, {
    cwd,
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  if (error?.code === "ENOENT") throw new Error(`there is no ${command} here`);
  if (status === 0) return stdout;
  const lines = `${stdout}\n${stderr}`.split("\n").filter((line) => line.trim() !== "");
  throw new Error(`${command} ${parameters[0]} failed: ${lines.at(-1)?.slice(0, 200) ?? error?.message}`);
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

mkdirSync(root, { recursive: true });
for (const server of SERVERS) {
  const folder = join(root, `${server.name}-${server.version}`);
  if (existsSync(folder)) {
    console.log(`${server.name} ${server.version}: there`);
    continue;
  }
  const draft = `${folder}.draft`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft);
  try {
    server.get(draft);
    renameSync(draft, folder);
    console.log(`${server.name} ${server.version}: got`);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    console.log(`${server.name} ${server.version}: not to be had: ${error.message}`);
    process.exitCode = 1;
  }
}
