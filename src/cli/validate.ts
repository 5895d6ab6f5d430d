import { type Document, flattened } from "../model/document.ts";
import { ProvenanceError } from "../model/error.ts";
import { shortenName } from "../model/names.ts";
import { type ShapeResult, type ValidationReport, type Violation, validate } from "../validate/index.ts";
import { type Command, type CommandInput, DIRECTORY_OPTION, JSON_OPTION } from "./command.ts";
import { documentOf, FROM_OPTION, readDocument } from "./documents.ts";
import { EXIT } from "./exit-codes.ts";
import { Losses } from "./losses.ts";
import { counted, plainText, printJson } from "./output.ts";
import { statementText } from "./statement-text.ts";
import { STORE_OPTION } from "./store.ts";

export const command: Command = {
  name: "validate",
  summary: "tell whether a PROV document or a run can be true (PROV-CONSTRAINTS) and is well-formed PROV-ML",
  usage: "FILE|RUN|- [--all] [--from NOTATION] [--json]",
  arguments: { least: 0, most: 1 },
  options: {
    ...JSON_OPTION,
    ...FROM_OPTION,
    all: { type: "boolean", summary: "validate the union of all graphs of the directory too" },
    ...DIRECTORY_OPTION,
    ...STORE_OPTION,
  },
  async run(input) {
    const [name] = input.positionals;
    if (name === undefined && input.options.all !== true) {
      throw new ProvenanceError("bad-argument", "name a file or a run to validate, or the whole directory with --all");
    }
    const losses = new Losses();
    const documents = new Map<string, Document>();
    if (name !== undefined) documents.set(name, await readDocument(input, name, losses));
    if (input.options.all === true) documents.set("the union of all graphs", await union(input, losses));
    losses.print({});
    const reports = new Map<string, ValidationReport>();
    for (const [title, document] of documents) reports.set(title, await validate(document));
    if (input.options.json === true) printJson(Object.fromEntries(reports));
    else for (const [title, report] of reports) print(title, report, documents.get(title) as Document);
    return [...reports.values()].every(({ isValid }) => isValid) ? EXIT.done : EXIT.no;
  },
};

/** Everything that was recorded, as one graph: what several executions say of one thing must fit together. */
async function union(input: CommandInput, losses: Losses): Promise<Document> {
  const { openRecorded } = await import("./directory.ts");
  await using graph = await openRecorded(input);
  return flattened(documentOf(await graph.quads(), losses));
}

function print(title: string, report: ValidationReport, document: Document): void {
  const { constraints, shapes = [] } = report;
  const violated = shapes.filter(({ severity }) => severity === "violation");
  const others = shapes.length - violated.length;
  const found = [
    ...(constraints.total > 0
      ? [counted(constraints.total, "violation of constraints", "violations of constraints")]
      : []),
    ...(violated.length > 0 ? [counted(violated.length, "violation of shapes", "violations of shapes")] : []),
    ...(others > 0 ? [counted(others, "warning")] : []),
    ...(constraints.suspicionTotal > 0 ? [counted(constraints.suspicionTotal, "suspicion", "suspicions")] : []),
  ];
  const what = report.shapes === undefined ? "PROV" : "PROV-ML";
  console.log(
    plainText(
      `${title}: ${report.isValid ? "valid" : "not valid"} ${what}${found.length === 0 ? "" : ` (${found.join(", ")})`}`,
    ),
  );
  for (const violation of constraints.violations) printFinding(violation.source, violation, document);
  const unseen = constraints.total - constraints.violations.length;
  if (unseen > 0) console.log(`  … and ${counted(unseen, "violation")} more`);
  for (const result of shapes) console.log(plainText(`  ${shapeLine(result, document)}`));
  for (const suspicion of constraints.suspicions) printFinding("suspicion", suspicion, document);
  const unsaid = constraints.suspicionTotal - constraints.suspicions.length;
  if (unsaid > 0) console.log(`  … and ${counted(unsaid, "suspicion")} more`);
}

const MOST_STATEMENTS = 5;

/** A violation, or a suspicion, with the statements that it follows from. */
function printFinding(what: string, { name, sentence, statements, bundle }: Violation, document: Document): void {
  const { prefixes } = document;
  const own = document.bundles.find(({ id }) => id === bundle)?.prefixes;
  const where = bundle === undefined ? "" : ` in bundle ${shortenName(bundle, prefixes) ?? bundle}`;
  console.log(plainText(`  ${what} ${name}${where}: ${sentence}`));
  for (const statement of statements.slice(0, MOST_STATEMENTS))
    console.log(plainText(`    ${statementText(statement, { ...prefixes, ...own })}`));
  if (statements.length > MOST_STATEMENTS)
    console.log(`    … and ${counted(statements.length - MOST_STATEMENTS, "statement")} more; --json has them`);
}

function shapeLine({ severity, focusNode, path, message, value }: ShapeResult, { prefixes }: Document): string {
  const short = (text: string) => shortenName(text, prefixes) ?? text;
  const at =
    path === undefined
      ? ""
      : ` ${path
          .split(/([|/^])/)
          .map(short)
          .join("")}`;
  return `${severity} ${short(focusNode)}: ${message}${value === undefined ? "" : ` (${short(value)}${at})`}`;
}
