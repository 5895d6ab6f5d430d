import { stepCase } from "../step-case.ts";

export const measured = stepCase({ numbers: 100, mostNanoseconds: 35_000, items: 50_000, quickItems: 1000 });
