import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Examples, Hyperparameters } from "./classifier.ts";

/** The folder with 10,000 handwritten digits of MNIST (LeCun, Cortes, Burges), a file for each digit, of the package mnist. */
export const DIGITS_FOLDER = join(
  dirname(createRequire(import.meta.url).resolve("mnist/package.json")),
  "src",
  "digits",
);

export const DIGITS = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"] as const;

export const MNIST_SETTING: Hyperparameters = {
  hiddenUnits: 32,
  learningRate: 0.005,
  epochs: 5,
  batchSize: 32,
  seed: 1,
};

/** An image of 28 × 28 pixels, row by row, 0 (white) to 1 (black), and the digit that it shows. */
export interface DigitImage {
  readonly pixels: readonly number[];
  readonly digit: number;
}

const PIXELS = 28 * 28;

/** The file with the images of one digit. */
export function digitsFile(digit: number): string {
  return join(DIGITS_FOLDER, `${digit}.json`);
}

/** The first images of each digit, the same ones at every call. */
export async function loadImages({ perDigit }: { readonly perDigit: number }): Promise<DigitImage[]> {
  const images: DigitImage[] = [];
  for (const digit of DIGITS.keys()) {
    const { data } = JSON.parse(await readFile(digitsFile(digit), "utf8")) as { data: number[] };
    const count = Math.min(perDigit, data.length / PIXELS);
    for (let n = 0; n < count; n++) images.push({ pixels: data.slice(n * PIXELS, (n + 1) * PIXELS), digit });
  }
  return images;
}

/** Halves width and height: each new pixel is the mean of four. */
export function shrinkImages(images: readonly DigitImage[]): DigitImage[] {
  return images.map(({ pixels, digit }) => ({ pixels: shrink(pixels), digit }));
}

function shrink(pixels: readonly number[]): number[] {
  const width = Math.sqrt(pixels.length);
  const half = width / 2;
  return Array.from({ length: half * half }, (_, n) => {
    const at = 2 * Math.floor(n / half) * width + 2 * (n % half);
    return (pixels[at]! + pixels[at + 1]! + pixels[at + width]! + pixels[at + width + 1]!) / 4;
  });
}

export function examplesOf(images: readonly DigitImage[]): Examples {
  return {
    features: images.map(({ pixels }) => pixels),
    labels: images.map(({ digit }) => digit),
    classes: DIGITS,
  };
}
