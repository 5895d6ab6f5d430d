/**
 * `node --import tell-modules.js PROGRAM` tells every module that the program loads, a line `module URL` each on standard output.
 * The same file is what registers the hook, and the hook, which node loads in a thread of its own.
 */
import { writeSync } from "node:fs";
import { createRequire, type LoadHook, register } from "node:module";
import { pathToFileURL } from "node:url";
import { isMainThread } from "node:worker_threads";

if (isMainThread) {
  register(import.meta.url);
  const { cache } = createRequire(import.meta.url);
  process.on("exit", () => {
    // What `require` loads passes by the hook.
    for (const path of Object.keys(cache)) tell(pathToFileURL(path).href);
  });
}

export const load: LoadHook = (url, context, next) => {
  tell(url);
  return next(url, context);
};

function tell(url: string): void {
  writeSync(1, `module ${url}\n`);
}
