import { setTimeout } from "node:timers/promises";
import KNN from "ml-knn";
import LogisticRegression from "ml-logistic-regression";
import { Matrix } from "ml-matrix";
import { RandomForestClassifier } from "ml-random-forest";
import { describe, expect, it } from "vitest";
import { instrument } from "../../src/adapters/estimator.ts";
import { record } from "../capture/memory-sink.ts";

/** Twelve points in two groups. */
const POINTS = Array.from({ length: 12 }, (_, i) => [i < 6 ? i / 10 : 5 + i / 10, i % 3]);
const GROUPS = POINTS.map(([x = 0]) => (x > 3 ? 1 : 0));
const SETTINGS = { seed: 3, nEstimators: 4, maxFeatures: 2, replacement: true, noOOB: true };

function refuse(): never {
  throw new TypeError("refused");
}

/** The rejections that nobody handles of those that a program makes. */
async function unhandledRejections(program: () => void): Promise<unknown[]> {
  const found: unknown[] = [];
  const others = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", (error) => found.push(error));
  try {
    program();
    await setTimeout(20);
  } finally {
    process.removeAllListeners("unhandledRejection");
    for (const other of others) process.on("unhandledRejection", other);
  }
  return found;
}

describe("an estimator that is instrumented", () => {
  it("has its training recorded: with what it was made, the data, and the model that it is afterwards", () => {
    const { prov, recorded } = record();
    const Forest = instrument(RandomForestClassifier, { prov, name: "forest" });
    const forest = new Forest(SETTINGS);
    expect(forest.train(POINTS, GROUPS)).toBeUndefined();
    const found = recorded();
    expect(found.activity("forest.train").types).toContain("mls:Run");
    expect(found.valuesUsedBy("forest.train")).toEqual(SETTINGS);
    expect(found.objectsUsedBy("forest.train")).toEqual(["trainingSet", "trainingValues"]);
    expect(found.entity("forest").types).toContain("provml:Model");
    expect(found.makersOf(found.entity("forest"))).toEqual(["forest.train"]);
  });

  it("is trained and predicts as without: same class, same numbers, same JSON, and its methods are seen by nobody", () => {
    const { prov } = record();
    const Forest = instrument(RandomForestClassifier, { prov });
    const made = (Class: typeof RandomForestClassifier) => {
      const forest = new Class(SETTINGS);
      forest.train(POINTS, GROUPS);
      return { predicted: forest.predict(POINTS), json: JSON.stringify(forest), keys: Object.keys(forest), forest };
    };
    const { forest, ...observed } = made(Forest);
    const { forest: _, ...plain } = made(RandomForestClassifier);
    expect(observed).toEqual(plain);
    expect(forest).toBeInstanceOf(RandomForestClassifier);
    expect(forest).toBeInstanceOf(Forest);
    expect(forest.constructor).toBe(RandomForestClassifier);
    expect(Forest.name).toBe("RandomForestClassifier");
  });

  it("predicts as inference by the model that was trained", async () => {
    const { prov, recorded } = record();
    const forest = instrument(new RandomForestClassifier(SETTINGS), { prov, name: "forest" });
    forest.train(POINTS, GROUPS);
    prov.activity("serve", () => POINTS.map((point) => forest.predict([point])))();
    await prov.close();
    expect(recorded().objectsUsedBy("serve")).toEqual(["forest"]);
    const [window] = recorded().ofType("provml:InferenceWindowExecution");
    expect([window?.label, window?.get("provml:processedCount")]).toEqual([
      expect.stringMatching(/^forest\.predict/),
      12,
    ]);
  });

  it("is a new model with each training, derived from the last; matrices are data", () => {
    const { prov, recorded } = record();
    const Regression = instrument(LogisticRegression, { prov, name: "logistic" });
    const regression = new Regression({ numSteps: 10, learningRate: 0.1 });
    const [x, y] = [new Matrix(POINTS), Matrix.columnVector(GROUPS)];
    regression.train(x, y);
    regression.train(x, y);
    const found = recorded();
    const [first, second] = found.things("logistic").filter(({ types }) => types.includes("provml:Model"));
    expect(second && found.sourcesOf(second).map(({ id }) => id)).toEqual([first?.id]);
    expect(found.things("logistic.train")).toHaveLength(2);
    const plain = new LogisticRegression({ numSteps: 10, learningRate: 0.1 });
    plain.train(x, y);
    expect(regression.predict(x)).toEqual(plain.predict(x));
  });

  it("trains in its constructor where that takes the data", () => {
    const { prov, recorded } = record();
    const Neighbours = instrument(KNN, { prov });
    const neighbours = new Neighbours(POINTS, GROUPS, { k: 3 });
    expect(neighbours).toBeInstanceOf(KNN);
    expect(neighbours.predict([[0.1, 1]])).toEqual([0]);
    expect(recorded().valuesUsedBy("KNN.new")).toMatchObject({ k: 3 });
    expect(recorded().makersOf(recorded().entity("KNN"))).toEqual(["KNN.new"]);
  });

  it("is observed too where a static method made it of what was saved", async () => {
    const { prov, recorded } = record();
    const forest = new RandomForestClassifier(SETTINGS);
    forest.train(POINTS, GROUPS);
    const Forest = instrument(RandomForestClassifier, { prov, name: "forest" });
    const again = Forest.load(JSON.parse(JSON.stringify(forest)));
    expect(again.predict(POINTS)).toEqual(forest.predict(POINTS));
    await prov.close();
    expect(recorded().makersOf(recorded().entity("forest"))).toEqual(["forest.load"]);
    expect(
      recorded()
        .ofType("provml:InferenceWindowExecution")
        .map(({ label }) => label),
    ).toEqual([expect.stringMatching(/^forest\.predict/)]);
  });

  it("keeps private fields, overriding methods, and steps that are parts of a step", () => {
    class Mean {
      #mean = 0;
      static #made = 0;
      static create(): Mean {
        return Mean.#made++ < 9 ? new this() : new Mean();
      }
      fit(values: readonly number[]): this {
        this.#mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        return this;
      }
      transform(values: readonly number[]): number[] {
        return values.map((value) => value - this.#mean);
      }
      fitTransform(values: readonly number[]): number[] {
        return this.fit(values).transform(values);
      }
      score(values: readonly number[]): number {
        return Math.max(...this.transform(values));
      }
    }
    const { prov, recorded } = record();
    const Observed = instrument(Mean, { prov });
    class Twice extends Observed {
      override transform(values: readonly number[]): number[] {
        return super.transform(values).map((value) => 2 * value);
      }
    }
    const twice = new Twice();
    expect(twice.fitTransform([1, 3])).toEqual([-2, 2]);
    expect(recorded().things("Mean.fit")).toEqual([]);
    const mean = Observed.create();
    expect(mean.fit([1, 3])).toBe(mean);
    expect(mean.transform([5])).toEqual([3]);
    expect(mean.score([2, 4])).toBe(2);
    const found = recorded();
    expect(found.objectsUsedBy("Mean.score")).toEqual(["Mean", "values"]);
    expect(found.generatedBy("Mean.score").map((measure) => measure.get("provml:evaluates"))).toEqual([
      found.entity("Mean").id,
    ]);
  });

  it("says what a training returned in numbers, and waits for one that is asynchronous", async () => {
    class Network {
      async trainAsync(_data: readonly number[], { iterations }: { iterations: number; log?: boolean }) {
        await undefined;
        return { error: 0.25, iterations };
      }
      run = (input: number) => input;
    }
    const { prov, recorded } = record();
    const network = instrument(new Network(), { prov, methods: { run: "ignored" } });
    const { run } = network;
    expect(await network.trainAsync([1, 2], { iterations: 7, log: true })).toEqual({ error: 0.25, iterations: 7 });
    expect(recorded().valuesUsedBy("Network.trainAsync")).toEqual({ iterations: 7, log: true });
    expect(recorded().valuesGeneratedBy("Network.trainAsync")).toEqual({ error: 0.25, iterations: 7 });
    expect(network.run).toBe(run);
  });

  it("is left as it is where its constructor freezes or seals it, or a method cannot be redefined", () => {
    class Frozen {
      constructor() {
        Object.freeze(this);
      }
      predict = (value: number) => value + 1;
    }
    class Sealed {
      constructor() {
        Object.seal(this);
      }
      predict(value: number): number {
        return value + 1;
      }
    }
    class Fixed {
      constructor() {
        Object.defineProperty(this, "fit", { value: () => 7 });
      }
      declare fit: () => number;
      predict(value: number): number {
        return value + 1;
      }
    }
    class Bare {
      go = () => 5;
    }
    const { prov, recorded } = record();
    const own = (thing: object) => Object.getOwnPropertyDescriptors(thing);
    for (const Class of [Frozen, Sealed]) {
      const made = new (instrument(Class, { prov }))();
      expect(made.predict(1)).toBe(2);
      expect(Object.keys(own(made))).toEqual(Object.keys(own(new Class())));
    }
    const fixed = new (instrument(Fixed, { prov, methods: { predict: "evaluation" } }))();
    expect([fixed.fit(), fixed.predict(1)]).toEqual([7, 2]);
    expect(recorded().activity("Fixed.predict")).toBeDefined();
    expect(new (instrument(Bare, { prov }))().go()).toBe(5);
    expect(instrument(new Fixed(), { prov }).fit()).toBe(7);
  });

  it("gives its static functions and takes its static values as the class does", () => {
    class Model {
      static #limit = 1;
      declare static readonly fixed: () => number;
      static get limit(): number {
        return Model.#limit;
      }
      static set limit(value: number) {
        Model.#limit = value;
      }
      predict(): number {
        return 1;
      }
    }
    const fixed = () => 3;
    Object.defineProperty(Model, "fixed", { value: fixed });
    const Observed = instrument(Model, { prov: record().prov });
    expect(Observed.fixed).toBe(fixed);
    Observed.limit = 4;
    expect([Observed.limit, Model.limit]).toEqual([4, 4]);
  });

  it("is made of what cannot be read, and answers as it likes", () => {
    const hostile = new Proxy({}, { has: refuse, ownKeys: refuse, get: refuse, getPrototypeOf: refuse });
    const { proxy: revoked, revoke } = Proxy.revocable([], {});
    revoke();
    class Model {
      static [Symbol.hasInstance](): boolean {
        return refuse();
      }
      static answer(): object {
        return hostile;
      }
      constructor(_settings?: object, _more?: object, _list?: object) {}
      predict(): number {
        return 1;
      }
    }
    const Observed = instrument(Model, { prov: record().prov });
    const made = new Observed(
      {
        size: 3,
        get rate() {
          return refuse();
        },
      },
      hostile,
      revoked,
    );
    expect(made.predict()).toBe(1);
    expect(Observed.answer()).toBe(hostile);
    function Strange(): object {
      return hostile;
    }
    expect(new (instrument(Strange as never as typeof Model, { prov: record().prov }))()).toBe(hostile);
  });

  it("is observed where a static method brings it later, and a failure stays the program's to handle", async () => {
    class Model {
      static async load(path: string): Promise<Model> {
        await undefined;
        if (path === "") throw new RangeError("no path");
        return new Model();
      }
      static async create(): Promise<Model> {
        return Model.load("new");
      }
      static readonly #one = Model.create();
      static shared(): Promise<Model> {
        return Model.#one;
      }
      fit(): this {
        return this;
      }
    }
    const { prov, recorded } = record();
    const Observed = instrument(Model, { prov, name: "model" });
    const loaded = await Observed.load("model.bin");
    expect(loaded).toBeInstanceOf(Model);
    expect(loaded.fit()).toBe(loaded);
    expect((await Observed.create()).fit()).toBeInstanceOf(Model);
    expect(recorded().things("model.load")).toHaveLength(1);
    expect(recorded().things("model.fit")).toHaveLength(2);
    expect(Observed.shared()).toBe(Observed.shared());

    await expect(Observed.load("")).rejects.toThrow("no path");
    const unhandled = await unhandledRejections(() => void Observed.load(""));
    expect(unhandled.map((error) => (error as Error).message)).toEqual(["no path"]);
    expect(await unhandledRejections(() => void Observed.load("").catch(() => {}))).toEqual([]);
  });

  it("fails as it would, and refuses what has nothing to record", () => {
    const { prov, recorded } = record();
    const forest = instrument(new RandomForestClassifier(SETTINGS), { prov });
    expect(() => forest.train([[1], [2], [3], [4]], [0, 0, 1, 1])).toThrow(RangeError);
    expect(recorded().status("RandomForestClassifier.train")).toBe("provml:Failed");
    expect(() => instrument({})).toThrow(/found none of fit/);
    expect(() => instrument(7 as never)).toThrow(/takes an estimator/);
    expect(() => instrument(Object.freeze({ fit() {} }))).toThrow(/frozen/);
    expect(() => instrument({ go() {} }, { methods: { go: "walk" as never } })).toThrow(/is no "walk"/);
  });
});
