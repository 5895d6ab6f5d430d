/**
 * Decorators on the methods of a class, bound to the process's default instance: the workflow's code imports them and nothing else.
 * The model is a plain object, nearest centroids of the penguins' species.
 */
import { close, current, dataPreparation, dataset, evaluation, training } from "provml";
import { split } from "./classifier.ts";
import { cleanRows, loadRows, PENGUINS_FILE, type Penguin } from "./penguins-model.ts";

type Centroids = Record<string, readonly number[]>;

class Flow {
  @dataPreparation("prepare")
  async prepare(path: string, seed: number): Promise<{ train: Penguin[]; test: Penguin[] }> {
    return split(cleanRows(await loadRows(path)), { seed, testFraction: 0.3 });
  }

  @training("centroids")
  train(penguins: readonly Penguin[], { measures }: { measures: number }): Centroids {
    const bySpecies = new Map<string, Penguin[]>();
    for (const one of penguins) bySpecies.set(one.species, [...(bySpecies.get(one.species) ?? []), one]);
    current().log({ species: bySpecies.size });
    return Object.fromEntries(
      [...bySpecies].map(([species, members]) => {
        const columns = Array.from({ length: measures }, (_, n) => members.map((penguin) => penguin.measures[n] ?? 0));
        return [species, columns.map((column) => column.reduce((a, b) => a + b, 0) / column.length)];
      }),
    );
  }

  @evaluation("nearest")
  evaluate(model: Centroids, penguins: readonly Penguin[]): { accuracy: number } {
    const right = penguins.filter((penguin) => this.nearest(model, penguin) === penguin.species).length;
    return { accuracy: right / penguins.length };
  }

  private nearest(model: Centroids, { measures }: Penguin): string | undefined {
    const distance = (centre: readonly number[]) => Math.hypot(...centre.map((x, n) => x - (measures[n] ?? 0)));
    return Object.entries(model).sort(([, a], [, b]) => distance(a) - distance(b))[0]?.[0];
  }
}

dataset(PENGUINS_FILE, { name: "Palmer penguins" });
const flow = new Flow();
const { train, test } = await flow.prepare(PENGUINS_FILE, 7);
console.log(flow.evaluate(flow.train(train, { measures: 4 }), test));
await close();
