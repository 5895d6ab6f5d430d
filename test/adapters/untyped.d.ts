/** Packages that bring no types, as far as they are used here. */

declare module "ml-knn" {
  // biome-ignore lint/style/noDefaultExport: the package has one
  export { KNN as default };

  class KNN {
    constructor(dataset: readonly (readonly number[])[], labels: readonly number[], options?: { k?: number });
    predict(dataset: readonly (readonly number[])[]): number[];
  }
}

declare module "ml-logistic-regression" {
  // biome-ignore lint/style/noDefaultExport: the package has one
  export { LogisticRegression as default };

  class LogisticRegression {
    constructor(options?: { numSteps?: number; learningRate?: number });
    train(x: import("ml-matrix").Matrix, y: import("ml-matrix").Matrix): void;
    predict(x: import("ml-matrix").Matrix): number[];
  }
}
