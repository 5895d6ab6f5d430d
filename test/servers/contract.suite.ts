import { describe, inject, test } from "vitest";
import { storeContract } from "../store/contract.ts";
import { fresh } from "./fresh.ts";
import { SERVERS } from "./start.ts";

for (const name of SERVERS) {
  const { address, why } = inject("servers")[name];
  if (address === undefined) describe(`the ${name} store`, () => test.skip(`not run: ${why}`, () => {}));
  else storeContract(name, () => fresh(name, address));
}
