import type { Lineage, PlainValue, Run, RunComparison } from "../../query/index.ts";
import { type CurvesPanel, strokeOf } from "../curves/panel.ts";
import { curvesSvg } from "../curves/svg.ts";
import { mergedLineages } from "../lineage/merge.ts";
import { type PictureAgent, pictureOf } from "../lineage/picture.ts";
import { lineageSvg } from "../lineage/svg.ts";
import { xmlText } from "../text/escape.ts";
import { coordinatesSvg } from "./coordinates.ts";
import { differencesHtml } from "./differences.ts";
import { POLICY, SCRIPT, STYLE } from "./look.ts";
import { type HtmlCell, htmlTable, timeText, valueText } from "./table.ts";

/** What a report tells of; each part is what a question of `provml/query` answers. */
export interface ReportContent {
  readonly title: string;
  /** Each with the name that tells it from the others, by which its curves are called too. */
  readonly runs: readonly { readonly label: string; readonly run: Run }[];
  /** Where there are any. */
  readonly panels?: readonly CurvesPanel[];
  /** Of several runs. */
  readonly comparison?: RunComparison;
  /** Where models, or runs without one, come from. */
  readonly lineages?: readonly Lineage[];
  /** Who stands behind the activities of the lineages. */
  readonly agents?: readonly PictureAgent[];
  /** When it is made, xsd:dateTime. Default: it does not say. */
  readonly madeAt?: string;
}

/** A page that tells of runs and needs nothing beside itself: it loads nothing, is allowed to load nothing, and prints well. The same content gives the same bytes. */
export function reportHtml(content: ReportContent): string {
  const { title, runs, panels = [], comparison, lineages = [], madeAt } = content;
  const sections = [
    summarySection(content),
    panels.length === 0
      ? ""
      : section(
          "Curves",
          curvesHtml(
            panels,
            runs.map(({ label }) => label),
          ),
        ),
    coordinatesSection(content),
    comparison === undefined
      ? ""
      : section(
          "Differences",
          differencesHtml(
            comparison,
            runs.map(({ label }) => label),
          ),
        ),
    lineages.length === 0 ? "" : lineageSection(content),
  ];
  const made = madeAt === undefined ? "" : `, ${timeText(madeAt)}`;
  return [
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${xmlText(title)}</title>`,
    `<style>${STYLE}</style>`,
    "</head>",
    "<body>",
    `<h1>${xmlText(title)}</h1>`,
    `<p class="quiet">${runs.length === 1 ? "1 run" : `${runs.length} runs`}, recorded by provml${made}</p>`,
    ...sections.filter((text) => text !== ""),
    `<script>${SCRIPT}</script>`,
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

function section(title: string, body: string): string {
  return `<section>\n<h2>${title}</h2>\n${body}\n</section>`;
}

function summarySection({ runs }: ReportContent): string {
  const hasStudy = runs.some(({ run }) => run.study !== undefined);
  const head = [
    "run",
    "workflow",
    ...(hasStudy ? ["study"] : []),
    "status",
    "started (UTC)",
    "took",
    "person",
    "host",
    "commit",
  ];
  const rows = runs.map(({ label, run }): HtmlCell[] => [
    label,
    run.workflow,
    ...(hasStudy ? [run.study] : []),
    run.error === undefined ? run.status : `${run.status}: ${run.error.type} ${run.error.message ?? ""}`,
    timeText(run.startedAt),
    run.durationMs === undefined ? undefined : durationText(run.durationMs),
    run.person?.name,
    run.host,
    run.software?.commit?.slice(0, 12),
  ]);
  const used = head.map((_, i) => rows.some((row) => row[i] !== undefined && row[i] !== ""));
  const kept = <T>(cells: readonly T[]) => cells.filter((_, i) => used[i]);
  const ids = runs.map(({ label, run }) => `<b>${xmlText(label)}</b> ${xmlText(run.id)}`);
  return section("Runs", `${htmlTable(kept(head), rows.map(kept), swatch)}\n<p class="quiet">${ids.join("<br>")}</p>`);
}

/** How the run's lines look. */
function swatch(line: number): string {
  return `<svg class="swatch" viewBox="0 0 22 10" aria-hidden="true"><path d="M0 5H22" stroke-width="3" ${strokeOf(line)}/></svg>`;
}

function curvesHtml(panels: readonly CurvesPanel[], names: readonly string[]): string {
  return `<div class="picture">${curvesSvg(panels, { background: "none", names, width: 900, height: 280 })}</div>`;
}

/** Hyperparameters that differ, then measures; too many axes could not be read. */
const MOST_AXES = 14;

function coordinatesSection({ runs }: ReportContent): string {
  if (runs.length < 2) return "";
  const settings = differing(runs.map(({ run }) => run.hyperparameters));
  const measures = differing(runs.map(({ run }) => run.measures)).filter((name) => !name.endsWith(".durationMs"));
  const axes = [
    ...settings.map((name) => ({ name, isMeasure: false })),
    ...measures.map((name) => ({ name, isMeasure: true })),
  ];
  if (axes.length < 2) return "";
  const shown = axes.slice(0, MOST_AXES);
  const names = shown.map(({ name, isMeasure }) =>
    isMeasure && settings.includes(name) ? `${name} (measured)` : name,
  );
  const lines = runs.map(({ label, run }) => ({
    name: label,
    values: Object.fromEntries(
      shown.map(({ name, isMeasure }, i) => [
        names[i] as string,
        coordinate((isMeasure ? run.measures : run.hyperparameters)[name]),
      ]),
    ),
  }));
  const left =
    axes.length > shown.length ? `<p class="quiet">${axes.length - shown.length} more are in the tables only</p>` : "";
  return section("Parallel coordinates", `<div class="picture">${coordinatesSvg(names, lines)}</div>${left}`);
}

function coordinate(value: PlainValue | undefined): number | string | undefined {
  return typeof value === "number" || value === undefined ? value : valueText(value);
}

/** The names under which not all have the same. */
function differing(all: readonly Readonly<Record<string, PlainValue>>[]): string[] {
  const names = [...new Set(all.flatMap((one) => Object.keys(one)))];
  return names.filter((name) => new Set(all.map((one) => JSON.stringify(one[name]))).size > 1);
}

/** A picture that is wider is not made smaller, but scrolls. */
const WIDEST = 1400;

function lineageSection({ lineages = [], agents = [] }: ReportContent): string {
  const merged = mergedLineages(lineages as [Lineage, ...Lineage[]]);
  const svg = lineageSvg(pictureOf(merged, { agents }), { background: "none" });
  const width = Number(/ width="(\d+)"/.exec(svg)?.[1]);
  const cut = merged.isComplete ? "" : '<p class="quiet">cut off at the depth that was asked for</p>';
  return section("Lineage", `<div class="picture scroll${width > WIDEST ? " wide" : ""}">${svg}</div>${cut}`);
}

function durationText(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return seconds < 3600
    ? `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`
    : `${(seconds / 3600).toFixed(1)} h`;
}
