/** A point of a curve as it is drawn, in pixels. */
export type Pixel = readonly [x: number, y: number];

/**
 * What can be seen of a line: of the points that follow each other in one column of pixels the first, the lowest, the highest and the last, in their order.
 * Drawn, it is the same line, and no peak is lost.
 */
export function thinned(points: readonly Pixel[]): Pixel[] {
  const kept: Pixel[] = [];
  let start = 0;
  while (start < points.length) {
    const column = Math.floor((points[start] as Pixel)[0]);
    let end = start;
    let [lowest, highest] = [start, start];
    while (end < points.length && Math.floor((points[end] as Pixel)[0]) === column) {
      const y = (points[end] as Pixel)[1];
      if (y < (points[lowest] as Pixel)[1]) lowest = end;
      if (y > (points[highest] as Pixel)[1]) highest = end;
      end++;
    }
    const seen = [...new Set([start, lowest, highest, end - 1])].sort((a, b) => a - b);
    for (const i of seen) kept.push(points[i] as Pixel);
    start = end;
  }
  return kept;
}
