import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Quad } from "../../src/rdf/terms.ts";
import { recordedIn } from "./shapes-recorded.ts";

/** A training on a directory and on something remote, with schemas, on data of which it is told what they were derived from. */
export async function describedIn(folder: string): Promise<Quad[]> {
  mkdirSync(join(folder, "images/cat"), { recursive: true });
  writeFileSync(join(folder, "images/cat/1.txt"), "cat");
  return recordedIn(folder, (prov) => {
    const images = prov.dataset(join(folder, "images"), { split: "train", digest: "now" });
    const labels = prov.dataset("s3://bucket/labels.csv?versionId=v1", { etag: '"9b2c"', commit: "v1" });
    const rows = prov.dataset([{ name: "1.txt", label: "cat" }], {
      split: "test",
      schema: [
        { name: "name", type: "string" },
        { name: "width", type: "float32", unit: "mm" },
      ],
    });
    prov.derived([images, labels], rows);
    const learn = prov.training("fit", (_images: string, _rows: object, _settings: object) => ({ w: 1 }));
    prov.current().generated(join(folder, "images"), { name: "again" });
    prov.evaluation("test", (_model: object, _rows: object) => ({ accuracy: 1 }))(
      learn(images, rows, { rate: 0.1 }),
      rows,
    );
  });
}
