import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type CurvesPanel, type ReportContent, reportHtml } from "provml/draw";
import type { Graph } from "provml/query";
import { describe, expect, it } from "vitest";
import { folder, opened, recorder } from "../query/recorded.ts";
import { BROWSER, Browser } from "./browser.ts";

const HOSTILE = `</svg></title><script>document.hit = 1</script><img src=x onerror="document.hit = 2">`;
const RUNS = 3;

/** Trainings with different settings, one with a name that tries to get out of it. */
async function recordedRuns(): Promise<Graph> {
  const root = folder();
  const prov = recorder(root);
  const data = prov.dataset(join(root, "flowers.csv"), { name: "Flowers" });
  for (let i = 0; i < RUNS; i++) {
    const name = i === 1 ? HOSTILE : `fit-${i}`;
    const model = prov.training(name, (_data: unknown, { rate }: { rate: number; optimizer: string }) => {
      for (let step = 0; step < 50; step++)
        prov.current().log({ loss: Math.exp(-rate * step), accuracy: 1 - 1 / (step + 2) }, step);
      return { weights: [rate] };
    })(data, { rate: 0.05 * (i + 1), optimizer: i === 2 ? "adam" : "sgd" });
    prov.evaluation("test", (_model: object) => ({ error: 0.1 * (RUNS - i) }))(model);
  }
  await prov.close();
  return await opened(root);
}

async function contentOf(graph: Graph): Promise<ReportContent> {
  const runs = (await graph.runs()).map((run) => ({ label: run.name, run }));
  const panels: CurvesPanel[] = [];
  for (const title of ["loss", "accuracy"]) {
    const curves: CurvesPanel["curves"][number][] = [];
    for (const { label, run } of runs) {
      const points = await graph.series(run.id, title);
      curves.push({ name: label, points: points.map(({ step, value }) => ({ x: step, y: value })) });
    }
    panels.push({ title, curves });
  }
  const ids = runs.map(({ run }) => run.id);
  const lineages = await Promise.all(runs.map(({ run }) => graph.lineage(run.models[0]?.id ?? run.id)));
  return { title: HOSTILE, runs, panels, comparison: await graph.compare(ids), lineages };
}

