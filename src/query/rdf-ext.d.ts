/** The package brings no types; of its environment only this is used. */
declare module "rdf-ext" {
  import type { DatasetCore, Quad } from "@rdfjs/types";

  const environment: { dataset(quads?: Iterable<Quad>): DatasetCore };
  // biome-ignore lint/style/noDefaultExport: the package has no other
  export default environment;
}
