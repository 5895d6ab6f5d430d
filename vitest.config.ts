import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 240_000,
    maxWorkers: 2, // the default leaves one of two cores idle, and children do the most work
    maxConcurrency: 2,
    globalSetup: ["test/globalSetup.ts"],
  },
});
