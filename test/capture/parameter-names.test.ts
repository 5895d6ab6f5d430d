import { expect, it } from "vitest";
import { parameterNames } from "../../src/capture/parameter-names.ts";

// Made of text, so that no compiler on the way changes it.
const fn = (source: string) => new Function(`return (${source})`)() as object;

it.each<[string, (string | undefined)[]]>([
  ["(a, b) => a", ["a", "b"]],
  ["a => a", ["a"]],
  ["async a => a", ["a"]],
  ["async (a, b = 2) => a", ["a", "b"]],
  ["function fit(data, { rate }, ...rest) {}", ["data", undefined, "rest"]],
  ["async function* f($a, _b) {}", ["$a", "_b"]],
  ["function (a = [1, 2], b = { x: (3) }, c = g(4, 5)) {}", ["a", "b", "c"]],
  ["function (a /* rows, columns */, b // the (rate\n, c) {}", ["a", "b", "c"]],
  ['function (a = \',(\', b = "\\",", c = `)`) {}', ["a", "b", "c"]],
  ["({ fit(a, b) {} }).fit", ["a", "b"]],
  ["({ ['x(1,2)'](a, b) {} })['x(1,2)']", []],
  ["function (größe) {}", ["größe"]],
  ["() => 1", []],
  ["Math.max", []],
  ["(function (a) {}).bind(null)", []],
])("the parameters of %s are %j", (source, names) => {
  expect(parameterNames(fn(source))).toEqual(names);
});
