import { join } from "node:path";
import {
  carriedByAll,
  type Document,
  difference,
  NOTATIONS,
  type Notation,
  read,
  write,
} from "../../src/formats/index.ts";
import { ABSENT, outcome, type Part } from "./report.ts";
import { documentIn, filesBelow, foldersIn, notationOfFile, sharedFolder } from "./shared.ts";

interface Read {
  readonly file: string;
  readonly notation: Notation;
  readonly document: Document;
}

/** Cases whose files do not say the same, by what is wrong with one of them. That they still differ is checked too. */
const WRITTEN_APART: Readonly<Record<string, { readonly files: RegExp; readonly why: string }>> = {
  "test-attr_dict_insert_one_key23": {
    files: /\.(ttl|trig)$/,
    why: "its RDF has a key that is a name in a default namespace, which it does not declare",
  },
};

/**
 * The PROV test suite: each case in five notations. All are read; every two say the same up to what both notations carry; and each goes
 * through every notation that provml has and back.
 */
export const suite: Part = {
  name: "suite",
  async run(say) {
    const folder = sharedFolder("prov-suite");
    if (folder === undefined) return ABSENT;
    const count = { read: 0, pairs: 0, plain: 0, apart: 0, trips: 0, failed: 0 };
    const cases = foldersIn(folder);
    const apart: string[] = [];
    const fail = (what: string) => {
      count.failed++;
      say(`  FAILED ${what}`);
    };
    for (const name of cases) {
      const documents: Read[] = [];
      for (const file of filesBelow(join(folder, name), /\.(provn|json|provx|ttl|trig)$/)) {
        const path = join(folder, name, file);
        try {
          const { document, ignored } = await documentIn(path);
          documents.push({ file, notation: notationOfFile(path), document });
          count.read++;
          for (const reason of new Set(ignored)) say(`  ${name}: ${file}: left out: ${reason}`);
        } catch (error) {
          fail(`${name}: ${file}: ${(error as Error).message}`);
        }
      }
      const told = new Set<string>();
      for (const [index, a] of documents.entries()) {
        for (const b of documents.slice(index + 1)) {
          count.pairs++;
          if (same(a.document, b.document)) count.plain++;
          else for (const why of reasons(a, b)) told.add(why);
          const carried = carriedByAll([a.notation, b.notation]);
          const isSame = same(carried(a.document), carried(b.document));
          const apart = WRITTEN_APART[name];
          const mayDiffer = apart !== undefined && apart.files.test(a.file) !== apart.files.test(b.file);
          if (mayDiffer && !isSame) {
            count.apart++;
            told.add(apart.why);
          } else if (isSame === mayDiffer)
            fail(`${name}: ${a.file} and ${b.file} ${isSame ? "do not differ any more" : "differ"}`);
        }
        for (const other of Object.values(NOTATIONS)) {
          if (other === a.notation) continue;
          count.trips++;
          const problem = await roundTrip(a, other);
          if (problem !== undefined) fail(`${name}: ${a.file} through ${other.title}: ${problem}`);
        }
      }
      if (told.size > 0) apart.push(`  ${name}: ${[...told].join("; ")}`);
    }
    say(`  ${apart.length} cases whose notations plain diff tells apart, with what the notations lose:`);
    for (const line of apart) say(line);
    say(
      `  ${cases.length} cases, ${count.read} documents read, ${count.pairs - count.apart} of ${count.pairs} pairs equal up to the losses of both (${count.plain} without any), ${count.apart} written apart, ${count.trips} trips there and back`,
    );
    return outcome(count.read + count.pairs + count.trips - count.failed, count.failed);
  },
};

function same(a: Document, b: Document): boolean {
  const { onlyFirst, onlySecond } = difference(a, b);
  return onlyFirst.length === 0 && onlySecond.length === 0;
}

function reasons(a: Read, b: Read): string[] {
  const losses = [a, b].flatMap(({ document }) => [a, b].flatMap(({ notation }) => notation.lose(document).losses));
  const why = [...new Set(losses.map(({ reason }) => reason))];
  const { onlyFirst, onlySecond } = difference(a.document, b.document);
  if ([...onlyFirst, ...onlySecond].some(({ statement }) => statement?.kind === "alternateOf")) {
    why.push("the two sides of an alternate stand the other way round");
  }
  return why.length > 0 ? why : [`${a.file} and ${b.file} were written apart`];
}

async function roundTrip({ document, notation }: Read, other: Notation): Promise<string | undefined> {
  try {
    const lost = () => {};
    const there = await read(write(document, other.name, { lost }), other.name);
    const back = await read(write(there, notation.name, { lost }), notation.name);
    const carried = carriedByAll([notation, other]);
    const { onlyFirst, onlySecond } = difference(carried(document), carried(back));
    if (onlyFirst.length === 0 && onlySecond.length === 0) return undefined;
    return `${JSON.stringify(onlyFirst.slice(0, 2))} became ${JSON.stringify(onlySecond.slice(0, 2))}`;
  } catch (error) {
    return (error as Error).message;
  }
}
