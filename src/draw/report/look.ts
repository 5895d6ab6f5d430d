import { createHash } from "node:crypto";

/** How a report looks on a light and a dark screen, and on paper. */
export const STYLE = `
:root{color-scheme:light dark;--ink:#1c1e21;--quiet:#61666d;--line:#d9dce0;--page:#fff;--lit:#f2f5fa}
@media(prefers-color-scheme:dark){:root{--ink:#e6e8eb;--quiet:#9aa1a9;--line:#3a3f46;--page:#17191c;--lit:#23272d}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1100px;padding:24px;background:var(--page);color:var(--ink);font:15px/1.5 Helvetica,Arial,"Liberation Sans",sans-serif;overflow-wrap:anywhere}
h1{font-size:26px;line-height:1.25;margin:0 0 4px}h2{font-size:18px;margin:36px 0 10px;padding-bottom:4px;border-bottom:1px solid var(--line)}
p{margin:0 0 10px}.quiet{color:var(--quiet);font-size:13px}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:13px;font-variant-numeric:tabular-nums;min-width:100%}
th,td{padding:5px 10px;text-align:left;vertical-align:top;border-bottom:1px solid var(--line);min-width:70px;max-width:260px;overflow-wrap:break-word}
th{font-weight:600;color:var(--quiet)}td.number{text-align:right}
.swatch{display:inline-block;width:22px;height:10px;margin-right:6px;vertical-align:baseline}
svg.picture,.picture svg{display:block;max-width:100%;height:auto}.wide svg{max-width:none}
.curves .axis{fill:none;stroke:currentColor}.curves .curve{fill:none;stroke-width:1.5}
[data-line]{transition:opacity .1s}.faint{opacity:.15}tr.lit td{background:var(--lit)}
@media print{:root{color-scheme:light;--ink:#000;--quiet:#444;--line:#bbb;--page:#fff}body{max-width:none;padding:0;font-size:11pt}h2{break-after:avoid}.scroll{overflow:visible}.picture,tr{break-inside:avoid}.wide svg{max-width:100%}th,td{padding:3px 6px;min-width:0}}
`;

/** Who points at a run in one place sees it in all. Nothing else needs a script. */
export const SCRIPT = `
const all = document.querySelectorAll("[data-line]");
const light = (line) => {
  for (const one of all) {
    const isOther = line !== undefined && one.dataset.line !== line;
    if (one.tagName === "TR") one.classList.toggle("lit", line !== undefined && !isOther);
    else one.classList.toggle("faint", isOther);
  }
};
for (const one of all) {
  one.addEventListener("pointerenter", () => light(one.dataset.line));
  one.addEventListener("pointerleave", () => light(undefined));
}
`;

/** The page may load nothing at all, and run this script only. */
export const POLICY = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${createHash("sha256").update(SCRIPT).digest("base64")}'; base-uri 'none'; form-action 'none'`;
