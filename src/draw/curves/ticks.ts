/** A number's place between the ends of an axis, and where its marks stand. */
export interface Scale {
  readonly kind: ScaleKind;
  /** From 0 at the low end to 1 at the high one. */
  place(value: number): number;
  readonly ticks: readonly { readonly value: number; readonly label: string }[];
}

export type ScaleKind = "linear" | "log";

/** An axis from the least to the greatest of these, with about so many round marks. Values that it cannot show count for nothing. */
export function scaleOf(low: number, high: number, kind: ScaleKind, wanted: number): Scale {
  return kind === "log" ? logScale(low, high, wanted) : linearScale(low, high, wanted);
}

/** Whether an axis can show it: finite, and above 0 on a logarithmic one. */
export function isShown(value: number, kind: ScaleKind): boolean {
  return Number.isFinite(value) && (kind === "linear" || value > 0);
}

function linearScale(least: number, greatest: number, wanted: number): Scale {
  const size = Math.max(Math.abs(least), Math.abs(greatest));
  const isFlat = greatest / 2 - least / 2 <= Math.max(size * FLAT, Number.MIN_VALUE * 2 ** 60);
  const around = isFlat ? (size < 1e-300 ? 1 : size / 2) : 0;
  const [low, high] = [Math.max(least - around, -Number.MAX_VALUE), Math.min(greatest + around, Number.MAX_VALUE)];
  const place = (value: number) => (value / 2 - low / 2) / (high / 2 - low / 2);
  const step = roundStep(high / wanted - low / wanted);
  const [first, last] = [Math.ceil(low / step), Math.floor(high / step)];
  const values = Array.from({ length: Math.min(MOST_TICKS, Math.max(0, last - first + 1)) }, (_, i) => first + i);
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const isHuge = Math.max(Math.abs(low), Math.abs(high)) >= 1e6 || decimals > 5;
  const ticks = values.map((multiple) => {
    const value = (Math.round(multiple) + 0) * step;
    const digits = multiple === 0 ? 0 : Math.max(0, Math.floor(Math.log10(Math.abs(value))) + decimals);
    const text = isHuge ? value.toExponential(Math.min(digits, 6)) : value.toFixed(decimals);
    return { value, label: multiple === 0 ? "0" : isHuge ? withoutZeros(text) : text };
  });
  return { kind: "linear", place, ticks: ticks.filter(({ value }) => Number.isFinite(value)) };
}

/** What differs by less than this share of itself is drawn as equal: there are no numbers between for marks. */
const FLAT = 1e-9;

/** `1.50e+7` as `1.5e7`. */
function withoutZeros(text: string): string {
  return text.replace(/\.?0*e\+?/, "e");
}

const MOST_TICKS = 50;

/** 1, 2 or 5 times a power of ten. */
function roundStep(about: number): number {
  const power = 10 ** Math.floor(Math.log10(about));
  const factor = about / power;
  const step = (factor <= 1.5 ? 1 : factor <= 3.5 ? 2 : factor <= 7.5 ? 5 : 10) * power;
  return step > 0 && Number.isFinite(step) ? step : Number.MIN_VALUE * 2 ** 52;
}

function logScale(least: number, greatest: number, wanted: number): Scale {
  const around = Math.log10(greatest) - Math.log10(least) > FLAT ? 0 : 0.5; // neighbours have one logarithm
  const [low, high] = [Math.log10(least) - around, Math.log10(greatest) + around];
  const place = (value: number) => (Math.log10(value) - low) / (high - low);
  const [first, last] = [Math.ceil(low - 1e-9), Math.floor(high + 1e-9)];
  const every = Math.max(1, Math.ceil((last - first + 1) / wanted));
  const powers = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i).filter(
    (power) => (power - first) % every === 0,
  );
  const decades = powers.map((power) => ({ value: 10 ** power, label: decade(power) }));
  if (decades.length >= 2) return { kind: "log", place, ticks: decades };
  const between: { value: number; label: string }[] = [];
  for (let power = Math.floor(low); power <= Math.ceil(high); power++) {
    for (const factor of [1, 2, 5]) {
      const value = factor * 10 ** power;
      if (place(value) >= -1e-9 && place(value) <= 1 + 1e-9)
        between.push({ value, label: String(Number(value.toPrecision(3))) });
    }
  }
  if (between.length > 0) return { kind: "log", place, ticks: between };
  const ends = [...new Set([least, greatest])];
  return { kind: "log", place, ticks: ends.map((value) => ({ value, label: String(Number(value.toPrecision(4))) })) };
}

function decade(power: number): string {
  return Math.abs(power) <= 3 ? String(Number((10 ** power).toPrecision(1))) : `1e${power}`;
}
