import { stepCase } from "../step-case.ts";

export const measured = stepCase({ numbers: 100, items: 15_000, quickItems: 1000 });
