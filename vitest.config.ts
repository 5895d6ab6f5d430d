import { defineConfig } from "vitest/config";

/**
 * Files that need a process of their own: they change what the whole process has, such as its variables, count what it loaded, fill its memory or its
 * stack, load a framework that stays, or take so long that they had better begin first. All others leave nothing behind and share one: to start one and
 * to load the source into it takes longer than most of them.
 */
const ALONE = [
  "test/adapters/{ai-sdk,langchain,model-header,onnxruntime,opentelemetry,tfjs}.test.ts",
  "test/capture/{content,context,files,hostile,hostile-doors,options,recursion,secrets,wrap}.test.ts",
  "test/{bench/quick,faults}.test.ts",
  "test/testing/*.test.ts",
  "test/validate/shapes.test.ts",
];

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
      { test: { ...each, name: "alone", include: ALONE } },
      {
        test: {
          ...each,
          name: "together",
          include: ["test/**/*.test.ts"],
          exclude: ALONE,
          isolate: false,
          setupFiles: ["test/keeps-engine.mjs"],
        },
      },
    ],
  },
});
