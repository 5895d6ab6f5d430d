import { describe, expect, it } from "vitest";
import { runProgram } from "./program.ts";

/** More than two full buffers of 8192 rows, and a rest that only the end of the process can write. */
const ROWS = 20_000;

/** What is dearest to lose: the k-th row's step, value and time. The program logs the same. */
const SPECIAL = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  -0,
  0,
  2 ** 53,
  -(2 ** 53),
  5e-324,
  1.7976931348623157e308,
  0.1,
];
const special = (k: number) => SPECIAL[k % SPECIAL.length] as number;
const LOG = `
  const SPECIAL = [NaN, Infinity, -Infinity, -0, 0, 2 ** 53, -(2 ** 53), 5e-324, Number.MAX_VALUE, 0.1];
  const log = (series, from, to) => {
    for (let k = from; k < to; k++) {
      const isPlain = Math.floor(k / 4096) % 2 === 0; // runs in one half of a buffer, none in the other
      series.log(isPlain ? k : SPECIAL[k % 10], SPECIAL[(k * 7) % 10], isPlain ? 1.7e12 : SPECIAL[(k * 3) % 10]);
    }
  };`;

describe("every row that was logged is there, exactly", () => {
  it.each<[string, { code: number; inside: string; before?: string }]>([
    ["when the program comes to its end", { inside: `log(series, 0, ${ROWS});`, code: 0 }],
    [
      "when a timer logs the last ones",
      { inside: `log(series, 0, 5); setTimeout(() => log(series, 5, ${ROWS}), 20);`, code: 0 },
    ],
    ["when it throws", { inside: `log(series, 0, ${ROWS}); throw new Error("no");`, code: 1 }],
    [
      "when a rejection is not handled",
      { inside: `log(series, 0, ${ROWS}); Promise.reject(new Error("no"));`, code: 1 },
    ],
    [
      "when process.exit() stands in the middle",
      { inside: `log(series, 0, ${ROWS}); process.exit(7); log(series, 0, 1);`, code: 7 },
    ],
    [
      "when an exit listener of the program's own logs the last ones",
      { before: `process.on("exit", () => log(series, 9, ${ROWS}));`, inside: "log(series, 0, 9);", code: 0 },
    ],
  ])("%s", async (_, { before = "", inside, code }) => {
    const ended = await runProgram(`
      import { run } from "provml";
      ${LOG}
      let series;
      ${before}
      run("fit", (fit) => {
        series = fit.series("loss");
        ${inside}
      });
    `);
    expect(ended.code).toBe(code);
    const [execution] = ended.recorded();
    const rows = execution?.rows.filter(({ series }) => series === "loss") ?? [];
    expect(rows).toHaveLength(ROWS);
    const wrong = rows.filter(({ step, value, time }, k) => {
      const isPlain = Math.floor(k / 4096) % 2 === 0;
      const isSame = Object.is(step, isPlain ? k : special(k)) && Object.is(value, special(k * 7));
      return !isSame || !Object.is(time, isPlain ? 1.7e12 : special(k * 3));
    });
    expect(wrong).toEqual([]);
  });
});