describe("a report", () => {
  let content: ReportContent;
  let html = "";

  async function made(): Promise<string> {
    content ??= await contentOf(await recordedRuns());
    html ||= reportHtml(content);
    return html;
  }

  it("holds all of it in one page that may load nothing, and is the same bytes each time", async () => {
    const page = await made();
    expect(reportHtml(structuredClone(content))).toBe(page);
    expect(page).toContain(`content="default-src 'none';`);
    expect(page.match(/<script/g)).toHaveLength(1);
    const tags = page.match(/<[a-z][^>]*>/gi) ?? [];
    expect(
      tags.filter((tag) => /^<(?:img|link|iframe|object|embed|form|a)\b|\b(?:src|href|action|on\w+)=/.test(tag)),
    ).toEqual([]);
    expect(page).not.toMatch(/url\((?!#)|@import/);
    for (const title of ["Runs", "Curves", "Parallel coordinates", "Differences", "Lineage"])
      expect(page.match(new RegExp(`<h2>${title}</h2>`, "g"))).toHaveLength(1);
    expect(page.match(/<g data-line="\d"><title>/g)).toHaveLength(2 * RUNS + RUNS);
    expect(page).toContain("<td>hyperparameters</td><td>rate</td>");
  });

  it.skipIf(BROWSER === undefined)(
    `is shown right by a browser, light and dark, wide and narrow, without a complaint or a request${BROWSER === undefined ? " (not run: there is no Chromium here)" : ""}`,
    async () => {
      const path = join(folder(), "report.html");
      writeFileSync(path, await made());
      const url = pathToFileURL(path).href;
      const browser = new Browser(BROWSER as string);
      try {
        const looks = [
          { width: 1200, scheme: "light" },
          { width: 390, scheme: "dark" },
        ] as const;
        for (const look of looks) {
          const { complaints, requests, answer, screenshot, pages } = await browser.open<Shown>(
            url,
            look,
            `(${shown})()`,
          );
          expect(complaints).toEqual([]);
          expect(requests).toEqual([url]);
          expect(answer).toMatchObject({
            hit: "none",
            scripts: 1,
            images: 0,
            empty: [],
            outside: [],
            faint: RUNS - 1,
            unfaint: 0,
          });
          expect(answer.counts).toMatchObject({ svg: 3 + RUNS, table: 2 });
          expect(answer.isWiderThanWindow).toBe(false);
          const [ink, page] = answer.colours.map(brightness);
          expect(
            look.scheme === "dark" ? (ink as number) - (page as number) : (page as number) - (ink as number),
          ).toBeGreaterThan(150);
          expect(screenshot.length).toBeGreaterThan(10_000);
          expect(pages.subarray(0, 5).toString()).toBe("%PDF-");
          if (process.env.PROVML_TEST_SCREENSHOTS)
            writeFileSync(join(process.env.PROVML_TEST_SCREENSHOTS, `${look.scheme}.png`), screenshot);
        }
        const bad = join(folder(), "bad.html");
        writeFileSync(
          bad,
          html.replace("</body>", `<script>document.hit = 3</script><img src="https://example.org/x.png"></body>`),
        );
        const refused = await browser.open<Shown>(pathToFileURL(bad).href, looks[0], `(${shown})()`);
        expect([refused.complaints.length > 0, refused.answer.hit]).toEqual([true, "none"]);
      } finally {
        await browser.close();
      }
    },
  );
});

interface Shown {
  readonly hit: string;
  readonly scripts: number;
  readonly images: number;
  readonly counts: { readonly svg: number; readonly table: number };
  readonly empty: readonly string[];
  readonly outside: readonly string[];
  readonly isWiderThanWindow: boolean;
  readonly colours: readonly string[];
  readonly faint: number;
  readonly unfaint: number;
}

function brightness(colour: string): number {
  const [red = 0, green = 0, blue = 0] = (colour.match(/\d+/g) ?? []).map(Number);
  return (red + green + blue) / 3;
}

/** Asked of the page itself. */
const shown = `function () {
  const inside = (one) => [...document.querySelectorAll(one)];
  const name = (one) => one.outerHTML.slice(0, 200);
  const isEmpty = (one) => { const { width, height } = one.getBoundingClientRect(); return width + height === 0 || one.tagName !== "path" && width * height === 0; };
  const drawn = inside("h1, h2, p, table, th, td, svg, svg text, ellipse, rect, polygon, path.curve");
  const isOutside = (one) => { const { left, right } = one.getBoundingClientRect(); return left < -0.5 || right > innerWidth + 0.5; };
  const texts = inside("h1, h2, p, th, td, svg text").filter((one) => one.closest(".scroll") === null);
  const row = document.querySelector("tr[data-line]");
  row.dispatchEvent(new PointerEvent("pointerenter"));
  const counted = document.querySelectorAll(".curves")[1].querySelectorAll("g.faint").length;
  row.dispatchEvent(new PointerEvent("pointerleave"));
  const style = getComputedStyle(document.body);
  return {
    hit: String(document.hit ?? "none"),
    scripts: document.scripts.length,
    images: document.images.length,
    counts: { svg: inside("svg").length, table: inside("table").length },
    empty: drawn.filter((one) => isEmpty(one) && !(one.tagName === "TD" && one.textContent === "")).map(name),
    outside: texts.filter(isOutside).map(name),
    isWiderThanWindow: document.documentElement.scrollWidth > innerWidth,
    colours: [style.color, style.backgroundColor],
    faint: counted,
    unfaint: inside(".faint").length,
  };
}`;
