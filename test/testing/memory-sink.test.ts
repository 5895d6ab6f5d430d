import { expect, it } from "vitest";
import type { Brief } from "../../src/model/brief.ts";
import { memorySink } from "../../src/testing/memory-sink.ts";
import { open, readAll, temporary } from "../spool/spooled.ts";

const value = (given: unknown): unknown => ({ kind: "entity", id: "x:1", attributes: [["prov:value", given]] });

it.each<[string, unknown]>([
  ["a null", value(null)],
  ["a null in the list of a statement", { kind: "events", id: "x:1", events: [[null, 1, 1, null, null]] }],
  ["NaN", value(Number.NaN)],
  ["an infinite time", { kind: "activity", id: "x:1", endTime: Number.POSITIVE_INFINITY }],
  ["an attribute without a value", value(undefined)],
  ["a bigint", value(1n)],
  ["nothing", undefined],
  ["a mebibyte and more", value("-".repeat(2 ** 20))],
  ["the text null", value("null")],
  ["nearly a mebibyte", value("-".repeat(2 ** 20 - 100))],
])("memory refuses what the spool refuses: %s", (_, odd) => {
  const list = [{ kind: "entity", id: "x:0" }, odd, { kind: "entity", id: "x:2" }] as Brief[];
  const folder = temporary();
  const spool = open(folder);
  const memory = memorySink({} as never);
  for (const sink of [spool, memory]) {
    sink.statements(list);
    sink.close();
  }
  expect(memory.briefs).toEqual(readAll(folder).statements);
  expect(memory.stats().lostStatements).toBe(spool.stats().lostStatements);
});
