/** The wall clock as it was when the process started; from then on only monotonic time passes. */
const ANCHOR = performance.timeOrigin;

/** Milliseconds since 1970 with fraction. Never goes back, whatever happens to the wall clock. */
export function now(): number {
  return ANCHOR + performance.now();
}
