declare module "@rdfjs/data-model" {
  import type { DataFactory, Quad } from "@rdfjs/types";

  const dataFactory: DataFactory<Quad>;
  // biome-ignore lint/style/noDefaultExport: the package has no other
  export default dataFactory;
}
