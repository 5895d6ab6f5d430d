import { defineConfig } from "vitest/config";

/** Folders whose files leave nothing behind in their process, and so share it: to start one and to load the source into it takes longer than most of them. */
const SHARING = [
  "cli",
  "clients",
  "crash",
  "curate",
  "examples",
  "flush",
  "formats",
  "model",
  "ontology",
  "query",
  "rdf",
  "series",
  "spool",
  "store",
  "vocab",
];
const together = SHARING.map((folder) => `test/${folder}/**/*.test.ts`);

const each = {
  testTimeout: 120_000,
  hookTimeout: 240_000,
  maxConcurrency: 2,
  execArgv: ["--liftoff-only"], // the embedded store's code is compiled once instead of twice
};

export default defineConfig({
  test: {
    maxWorkers: 2, // the default leaves one of two cores idle, and children do the most work
    globalSetup: ["test/globalSetup.ts"],
    projects: [
      { test: { ...each, name: "alone", include: ["test/**/*.test.ts"], exclude: together } },
      { test: { ...each, name: "together", include: together, isolate: false } },
    ],
  },
});
