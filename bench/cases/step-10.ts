import { stepCase } from "../step-case.ts";

export const measured = stepCase({ numbers: 10, items: 60_000, quickItems: 3000 });
