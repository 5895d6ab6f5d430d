import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Examples, Hyperparameters } from "./classifier.ts";

/** 344 penguins of the Palmer archipelago (Gorman, Williams, Fraser 2014; CC0), as the package vega-datasets brings them. */
export const PENGUINS_FILE = fileURLToPath(
  new URL("../data/penguins.json", pathToFileURL(createRequire(import.meta.url).resolve("vega-datasets"))),
);

export const SPECIES = ["Adelie", "Chinstrap", "Gentoo"] as const;

/** Two settings to compare; the second is the better one. */
export const PENGUIN_SETTINGS: readonly Hyperparameters[] = [
  { hiddenUnits: 4, learningRate: 0.001, epochs: 20, batchSize: 16, seed: 1 },
  { hiddenUnits: 16, learningRate: 0.01, epochs: 40, batchSize: 16, seed: 1 },
];

/** A penguin as it stands in the file; what was not measured is null. */
export interface PenguinRow {
  readonly Species: string;
  readonly Island: string;
  readonly "Beak Length (mm)": number | null;
  readonly "Beak Depth (mm)": number | null;
  readonly "Flipper Length (mm)": number | null;
  readonly "Body Mass (g)": number | null;
  readonly Sex: string | null;
}

/** A penguin with all its measures: beak length, beak depth and flipper length in mm, body mass in g. */
export interface Penguin {
  readonly species: (typeof SPECIES)[number];
  readonly measures: readonly number[];
}

/** Mean and standard deviation of each measure. */
export interface Scaling {
  readonly means: readonly number[];
  readonly deviations: readonly number[];
}

export async function loadRows(path: string = PENGUINS_FILE): Promise<PenguinRow[]> {
  return JSON.parse(await readFile(path, "utf8"));
}

/** Leaves out the rows in which a measure is missing. */
export function cleanRows(rows: readonly PenguinRow[]): Penguin[] {
  const penguins: Penguin[] = [];
  for (const row of rows) {
    const measures = [
      row["Beak Length (mm)"],
      row["Beak Depth (mm)"],
      row["Flipper Length (mm)"],
      row["Body Mass (g)"],
    ];
    const species = SPECIES.find((one) => one === row.Species);
    if (species && measures.every((one) => one !== null)) penguins.push({ species, measures });
  }
  return penguins;
}

/** Scales every measure to mean 0 and deviation 1 of the training part, so that nothing of the test part leaks into it. */
export function normalise(parts: { readonly train: readonly Penguin[]; readonly test: readonly Penguin[] }): {
  train: Examples;
  test: Examples;
  scaling: Scaling;
} {
  const scaling = scalingOf(parts.train);
  return { train: scale(parts.train, scaling), test: scale(parts.test, scaling), scaling };
}

function scalingOf(penguins: readonly Penguin[]): Scaling {
  const columns = (penguins[0]?.measures ?? []).map((_, n) => penguins.map(({ measures }) => measures[n]!));
  const means = columns.map(mean);
  const deviations = columns.map((column, n) => Math.sqrt(mean(column.map((one) => (one - means[n]!) ** 2))));
  return { means, deviations };
}

function scale(penguins: readonly Penguin[], { means, deviations }: Scaling): Examples {
  return {
    features: penguins.map(({ measures }) => measures.map((one, n) => (one - means[n]!) / deviations[n]!)),
    labels: penguins.map(({ species }) => SPECIES.indexOf(species)),
    classes: SPECIES,
  };
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0) / numbers.length;
}
