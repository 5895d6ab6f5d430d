import { shortNumber } from "./output.ts";

/** The eighths of a cell, from empty to full. */
const BLOCKS = " ▁▂▃▄▅▆▇█";

/**
 * A curve in characters: `height` lines of `width` cells between its least and greatest value, with both at the left. Values that are
 * no finite numbers leave a gap; more values than cells are averaged.
 */
export function curve(values: readonly number[], width = 60, height = 6): string {
  const cells = resample(values, width);
  const finite = cells.filter(Number.isFinite);
  if (finite.length === 0) return "(no finite value)";
  const low = Math.min(...finite);
  const high = Math.max(...finite);
  const steps = height * 8;
  const heights = cells.map((value) => {
    if (!Number.isFinite(value)) return 0;
    return high === low ? steps / 2 : 1 + Math.round(((value / 2 - low / 2) / (high / 2 - low / 2)) * (steps - 1));
  });
  const [top, bottom] = [shortNumber(high), shortNumber(low)];
  const margin = Math.max(top.length, bottom.length);
  return Array.from({ length: height }, (_, line) => {
    const floor = (height - 1 - line) * 8;
    const label = line === 0 ? top : line === height - 1 ? bottom : "";
    const bars = heights.map((h) => BLOCKS[Math.max(0, Math.min(8, h - floor))]).join("");
    return `${label.padStart(margin)} ┤${bars}`.trimEnd();
  }).join("\n");
}

function resample(values: readonly number[], width: number): number[] {
  if (values.length <= width) return [...values];
  return Array.from({ length: width }, (_, cell) => {
    const from = Math.floor((cell * values.length) / width);
    const to = Math.max(from + 1, Math.floor(((cell + 1) * values.length) / width));
    const part = values.slice(from, to).filter(Number.isFinite);
    return part.reduce((sum, value) => sum + value / part.length, part.length === 0 ? Number.NaN : 0);
  });
}
