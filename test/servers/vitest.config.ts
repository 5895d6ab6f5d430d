import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** What real servers are held to: `npm run test:servers`. They are started once, and each file has them for itself. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL("../..", import.meta.url)),
    include: ["test/servers/*.suite.ts"],
    globalSetup: ["test/globalSetup.ts", "test/servers/setup.ts"],
    fileParallelism: false,
    // For the slowest of machines: Virtuoso reads a literal of three million characters for 20 s of CPU.
    testTimeout: 1_200_000,
    hookTimeout: 1_200_000,
    teardownTimeout: 300_000,
  },
});
