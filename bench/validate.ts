/** `node dist/bench/validate.js [--statements 1000000] [--seed 1]`: how long the validator takes for a document of so many statements, and its memory. */
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { checkConstraints } from "../src/validate/constraints/check.ts";
import { generatedDocument } from "./generated-document.ts";

const { values } = parseArgs({
  options: { statements: { type: "string", default: "1000000" }, seed: { type: "string", default: "1" } },
});
const document = generatedDocument(Number(values.statements), Number(values.seed));
const before = peakMiB();
const begun = performance.now();
const { total, suspicionTotal } = checkConstraints(document);
const seconds = (performance.now() - begun) / 1000;
console.log(
  `${document.statements.length} statements validated in ${seconds.toFixed(2)} s: ${total} violations, ${suspicionTotal} suspicions; ` +
    `peak RSS ${peakMiB()} MiB, ${before} MiB of it the document (Node ${process.version})`,
);

function peakMiB(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024);
}
