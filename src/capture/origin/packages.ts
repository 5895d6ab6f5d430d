import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Execution } from "../execution.ts";
import type { Companion } from "./companion.ts";

/** Packages that matter to results wherever they come from; beside them those that the program's own package.json names. */
const FRAMEWORKS =
  /^(@tensorflow\/|@huggingface\/|@xenova\/|@langchain\/|@ai-sdk\/|onnxruntime-|ml-|brain\.js$|synaptic$|langchain$|openai$|ai$|danfojs|arquero$|apache-arrow$|parquet|hyparquet|seedrandom$)/;
const MOST_PACKAGES = 100;

/**
 * States, when the execution ends or is flushed, which packages it had loaded and in which versions, by the files that the runtime lists as loaded.
 * It lists what was required, and what was imported and is CommonJS, as most frameworks are; of pure ECMAScript modules Node tells no one.
 */
export function watchPackages(execution: Execution): Companion {
  const { environment, packageFolder } = execution.origin;
  const stated = new Set<string>();
  let looked = 0;
  const state = () => {
    const files = Object.keys(createRequire(import.meta.url).cache);
    if (files.length === looked) return;
    looked = files.length;
    const wanted = packageFolder === undefined ? new Set<string>() : dependenciesOf(packageFolder);
    const attributes: [string, string][] = [];
    for (const [name, folder] of packagesOf(files)) {
      if (stated.size >= MOST_PACKAGES) break;
      if (name === "provml" || stated.has(folder) || !(wanted.has(name) || FRAMEWORKS.test(name))) continue;
      stated.add(folder);
      const { version } = manifest(folder);
      if (typeof version === "string") attributes.push(["provml:loadedPackage", `${name}@${version}`]);
    }
    if (attributes.length > 0) execution.write([{ kind: "entity", id: environment, attributes }]);
  };
  return { settle: async () => execution.faults.guard(state), end: state };
}

/** The packages that files belong to: name and folder. */
function* packagesOf(files: readonly string[]): Iterable<[name: string, folder: string]> {
  const seen = new Set<string>();
  for (const file of files) {
    const [folder, name] = /^.*[/\\]node_modules[/\\]((?:@[^/\\]+[/\\])?[^/\\]+)(?=[/\\])/.exec(file) ?? [];
    if (folder === undefined || name === undefined || seen.has(folder)) continue;
    seen.add(folder);
    yield [name.replace("\\", "/"), folder];
  }
}

function dependenciesOf(folder: string): Set<string> {
  const { dependencies, devDependencies, optionalDependencies, peerDependencies } = manifest(folder);
  const all = [dependencies, devDependencies, optionalDependencies, peerDependencies];
  return new Set(all.flatMap((names) => (typeof names === "object" && names !== null ? Object.keys(names) : [])));
}

function manifest(folder: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) ?? {};
  } catch {
    return {};
  }
}
