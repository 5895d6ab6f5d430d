import { cpus } from "node:os";
import { VERSION } from "../src/model/version.ts";
import type { Modules, Result, Spread } from "./results.ts";
import type { Study } from "./studies.ts";

/** Where and when a run was made, without which its numbers mean little. */
interface Circumstances {
  readonly version: string;
  readonly date: string;
  readonly node: string;
  readonly cpuModel: string;
  readonly cpuCount: number;
  readonly quick: boolean;
}

interface Run extends Circumstances {
  readonly results: readonly Result[];
  readonly studies: readonly Study[];
  readonly modules?: Modules;
}

export function circumstances(quick: boolean): Circumstances {
  const date = new Date().toISOString().slice(0, 10);
  const [first] = cpus();
  return {
    version: VERSION,
    date,
    node: process.version,
    cpuModel: first?.model ?? "unknown",
    cpuCount: cpus().length,
    quick,
  };
}

export function tableOf({ results, studies, modules, ...where }: Run): string {
  const lines = [
    `provml ${where.version}, ${where.date}, node ${where.node}, ${where.cpuModel} × ${where.cpuCount}`,
    "median (least to most) of processes of their own; CPU is that of all threads; ratio: CPU to the peer's CPU",
    ...(where.quick ? ["quick: too short to judge"] : []),
    "",
    ...(results.length > 0 ? aligned([COLUMNS, ...results.map(cells)]) : []),
    ...studies.flatMap(studyLines),
  ];
  const { rssBytes, rssTarget } = results.find(({ rssBytes }) => rssBytes !== undefined) ?? {};
  if (rssBytes) {
    const told = rssTarget ? ` (≤ ${rssTarget.bytes / 1e6} MB${answer(rssTarget.met, ": ")})` : "";
    lines.push("", `import "provml" adds ${spread(rssBytes, 1e6, 1)} MB of memory${told}`);
  }
  if (modules)
    lines.push(`and loads ${modules.own} modules of its own, of others: ${modules.foreign.join(", ") || "none"}`);
  return lines.join("\n");
}

const COLUMNS = ["what", "name", "CPU", "wall", "peer", "ratio", "target", "met"];

function cells({ what, name, kind, cpu, wall, peer, targets, failure }: Result): string[] {
  if (!cpu || !wall) return [what, name, `FAILED: ${failure}`];
  const unit = kind === "work" ? "ns" : "ms";
  const size = kind === "work" ? 1 : 1e6;
  const told = targets.map((target) =>
    "ratio" in target
      ? `≤ ${target.ratio} ×`
      : `≤ ${target.nanoseconds / size} ${unit} ${target.of === "cpu" ? "CPU" : "wall"}`,
  );
  return [
    what,
    name,
    `${spread(cpu, size, digits(cpu.median / size))} ${unit}`,
    `${number(wall.median / size, digits(wall.median / size))} ${unit}`,
    peer?.name ?? "",
    peer ? peer.ratio.toPrecision(2) : "",
    told.join(", "),
    targets.map(({ met }) => answer(met)).join(", "),
  ];
}

function answer(met: boolean | undefined, before = ""): string {
  return met === undefined ? "" : before + (met ? "yes" : "NO");
}

function studyLines({ name, what, figures, failure }: Study): string[] {
  if (failure !== undefined) return ["", `${what} (${name}): FAILED: ${failure}`];
  const rows = figures.map(({ what, value, unit, interval, atMost, atLeast, peer, met }) => [
    `  ${what}`,
    `${figure(value)} ${unit}`,
    interval ? `[${interval.map(figure).join(", ")}]` : "",
    peer ? `${peer.ratio.toPrecision(2)} × ${peer.what}` : "",
    wanted(atMost, atLeast, unit),
    answer(met),
  ]);
  return ["", `${what} (${name})`, ...aligned(rows)];
}

function wanted(atMost: number | undefined, atLeast: number | undefined, unit: string): string {
  if (atMost !== undefined && atLeast !== undefined) return `${atLeast} to ${atMost} ${unit}`;
  if (atMost !== undefined) return `≤ ${atMost} ${unit}`;
  return atLeast === undefined ? "" : `≥ ${atLeast} ${unit}`;
}

function figure(value: number): string {
  return Number.isInteger(value)
    ? value.toLocaleString("en")
    : Number(value.toPrecision(3)).toLocaleString("en", { maximumSignificantDigits: 3 });
}

function spread({ median, min, max }: Spread, size: number, decimals: number): string {
  const [middle, least, most] = [median, min, max].map((value) => number(value / size, decimals));
  return `${middle} (${least} to ${most})`;
}

function number(value: number, decimals: number): string {
  return value.toLocaleString("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

function digits(value: number): number {
  return value < 100 ? 1 : 0;
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const columns = Math.max(...rows.map((row) => row.length));
  const ofFailure = (row: readonly string[], column: number) => row.length < columns && column === row.length - 1;
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => (ofFailure(row, column) ? 0 : (row[column]?.length ?? 0)))),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
