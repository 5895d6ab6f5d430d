import { mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { recordedCalls } from "../calls.ts";
import { Disk, type Image, lay } from "../disk.ts";
import { temporaryFolder } from "../folder.ts";
import { seededRandom } from "../random.ts";
import { copied, flushed, judgeFlushed, recordSpool } from "../recorded-spool.ts";
import { blame, type FaultTrial, noOutcome } from "../trial.ts";

const FLUSHES = fileURLToPath(new URL("../programs/flushes.js", import.meta.url));
const SCALES = {
  full: { writers: 3, statements: 12, rows: 36, segmentBytes: 5500, mostOfACut: 12, everyNth: 1 },
  sampled: { writers: 2, statements: 4, rows: 8, segmentBytes: 4700, mostOfACut: 2, everyNth: 5 },
} as const;
/** A flusher that is killed before one of these leaves the next one names of which nobody knows that they are on the disk. */
const KILLED_AT = {
  full: [undefined, "rename:signal=SIGKILL:when=2", "unlink:signal=SIGKILL:when=1"],
  sampled: [undefined, "unlink:signal=SIGKILL:when=1"],
};

/** The machine loses its power after any call of a flusher, or of the one after a flusher that was killed; then another one goes on. */
export const flusherPowerCut: FaultTrial = {
  name: "flusher-power-cut",
  promise:
    "what was durable stays so: a power cut at any moment of a flusher costs nothing, whatever the disk had done of its writes",
  needs: ["strace"],
  async run(scale, build) {
    const outcome = noOutcome();
    const { mostOfACut, everyNth, ...size } = SCALES[scale];
    using recorded = await recordSpool(size);
    const random = seededRandom(20_261_121);
    for (const killedAt of KILLED_AT[scale]) {
      using folder = temporaryFolder();
      const directory = copied(recorded.directory, folder.path);
      const disk = new Disk(directory, imageOf(directory));
      const args = [FLUSHES, build, directory];
      const before = killedAt === undefined ? [] : recordedCalls(args, ["-e", `inject=${killedAt}`]);
      for (const call of before) disk.apply(call);
      let number = 0;
      for (const call of recordedCalls(args)) {
        if (!disk.apply(call) || ++number % everyNth !== 0) continue;
        for (const image of disk.afterPowerCut(mostOfACut, random)) {
          const where = `${killedAt ?? "a flusher alone"}, after ${call.name} ${number} (${call.path.slice(directory.length)})`;
          outcome.trials++;
          outcome.faults++;
          using after = temporaryFolder();
          const left = join(after.path, ".provml");
          mkdirSync(left);
          lay(image, directory, left);
          try {
            await flushed(build, left);
            await judgeFlushed(outcome, recorded, left, where);
          } catch (error) {
            blame(outcome, "unexplained", 1, `${where}: ${error}`);
          }
        }
      }
    }
    return outcome;
  },
  sabotages: [
    {
      name: "a segment goes before the folders of its graph are on the disk",
      file: "flush/publish.js",
      find: "if (existsSync(folder))\n            syncFolder(folder);",
      replace: "",
    },
    {
      name: "a file gets its name before its bytes are on the disk",
      file: "flush/publish.js",
      find: "fsyncSync(descriptor);\n    }\n    catch",
      replace: "}\n    catch",
    },
  ],
};

/** All that lies below a folder. */
function imageOf(folder: string): Image {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  const paths = names.map((name) => join(folder, name));
  return new Map(paths.map((path) => [path, statSync(path).isDirectory() ? "folder" : readFileSync(path)]));
}
