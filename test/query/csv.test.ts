import { toCSV, toJSON } from "provml/query";
import { describe, expect, test } from "vitest";
import { recorded } from "./recorded.ts";

describe("answers as text", () => {
  test("are rows of CSV with a column for each field, whole, with words for what is no finite number", () => {
    const answers = [
      { name: 'say "x"', hyperparameters: { rate: 0.1, layers: [8, 4] }, loss: Number.NaN },
      { name: "line\nline", measures: { loss: -0, gain: Number.NEGATIVE_INFINITY }, error: null },
    ];
    expect(toCSV(answers)).toBe(
      [
        "name,hyperparameters.rate,hyperparameters.layers,loss,measures.loss,measures.gain,error",
        '"say ""x""",0.1,"[8,4]",NaN,,,',
        '"line\nline",,,,0,-INF,',
        "",
      ].join("\r\n"),
    );
    expect(toCSV([])).toBe("\r\n");
    expect(toJSON({ loss: Number.NaN, gain: [Number.POSITIVE_INFINITY, 1] })).toBe('{"loss":"NaN","gain":["INF",1]}');
  });

  test("are one row of CSV where there is one answer", () => {
    expect(toCSV({ name: "fit", made: { by: "Ada" }, sentences: ["It is a model.", "Ada made it."] })).toBe(
      'name,made.by,sentences\r\nfit,Ada,"[""It is a model."",""Ada made it.""]"\r\n',
    );
  });

  test("keep what a spreadsheet takes for a formula, unless it is to be escaped; numbers stay numbers", () => {
    const answers = [
      {
        "=head": "=1+1",
        at: "@x/y",
        minus: -1.5,
        text: "-x",
        plus: "+1",
        tab: "\t=1",
        low: Number.NEGATIVE_INFINITY,
        tiny: -1e-7,
      },
    ];
    const kept = "=head,at,minus,text,plus,tab,low,tiny\r\n=1+1,@x/y,-1.5,-x,+1,\t=1,-INF,-1e-7\r\n";
    expect(toCSV(answers)).toBe(kept);
    const escaped = "'=head,at,minus,text,plus,tab,low,tiny\r\n'=1+1,'@x/y,-1.5,'-x,'+1,'\t=1,-INF,-1e-7\r\n";
    expect(toCSV(answers, { formulas: "escaped" })).toBe(escaped);
  });

  test("are those of runs, the points of series and the nodes of a lineage", async () => {
    const graph = await recorded((prov) => {
      prov.training("fit", (_: object) => {
        for (const loss of [3, Number.NaN, 1]) prov.current().log({ loss });
        return { weights: [1] };
      })({ rate: 0.5 });
    });
    const runs = toCSV(await graph.runs()).split("\r\n");
    const [head = [], row = []] = runs.map((line) => line.split(","));
    expect(row[head.indexOf("name")]).toBe("fit");
    expect(row[head.indexOf("hyperparameters.rate")]).toBe("0.5");
    expect(toCSV(await graph.series("fit", "loss"))).toMatch(
      /^step,value,time\r\n0,3,\S+\r\n1,NaN,\S+\r\n2,1,\S+\r\n$/,
    );
    const { nodes } = await graph.lineage("fit");
    expect(toCSV(nodes).split("\r\n")).toHaveLength(nodes.length + 2);
  });
});
