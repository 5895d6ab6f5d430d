import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { flush } from "../../src/flush/flush.ts";
import { openSpool } from "../../src/spool/writer.ts";
import { heldIn } from "../faults/oracle.ts";
import { movedTo, published, segmentsIn, statedIn } from "./moved.ts";
import { EXECUTION, recorded, temporary, X } from "./recorded.ts";

test.each(["close", "kill"] as const)(
  "moves the rest of a segment with a flipped byte and names the loss (writer ended by %s)",
  async (how) => {
    const directory = await recorded(20, how);
    const name = segmentsIn(directory).at(-1) ?? "";
    const path = join(directory, "spool", name);
    const held = heldIn(directory);
    const bytes = readFileSync(path);
    // The byte of a letter within a statement of the segment's first frame.
    const at = bytes.indexOf("TrainingExecution", 4096);
    expect(at).toBeGreaterThan(4096);
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    writeFileSync(path, bytes);

    const report = await flush(directory);
    expect(report).toMatchObject({ damaged: 1, refused: [] });
    const moved = await movedTo(directory);
    expect(moved.rows).toEqual(held.rows);
    const missing = held.lines.filter((line) => !moved.lines.includes(line));
    expect(moved.lines.filter((line) => !held.lines.includes(line))).toEqual([]);
    // The frame's three statements: an activity, a list of hyperparameters, a bundle that others state too.
    expect(missing.length).toBeGreaterThan(10);
    expect(new Set(missing.map((line) => line.split(" ")[0]?.replace(/-h-\d>$/, ">"))).size).toBe(1);

    const loss = statedIn(directory, "loss").join("\n");
    const number = name.match(/\d+/)?.[0];
    expect(loss).toContain(
      `<${X}wrec-loss-${number}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/prov-ml#Loss>`,
    );
    expect(loss).toContain('#lostStatements> "3"^^');
    expect(loss).toMatch(/bytes \d+-\d+: .*; sequence numbers \d+-\d+/);
    expect(statedIn(directory, "closing").length > 0).toBe(how === "kill");
    expect(segmentsIn(directory)).toEqual([]);
    const first = published(directory);
    await flush(directory);
    expect(published(directory)).toEqual(first);
  },
);

test("cuts the torn tail of a killed writer without a word", async () => {
  const directory = await recorded(20, "kill");
  const name = segmentsIn(directory).find((one) => one.endsWith(".open")) ?? "";
  const path = join(directory, "spool", name);
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.subarray(0, bytes.length - 5));
  const held = heldIn(directory);
  expect(await flush(directory)).toMatchObject({ damaged: 0, refused: [] });
  expect(await movedTo(directory)).toEqual(held);
  expect(statedIn(directory, "loss")).toEqual([]);
});

test("makes provenance of what a writer counted as lost", async () => {
  const directory = join(temporary(), ".provml");
  const base = "https://w3id.org/prov-ml/id/";
  const spool = openSpool({ directory, execution: EXECUTION, base, root: "/", writer: "wrec", freeSpaceBytes: 0 });
  spool.statements([{ kind: "entity", id: "x:e-0" }]);
  const huge = { kind: "entity", id: "x:e-1", attributes: [["rdfs:label", "x".repeat(2 ** 21)]] } as const;
  spool.statements([huge]);
  spool.statements([{ kind: "entity", id: "x:e-2" }]);
  spool.close();
  expect(await flush(directory)).toMatchObject({ statements: 2, lostStatements: 1, damaged: 0 });
  const loss = statedIn(directory, "loss").join("\n");
  expect(loss).toContain('#lostStatements> "1"^^');
  expect(loss).toContain('#lostRows> "0"^^');
  expect((await movedTo(directory)).lines).toHaveLength(2);
});
