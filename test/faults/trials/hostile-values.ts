import { join } from "node:path";
import { HOSTILE_VALUES } from "../../capture/hostile-values.ts";
import { arrivedIn } from "../arrived.ts";
import { temporaryFolder } from "../folder.ts";
import { openSpoolOf } from "../segment.ts";
import { blame, type FaultTrial, noOutcome, type Outcome } from "../trial.ts";

const POLLUTING = '{"__proto__":{"polluted":"yes"},"constructor":{"prototype":{"polluted":"yes"}},"plain":1}';

/** Those that take long to make. */
const LARGE = /million|MB|thousand|100,000|greatest|endless|length|2³²|global|module|secrets/;

/** Texts of every notation with names that reach into prototypes where they are put into plain objects. */
const DOCUMENTS: Readonly<Record<string, string>> = {
  "prov-json":
    '{"prefix":{"__proto__":"http://e/","ex":"http://e/"},"entity":{"__proto__":{"polluted":"yes"},"ex:constructor":{"ex:__proto__":"yes"},"ex:a":{"__proto__":{"polluted":"yes"}}}}',
  "prov-n":
    'document\nprefix ex <http://e/>\nprefix __proto__ <http://p/>\nentity(ex:__proto__, [ex:__proto__="yes"])\nentity(__proto__:polluted)\nendDocument',
  "prov-xml":
    '<prov:document xmlns:prov="http://www.w3.org/ns/prov#" xmlns:ex="http://e/" xmlns:__proto__="http://p/"><prov:entity prov:id="ex:__proto__"><ex:__proto__>yes</ex:__proto__></prov:entity></prov:document>',
  turtle:
    "@prefix ex: <http://e/> . @prefix prov: <http://www.w3.org/ns/prov#> . ex:__proto__ a prov:Entity ; ex:__proto__ ex:constructor .",
  "n-quads":
    "<http://e/__proto__> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/prov#Entity> <http://e/__proto__> .\n",
  "json-ld":
    '{"@context":{"__proto__":"http://e/","ex":"http://e/"},"@id":"ex:a","__proto__":{"polluted":"yes"},"ex:constructor":"x"}',
  "prov-jsonld":
    '{"@context":[{"ex":"http://e/"},"https://openprovenance.org/prov-jsonld/context.jsonld"],"@graph":[{"@type":"Entity","@id":"ex:__proto__","__proto__":{"polluted":"yes"}}]}',
};

/** Values that throw, lie, loop or reach into prototypes, on every way into the record, and documents that do. */
export const hostileValues: FaultTrial = {
  name: "hostile-values",
  promise: "no value and no document makes recording or reading throw into the program, or touches Object.prototype",
  needs: [],
  async run(scale, build) {
    const outcome = noOutcome();
    const before = prototypes();
    await record(
      outcome,
      build,
      scale === "full" ? HOSTILE_VALUES : HOSTILE_VALUES.filter(([what]) => !LARGE.test(what)),
    );
    await spool(outcome, build);
    await read(outcome, build);
    const touched = prototypes() !== before || "polluted" in {};
    blame(outcome, "unexplained", Number(touched), "a prototype of the program's is not what it was");
    return outcome;
  },
  sabotages: [
    {
      name: "what a getter throws gets through",
      file: "capture/values.js",
      find: "return object[key];\n    }\n    catch {\n        return UNREADABLE;",
      replace: "return object[key];\n    }\n    catch (error) {\n        throw error;",
    },
    {
      name: "values are kept in plain objects",
      file: "capture/values.js",
      find: "Values.prototype = Object.create(null);",
      replace: "",
    },
  ],
};

function prototypes(): string {
  const owners = [Object, Array, Function, String, Number, Promise, Map, Error];
  return JSON.stringify(owners.map(({ prototype }) => Reflect.ownKeys(prototype).map(String)));
}

/** Each value as an argument, a result, a member, a thing that is used and a thrown value: the program gets the very same back. */
async function record(outcome: Outcome, build: string, values: typeof HOSTILE_VALUES): Promise<void> {
  const { provenance }: typeof import("../../../src/index.ts") = await import(join(build, "src/index.js"));
  const { flush }: typeof import("../../../src/flush/flush.ts") = await import(join(build, "src/flush/flush.js"));
  using folder = temporaryFolder();
  const directory = join(folder.path, ".provml");
  const prov = provenance({ directory, workflow: "hostile", agent: "ada", announce: false });
  for (const [what, make] of values) {
    outcome.trials++;
    outcome.faults++;
    const value = make();
    try {
      const given = prov.activity("given", (one: unknown) => one)(value);
      const held = prov.activity("held", (one: { value: unknown }) => one.value)({ value });
      const used = prov.activity("used", () => prov.current().used(value))();
      const isSame = [given, held, used].every((one) => Object.is(one, value));
      blame(outcome, "unexplained", Number(!isSame), `${what}: the program gets another value`);
    } catch (error) {
      blame(outcome, "unexplained", 1, `${what}: ${error instanceof Error ? error.message : "throws"}`);
    }
  }
  const { faults, lastFault, lost } = prov.stats();
  blame(outcome, "unexplained", faults, `capture says: ${lastFault}`);
  blame(outcome, "lost", lost, "statements are lost");
  const names = ["__proto__", "constructor", "toString"];
  prov.activity(
    "names",
    (_: object) => 1,
  )(JSON.parse(`{${names.map((name) => `"${name}":"${name} is here"`).join()}}`));
  await prov.close();
  await flush(directory);
  const { lines } = await arrivedIn(directory, "without stated");
  for (const label of ["given", "held", "used"]) {
    const there = lines.filter((line) => line.includes(`label> "${label}"`)).length;
    blame(outcome, "lost", Number(there < values.length), `${there} steps "${label}" there`);
  }
  for (const name of names)
    blame(outcome, "lost", Number(!lines.some((line) => line.includes(`"${name} is here"`))), `a value called ${name}`);
}

/** What another program's spool may hold. */
async function spool(outcome: Outcome, build: string): Promise<void> {
  const { flush }: typeof import("../../../src/flush/flush.ts") = await import(join(build, "src/flush/flush.js"));
  using folder = temporaryFolder();
  const directory = join(folder.path, ".provml");
  const writer = await openSpoolOf(build, directory, { writer: "whostile" });
  const values = JSON.parse(POLLUTING) as object;
  writer.statements([{ kind: "parameters", id: "x:p", activity: "x:a", values } as never]);
  writer.statements([{ ...(JSON.parse(POLLUTING) as object), kind: "entity", id: "x:__proto__" } as never]);
  writer.statements([{ kind: "entity", id: "x:last" }]);
  writer.close();
  outcome.trials++;
  outcome.faults++;
  const report = await flush(directory).catch((error: unknown) => String(error));
  blame(outcome, "unexplained", Number(typeof report === "string"), `the flusher throws: ${report}`);
  const { lines } = await arrivedIn(directory, "without stated");
  blame(outcome, "lost", Number(!lines.some((line) => line.includes("/last>"))), "what comes behind a hostile frame");
}

async function read(outcome: Outcome, build: string): Promise<void> {
  const formats: typeof import("../../../src/formats/index.ts") = await import(join(build, "src/formats/index.js"));
  for (const [notation, text] of Object.entries(DOCUMENTS)) {
    outcome.trials++;
    outcome.faults++;
    try {
      await formats.read(text, notation as never);
    } catch (error) {
      const isTold = error instanceof formats.ProvenanceError;
      blame(outcome, "unexplained", Number(!isTold), `${notation}: ${String(error).slice(0, 300)}`);
    }
  }
}
