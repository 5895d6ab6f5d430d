// usage: node deletes.js <build> <.provml> <execution>: says that the execution is deleted, and makes it so, as provml delete does once it has looked what is there
import { join } from "node:path";

const [, , build = "", directory = "", execution = ""] = process.argv;
const load = (path: string) => import(join(build, "src", path));
const { stateDeletion }: typeof import("../../../src/flush/deletion.ts") = await load("flush/deletion.js");
const { flush }: typeof import("../../../src/flush/flush.ts") = await load("flush/flush.js");
const time = 1.77e12;
stateDeletion(directory, {
  base: "https://w3id.org/prov-ml/id/",
  execution,
  statements: [
    { kind: "activity", id: "id:curation.0199d3c0-0000-7000-8000-00000000ffff", startTime: time, endTime: time },
    { kind: "entity", id: "x:graph", attributes: [["provml:isDeleted", true]] },
    { kind: "wasInvalidatedBy", entity: "x:graph", activity: "id:curation.0199d3c0-0000-7000-8000-00000000ffff", time },
  ],
});
await flush(directory, { includesOpen: false });
