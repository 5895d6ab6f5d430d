import { createRequire } from "node:module";

/** The version of Oxigraph that is installed. */
export function engineVersion(): string {
  const { version } = createRequire(import.meta.url)("oxigraph/package.json") as { readonly version: string };
  return version;
}
