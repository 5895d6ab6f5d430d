import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Call, recordedCalls } from "../calls.ts";
import { Disk, type Image, lay } from "../disk.ts";
import { temporaryFolder } from "../folder.ts";
import { seededRandom } from "../random.ts";
import { blame, type FaultTrial, noOutcome, type Outcome } from "../trial.ts";
import { judgeReadBack, type Reader, readerOf } from "../written.ts";

const WRITES = fileURLToPath(new URL("../programs/writes.js", import.meta.url));

/** Places that the program makes itself, with folders above them, and what it relies on. */
const PROGRAMS = [
  { directory: "made/too/.provml", spool: "made/too/.provml/spool", durability: "sync", acknowledgedBy: "return" },
  { directory: ".provml", spool: "local/spool", durability: "sync", acknowledgedBy: "return" },
  { directory: "made/.provml", spool: "made/.provml/spool", durability: "os", acknowledgedBy: "flush" },
] as const;
const SCALES = {
  full: { statements: 45, segmentBytes: 7000, mostOfACut: 24 },
  sampled: { statements: 9, segmentBytes: 6000, mostOfACut: 10 },
} as const;

/** Under `sync`, the machine loses its power after any call of the program to the system. */
export const powerCut: FaultTrial = {
  name: "power-cut",
  promise:
    "with durability sync, what a call has returned survives a power cut at any moment, whatever the disk had done of the rest",
  needs: ["strace"],
  async run(scale, build) {
    const outcome = noOutcome();
    const read = await readerOf(build);
    const { checkDirectory }: typeof import("../../../src/spool/directory.ts") = await import(
      join(build, "src/spool/directory.js")
    );
    const { statements, segmentBytes, mostOfACut } = SCALES[scale];
    for (const { durability, acknowledgedBy, ...places } of PROGRAMS) {
      using folder = temporaryFolder();
      const [root, ledger] = [join(folder.path, "disk"), join(folder.path, "ledger")];
      mkdirSync(root);
      const [directory, spool] = [join(root, places.directory), join(root, places.spool)];
      const options = JSON.stringify({ durability, segmentBytes, spool });
      const args = [WRITES, build, directory, ledger, String(statements), acknowledgedBy, options];
      const calls = recordedCalls(args);
      const rotations = calls.filter(({ name, to }) => name === "rename" && to.endsWith(".seg")).length;
      if (scale === "full" && rotations < 4) blame(outcome, "unexplained", 1, `it rotated ${rotations} times only`);
      for (const cut of cuts(calls, root, ledger, mostOfACut)) {
        outcome.trials++;
        outcome.faults++;
        judge(outcome, read, checkDirectory, cut, { root, directory, spool, durability });
      }
    }
    return outcome;
  },
  sabotages: [
    {
      name: "the check sum is ignored",
      file: "spool/scan.js",
      find: "crc32(payload, range.segmentId) === header.payloadCrc",
      replace: "true",
    },
    {
      name: "no fdatasync before a statement's call returns",
      file: "spool/segment.js",
      find: "fdatasyncSync(this.#fd);\n            }\n            catch",
      replace: "}\n            catch",
    },
    {
      name: "the folder of a new segment is not brought to the disk",
      file: "spool/segment.js",
      find: "fsyncSync(this.#fd);\n            syncPath(dirname(this.path));",
      replace: "fsyncSync(this.#fd);",
    },
  ],
};

interface Places {
  readonly root: string;
  readonly directory: string;
  readonly spool: string;
  readonly durability: "os" | "sync";
}

interface Cut {
  readonly image: Image;
  readonly acknowledged: number;
  readonly where: string;
}

/** Every prefix of the calls, and what the disk may hold after it. */
function* cuts(calls: readonly Call[], root: string, ledger: string, most: number): Generator<Cut> {
  const disk = new Disk(root);
  const random = seededRandom(20_261_121);
  let acknowledged = 0;
  let isChanged = false;
  for (const [number, call] of [...calls, undefined].entries()) {
    const isAcknowledgement = call?.name === "write" && call.path === ledger;
    if (isChanged && !isAcknowledgement) {
      for (const image of disk.afterPowerCut(most, random))
        yield { image, acknowledged, where: `before call ${number}` };
    }
    if (isAcknowledgement) acknowledged++;
    if (call) isChanged = disk.apply(call) || isAcknowledgement;
  }
}

function judge(
  outcome: Outcome,
  read: Reader,
  checkDirectory: (directory: string) => void,
  { image, acknowledged, where }: Cut,
  { root, directory, spool, durability }: Places,
): void {
  using folder = temporaryFolder();
  lay(image, root, folder.path);
  const there = (path: string) => path.replace(root, folder.path);
  try {
    if (acknowledged > 0) checkDirectory(there(directory));
  } catch (error) {
    blame(outcome, "lost", acknowledged, `${where}: ${error}`);
  }
  const segments = [...image.keys()].filter((path) => path.startsWith(`${spool}/`)).map(there);
  for (const mode of ["living", "dead"] as const) {
    const back = read(segments, mode);
    judgeReadBack(outcome, back, acknowledged, `${where}, ${mode}`);
    // A segment is sealed by a name that comes after all its bytes; with `os` only flush() brings them to the disk.
    const sealed = durability === "sync" ? back.damage.filter((damage) => damage.includes(".seg")) : [];
    blame(outcome, "unexplained", sealed.length, `${where}, ${mode}: ${sealed[0]}`);
  }
}
