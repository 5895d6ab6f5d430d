import { appendFileSync, cpSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { open } from "provml/query";
import { describe, expect, test } from "vitest";
import { file, folder, opened, recorder } from "./recorded.ts";

const { flush } = (await import("../../dist/src/flush/flush.js")) as typeof import("../../src/flush/flush.ts");

async function recordedIn(root: string, name = "fit"): Promise<void> {
  const prov = recorder(root);
  prov.training(name, (_given: object) => {
    prov.current().log({ loss: 0.5 });
    return new Map();
  })({ learningRate: 0.5 });
  await prov.close();
}

function filesBelow(root: string): [name: string, size: number, time: number][] {
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .sort()
    .map((name) => {
      const { size, mtimeMs } = statSync(join(root, name));
      return [name, size, mtimeMs];
    });
}

describe("open", () => {
  test("gives the same answers from the spool, from graph files, and from some of each", async () => {
    const root = folder();
    await recordedIn(root, "first");
    const pending = await (await opened(root)).runs();
    await flush(join(root, ".provml"));
    expect(await (await opened(root)).runs()).toEqual(pending);
    await recordedIn(root, "second");
    expect((await (await opened(root)).runs()).map(({ name }) => name)).toEqual(["second", "first"]);
  });

  test("writes nothing", async () => {
    const root = folder();
    await recordedIn(root);
    const before = filesBelow(root);
    const graph = await opened(root);
    await graph.runs();
    await graph.run("fit");
    await graph.series("fit", "loss");
    expect(filesBelow(root)).toEqual(before);
  });

  test("takes two directories that were copied together as one", async () => {
    const [one, other] = [folder(), folder()];
    await recordedIn(one, "here");
    await recordedIn(other, "there");
    await flush(join(other, ".provml"));
    cpSync(join(other, ".provml"), join(one, ".provml"), { recursive: true });
    expect((await (await opened(one)).runs()).map(({ name }) => name).sort()).toEqual(["here", "there"]);
  });

  test("counts nothing twice that is in a graph file and in the spool as well", async () => {
    const root = folder();
    await recordedIn(root);
    cpSync(join(root, ".provml", "spool"), join(root, "spool"), { recursive: true });
    const before = await (await opened(root)).run("fit");
    await flush(join(root, ".provml"));
    cpSync(join(root, "spool"), join(root, ".provml", "spool"), { recursive: true });
    const graph = await opened(root);
    expect(await graph.run("fit")).toEqual(before);
    expect(await graph.series("fit", "loss")).toHaveLength(1);
  });

  test("finds a spool that lies on another disk", async () => {
    const [root, disk] = [folder(), folder()];
    const prov = recorder(root, { spool: disk });
    prov.training("fit", () => new Map())();
    await prov.close();
    const directory = join(root, ".provml");
    const graph = await open(directory, { spool: disk });
    expect(await graph.runs()).toHaveLength(1);
    await graph.close();
  });

  test("a directory that is not there, or not provml's, is refused", async () => {
    const root = folder();
    await expect(open(join(root, ".provml"))).rejects.toMatchObject({ code: "no-directory" });
    file(join(root, ".provml", "notes.txt"), "mine");
    await expect(open(join(root, ".provml"))).rejects.toMatchObject({ code: "foreign-directory" });
    file(join(root, ".provml", "provml.json"), '{"format": 999}');
    await expect(open(join(root, ".provml"))).rejects.toMatchObject({ code: "foreign-directory" });
    await expect(open(7 as never)).rejects.toMatchObject({ code: "bad-argument" });
  });

  test("a graph file that is cut, changed or without its last line is corrupt, and the error names it", async () => {
    const damages: ((path: string) => void)[] = [
      (path) => truncateSync(path, statSync(path).size - 200),
      (path) => writeFileSync(path, readFileSync(path, "utf8").replace("learningRate", "learningRatf")),
      (path) => appendFileSync(path, "<urn:s> <urn:p> <urn:o> .\n"),
      (path) => writeFileSync(path, ""),
    ];
    for (const damage of damages) {
      const root = folder();
      await recordedIn(root);
      await flush(join(root, ".provml"));
      const graphs = join(root, ".provml", "graph");
      const name =
        readdirSync(graphs, { recursive: true, encoding: "utf8" }).find((one) => /-0-\d+\.nq$/.test(one)) ?? "";
      damage(join(graphs, name));
      await expect(open(join(root, ".provml"))).rejects.toMatchObject({
        code: "corrupt",
        message: expect.stringContaining(name),
      });
    }
  });

  test("a damaged segment costs what is damaged, and is named", async () => {
    const root = folder();
    await recordedIn(root, "damaged");
    await recordedIn(root, "whole");
    const spool = join(root, ".provml", "spool");
    const damaged =
      readdirSync(spool).find((name) => readFileSync(join(spool, name), "latin1").includes("damaged")) ?? "";
    const bytes = readFileSync(join(spool, damaged));
    bytes.write("D", bytes.indexOf("damaged"));
    writeFileSync(join(spool, damaged), bytes);
    const graph = await opened(root);
    expect((await graph.runs()).map(({ name }) => name)).toContain("whole");
    expect(graph.problems).toEqual([expect.stringContaining(damaged)]);
  });

  test("a store may be asked instead of a directory, and stays open", async () => {
    const root = folder();
    await recordedIn(root);
    const { embeddedStore } = await import("../../dist/src/store/embedded.js");
    const store = embeddedStore();
    await flush(join(root, ".provml"));
    const graphs = join(root, ".provml", "graph");
    for (const name of readdirSync(graphs, { recursive: true, encoding: "utf8" })) {
      if (name.endsWith(".nq")) await store.load(readFileSync(join(graphs, name)));
    }
    const graph = await open(store);
    expect(await graph.runs()).toEqual(await (await opened(root)).runs());
    expect(await graph.series("fit", "loss")).toEqual([]); // a store has no rows
    await graph.close();
    expect(await store.size()).toBeGreaterThan(0);
    const withRows = await open(store, { directory: join(root, ".provml") });
    expect(await withRows.series("fit", "loss")).toHaveLength(1);
    await store.close();
  });

  test("what is too much for memory is refused with advice", async () => {
    const root = folder();
    await recordedIn(root);
    await expect(open(join(root, ".provml"), { quadLimit: 10 })).rejects.toMatchObject({ code: "too-large" });
  });
});
