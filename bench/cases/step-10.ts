import { stepCase } from "../step-case.ts";

export const measured = stepCase({ numbers: 10, mostNanoseconds: 8000, items: 200_000, quickItems: 3000 });
