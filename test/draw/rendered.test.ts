import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Graphviz } from "@hpcc-js/wasm-graphviz";
import fc from "fast-check";
import { lineageDot, lineageMermaid, type Picture, type PictureNode, pictureOf } from "provml/draw";
import type { LineageEdge, LineageNode } from "provml/query";
import { beforeAll, describe, expect, it } from "vitest";
import { visibleText } from "../../src/draw/text/escape.ts";
import { anyText } from "../any-text.ts";
import { folder } from "../query/recorded.ts";
import { BROWSER, Browser } from "./browser.ts";
import { all, type Element, parsed } from "./svg.ts";

/** Names that mean something to one of the notations, or to what draws it. */
const NAMES = [
  "",
  "  ",
  '"];n0->n0[label="',
  "]",
  '"]) --> n0',
  "end",
  "subgraph x",
  "click n0 call alert()",
  "style n0 fill:#f00;",
  "%%{init: {}}%%",
  "<b>bold</b><br>",
  '<script>document.hit = 1</script><img src=x onerror="document.hit = 2">',
  "&amp; &#65; #65; #quot;",
  "`**x**` _y_ ~~z~~",
  "1. one",
  "- one",
  "# one",
  "a\nb\r\tc",
  "\\N \\G \\l",
  "C:\\new\\Nets",
  "ends in \\",
  "{a|<p>b}",
  "<<i>>",
  "fa:fa-user",
  "$$x^2$$ $$$$",
  "::icon(x) :::y",
  "  two  blanks  ",
  "日本語 हिन्दी ελ é",
  "أبجد \u202eabc",
  "😀 👩‍👧",
  "\ud800",
  "constructor",
  ...fc.sample(anyText({ maxLength: 30 }), { seed: 20_261_122, numRuns: 30 }),
];

/** All of them, of entities and activities with their paths and of people, related in every way. */
function pictureOfNames(): Picture {
  const relations = ["wasDerivedFrom", "isPartOf", "used", "wasGeneratedBy", "sameContent"] as const;
  const nodes = NAMES.map((label, i): LineageNode => {
    const kind = i % 3 === 0 ? "entity" : "activity";
    return { id: `urn:${i}`, kind, types: ["provml:Thing"], label, path: `/data/${label}` };
  });
  const edges = nodes
    .slice(1)
    .map(({ id }, i): LineageEdge => ({ from: id, to: `urn:${i >> 1}`, relation: relations[i % 5] as "used" }));
  const agents = NAMES.slice(0, 33).map((label, i) => ({ id: `urn:p${i}`, label, of: [`urn:${i}`] }));
  return pictureOf({ direction: "up", roots: ["urn:0"], nodes, edges, isComplete: true }, { fold: "nothing", agents });
}

const LONG = `C:\\new\\${'long & "quoted" 日本 '.repeat(4000)}.json`;

/** Folded things of very long names, in the tip of which are many. */
function pictureOfLongNames(): Picture {
  const nodes = Array.from({ length: 30 }, (_, i): LineageNode => {
    return { id: `urn:${i}`, kind: "entity", types: ["provml:DataReference"], label: `${i}${LONG}` };
  });
  const edges = nodes.map(({ id }): LineageEdge => ({ from: id, to: "urn:run", relation: "wasGeneratedBy" }));
  const run: LineageNode = { id: "urn:run", kind: "activity", types: ["mls:Run"], label: LONG };
  return pictureOf({ direction: "down", roots: ["urn:run"], nodes: [run, ...nodes], edges, isComplete: true });
}

/** What each node says, blanks aside, of which HTML shows one where there are several, and the joiners that nobody sees. */
function saidOf(texts: readonly string[]): string[] {
  return texts.map((text) => text.replace(/[\s\u2060]+/g, "")).sort();
}

function namesIn({ nodes }: Picture): string[] {
  return saidOf(nodes.map(({ lines }) => lines.map(visibleText).join("")));
}

const pictures = [
  ["names that mean something", pictureOfNames()],
  ["very long names, cut in their middle", pictureOfLongNames()],
] as const;

describe("a lineage in the notation of Graphviz", () => {
  let graphviz: Graphviz;
  beforeAll(async () => {
    graphviz = await Graphviz.load();
  });

  it.each(pictures)("is drawn by it with each name as text and each relation: %s", (_, picture) => {
    const svg = parsed(graphviz.dot(lineageDot(picture), "svg").replace(/^[\s\S]*?(?=<svg)/, ""));
    const groups = all(svg, "g");
    const labels = groups.filter((group) => group.attributes.class === "node").map((group) => textsOf(group).join(""));
    const names = namesIn(picture);
    if (picture === pictures[0][1]) expect(saidOf(labels)).toEqual(names);
    else expectCut(labels, picture);
    expect(groups.filter((group) => group.attributes.class === "edge")).toHaveLength(picture.edges.length);
  });

  it("has no string that is too long for any version of it", () => {
    const dot = lineageDot(pictureOfLongNames());
    const strings = dot.match(/"(?:[^"\\]|\\.)*"/g) ?? [];
    expect(Math.max(...strings.map((text) => Buffer.byteLength(text)))).toBeLessThan(16_384);
  });
});

