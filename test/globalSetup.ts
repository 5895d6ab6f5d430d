import { spawnSync } from "node:child_process";

/** Children of the tests run the compiled package, so it is compiled once before them. */
export default function setup(): void {
  if (process.env.PROVML_TEST_BUILT === "1") return; // `npm run check` has just compiled
  const { status } = spawnSync("npm", ["run", "--silent", "build"], { stdio: "inherit" });
  if (status !== 0) throw new Error("npm run build failed: the tests start the compiled package");
}
