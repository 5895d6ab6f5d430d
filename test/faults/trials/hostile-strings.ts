import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Parser } from "n3";
import oxigraph from "oxigraph";
import { temporaryFolder } from "../folder.ts";
import { BASE } from "../segment.ts";
import { hostileStrings as stringsOf } from "../strings.ts";
import { missing } from "../tools.ts";
import { blame, type FaultTrial, noOutcome, type Outcome } from "../trial.ts";

const STRINGS = { full: 1_000_000, sampled: 4000 } as const;
const AT_ONCE = 20_000;
/** As many of them a fourth parser reads, which is slow. */
const FOR_RDFLIB = { full: 100_000, sampled: 0 } as const;
const GRAPH = `${BASE}0199d3c0-0000-7000-8000-000000000001/graph`;

/** A quad as one text, the same for all parsers. */
type Key = string;

/** Strings that end terms and lines, inject triples and are no text at all, as names and as values, through independent parsers. */
export const hostileStrings: FaultTrial = {
  name: "hostile-strings",
  promise: "whatever string comes as a name or a value, the quads that are written are the quads that any parser reads",
  needs: [],
  async run(scale, build) {
    const outcome = noOutcome();
    const parsers = await parsersOf(build);
    const isRdflib = missing(["rdflib"]).length === 0;
    for (let done = 0; done < STRINGS[scale]; done += AT_ONCE) {
      const strings = [...stringsOf(Math.min(AT_ONCE, STRINGS[scale] - done), done + 1)];
      outcome.trials += strings.length;
      outcome.faults += strings.length;
      const batch = await written(build, strings).catch((error: unknown) => {
        blame(outcome, "unexplained", 1, `it cannot be written: ${String(error).slice(0, 300)}`);
      });
      if (!batch) continue;
      const { text, wanted } = batch;
      for (const [name, parse] of parsers) judge(outcome, name, wanted, () => parse(text));
      if (isRdflib && done < FOR_RDFLIB[scale]) judge(outcome, "rdflib", wanted, () => parsedByRdflib(text));
    }
    outcome.notes.push(
      `read by ${[...parsers.map(([name]) => name), ...(isRdflib && FOR_RDFLIB[scale] > 0 ? ["rdflib"] : [])].join(", ")}`,
    );
    return outcome;
  },
  sabotages: [
    { name: "names are not escaped", file: "model/names.js", find: "return encode(whole);", replace: "return whole;" },
    {
      name: "values are not escaped",
      file: "rdf/nquads.js",
      find: "ESCAPED.test(text) ?",
      replace: "false ?",
    },
  ],
};

/** Entities whose names and labels are the strings, as the flusher writes them, and the quads that should come of them. */
async function written(build: string, strings: readonly string[]): Promise<{ text: string; wanted: ReadonlySet<Key> }> {
  const { briefPrefixes, expand }: typeof import("../../../src/model/brief.ts") = await import(
    join(build, "src/model/brief.js")
  );
  const { definitionName, expandName }: typeof import("../../../src/model/names.ts") = await import(
    join(build, "src/model/names.js")
  );
  const { appendQuads }: typeof import("../../../src/rdf/quads.ts") = await import(join(build, "src/rdf/quads.js"));
  const prefixes = briefPrefixes(BASE, GRAPH.replace("graph", ""));
  const lines: string[] = [];
  const wanted = new Set<Key>();
  for (let n = 0; n < strings.length; n += 2) {
    const [name = "", value = ""] = [strings[n], strings[n + 1]];
    const id = definitionName("hyperparameter", name);
    for (const statement of expand({ kind: "entity", id, attributes: [["rdfs:label", value]] }, prefixes))
      appendQuads(statement, GRAPH, lines);
    const iri = expandName(id, prefixes);
    wanted.add(key(iri, "http://www.w3.org/1999/02/22-rdf-syntax-ns#type", "<http://www.w3.org/ns/prov#Entity>"));
    wanted.add(key(iri, "http://www.w3.org/2000/01/rdf-schema#label", `"${value.toWellFormed()}"`));
  }
  return { text: `${lines.join("\n")}\n`, wanted };
}

function key(subject: string, predicate: string, object: string, graph: string = GRAPH): Key {
  return JSON.stringify([subject, predicate, object, graph]);
}

function judge(outcome: Outcome, name: string, wanted: ReadonlySet<Key>, parse: () => readonly Key[]): void {
  try {
    const found = new Set(parse());
    const lost = [...wanted].filter((one) => !found.has(one));
    const more = [...found].filter((one) => !wanted.has(one));
    blame(outcome, "lost", lost.length, `${name}: ${lost[0]?.slice(0, 300)}`);
    blame(outcome, "unexplained", more.length, `${name}: ${more[0]?.slice(0, 300)}`);
  } catch (error) {
    blame(outcome, "unexplained", 1, `${name} cannot read it: ${String(error).slice(0, 300)}`);
  }
}

type Parse = (text: string) => readonly Key[];

async function parsersOf(build: string): Promise<readonly (readonly [string, Parse])[]> {
  const { readQuads }: typeof import("../../../src/rdf/read-quads.ts") = await import(
    join(build, "src/rdf/read-quads.js")
  );
  return [
    ["n3", (text) => new Parser({ format: "N-Quads" }).parse(text).map(keyOfRdfjs)],
    ["oxigraph", (text) => oxigraph.parse(text, { format: "application/n-quads" }).map(keyOfRdfjs)],
    [
      "provml",
      (text) =>
        readQuads(text).map(({ subject, predicate, object, graph }) =>
          key(
            subject.value,
            predicate.value,
            object.kind === "iri" ? `<${object.value}>` : `"${object.value}"`,
            graph?.value,
          ),
        ),
    ],
  ];
}

interface RdfjsTerm {
  readonly termType: string;
  readonly value: string;
}

function keyOfRdfjs(quad: { subject: RdfjsTerm; predicate: RdfjsTerm; object: RdfjsTerm; graph: RdfjsTerm }): Key {
  const { subject, predicate, object, graph } = quad;
  return key(
    subject.value,
    predicate.value,
    object.termType === "Literal" ? `"${object.value}"` : `<${object.value}>`,
    graph.value,
  );
}

const RDFLIB = `
import json, logging, sys, rdflib
logging.disable(logging.CRITICAL)
data = rdflib.Dataset()
data.parse(sys.argv[1], format="nquads")
text = lambda o: '"%s"' % o if isinstance(o, rdflib.Literal) else "<%s>" % o
with open(sys.argv[2], "w") as out:
    for s, p, o, g in data.quads((None, None, None, None)):
        out.write(json.dumps([str(s), str(p), text(o), str(g)]) + "\\n")
`;

function parsedByRdflib(text: string): readonly Key[] {
  using folder = temporaryFolder();
  const [from, to] = [join(folder.path, "in.nq"), join(folder.path, "out")];
  writeFileSync(from, text);
  const { status, stderr } = spawnSync("python3", ["-c", `${RDFLIB}`, from, to], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr.slice(-300));
  const lines = readFileSync(to, "utf8").trim().split("\n");
  return lines.map((line) => JSON.stringify(JSON.parse(line)));
}
