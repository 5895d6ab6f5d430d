/** The part of rdf-canonize that is used here; the package has no types of its own. */
declare module "rdf-canonize" {
  export interface CanonizeOptions {
    readonly algorithm: "RDFC-1.0";
    readonly inputFormat: "application/n-quads";
    /** Is filled: from the labels of the input to the canonical ones, both without `_:`. */
    readonly canonicalIdMap: Map<string, string>;
    /** How often nodes that look alike may be compared in depth before it gives up with an error. */
    readonly maxDeepIterations: number;
  }
  export function canonize(input: string, options: CanonizeOptions): Promise<string>;
}
