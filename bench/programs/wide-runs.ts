/** `wide-runs.js RUNS DIRECTORY`: runs with 30 parameters each, with a measure and a model. */
import { provenance } from "provml";

const PARAMETERS = 30;

const runs = Number(process.argv[2]);
const prov = provenance({ directory: process.argv[3] as string, workflow: "sweep", announce: false });
for (let run = 0; run < runs; run++) {
  const parameters = Object.fromEntries(
    Array.from({ length: PARAMETERS }, (_, i) => [`p${i}`, i % 3 === 0 ? run + i : i]),
  );
  const model = prov.training(`fit-${run}`, (_parameters: object) => {
    prov.current().log({ loss: 1 / (run + 1) }, 0);
    return { weights: new Float64Array(8) };
  })(parameters);
  prov.evaluation("test", (_: object) => ({ accuracy: run / runs }))(model);
}
await prov.close();