/** Of a name that is too long both ends are there. */
function expectCut(labels: readonly string[], { nodes }: Picture): void {
  expect(labels).toHaveLength(nodes.length);
  for (const label of labels) {
    expect(label.length).toBeLessThan(400);
    expect(label).toMatch(/C:\\\u2060?new.*….*\.json/u);
  }
}

function textsOf(element: Element): string[] {
  return all(element, "text").map(({ text }) => text);
}

const MERMAID = createRequire(import.meta.url).resolve("@mermaid-js/tiny");

interface Drawn {
  readonly hit: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly edges: number;
}

describe("a lineage in the notation of Mermaid", () => {
  it.skipIf(BROWSER === undefined)(
    `is drawn by it in a browser with each name as text and each relation, labels as HTML and as SVG${BROWSER === undefined ? " (not run: there is no Chromium here)" : ""}`,
    async () => {
      const page = join(folder(), "mermaid.html");
      writeFileSync(
        page,
        `<!doctype html><meta charset="utf-8"><script src="${pathToFileURL(MERMAID).href}"></script><body></body>`,
      );
      const browser = new Browser(BROWSER as string);
      try {
        const url = pathToFileURL(page).href;
        const texts = pictures.map(([, picture]) => lineageMermaid(picture));
        const question = `(${drawn})(${JSON.stringify(texts)})`;
        const seen = await browser.open<Drawn[]>(url, { width: 1200, scheme: "light" }, question);
        expect(seen.requests).toEqual([url, pathToFileURL(MERMAID).href]);
        expect(seen.answer).toHaveLength(2 * pictures.length);
        for (const [i, { labels, edges, hit }] of seen.answer.entries()) {
          const picture = (pictures[i >> 1] as (typeof pictures)[number])[1];
          const nodes = i % 2 === 0 ? picture.nodes : picture.nodes.map(ofSeveralLines);
          const known = nodes.flatMap((node, at) => (node === undefined ? [] : [labels[`n${at}`] ?? "not drawn"]));
          const those = { ...picture, nodes: nodes.filter((node) => node !== undefined) };
          if (i >> 1 === 0) expect(saidOf(known)).toEqual(namesIn(those));
          else expectCut(known, those);
          expect([edges, hit]).toEqual([picture.edges.length, "none"]);
        }
      } finally {
        await browser.close();
      }
    },
    300_000,
  );
});

/** Where labels are SVG, which they are not by default, Mermaid shows the numbers of characters in those of one line. */
function ofSeveralLines(node: PictureNode): PictureNode | undefined {
  return node.lines.length > 1 ? node : undefined;
}

/** Runs in the page: what Mermaid makes of texts, each with labels as HTML and as SVG. */
async function drawn(texts: readonly string[]): Promise<Drawn[]> {
  const { mermaid, document, DOMParser } = globalThis as unknown as Page;
  const answers: Drawn[] = [];
  for (const text of texts) {
    for (const htmlLabels of [true, false]) {
      mermaid.initialize({ startOnLoad: false, htmlLabels, flowchart: { htmlLabels } });
      const { svg } = await mermaid.render(`drawing${answers.length}`, text);
      document.body.innerHTML = svg; // what would be carried out of it is
      const root = new DOMParser().parseFromString(svg, "text/html");
      answers.push({
        hit: String(document.hit ?? "none"),
        labels: Object.fromEntries(
          Array.from(root.querySelectorAll("g.node"), ({ id, textContent }) => [
            id.split("-").at(-2),
            textContent ?? "",
          ]),
        ),
        edges: root.querySelectorAll("path.flowchart-link").length,
      });
    }
  }
  document.body.innerHTML = "";
  return answers;
}

/** What of a page is asked here; the tests are compiled without its types. */
interface Page {
  readonly mermaid: {
    initialize(options: object): void;
    render(id: string, text: string): Promise<{ svg: string }>;
  };
  readonly document: { hit?: number; readonly body: { innerHTML: string } };
  readonly DOMParser: new () => {
    parseFromString(
      text: string,
      type: "text/html",
    ): { querySelectorAll(selector: string): ArrayLike<{ id: string; textContent: string | null }> };
  };
}
