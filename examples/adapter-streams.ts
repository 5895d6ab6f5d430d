/** Streams: a step lasts as long as what flows through it, from the file that is read to the one that is written. */
import { createReadStream, createWriteStream } from "node:fs";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { provenance } from "provml";
import { recordStream } from "provml/adapters/streams";
import { PENGUINS_FILE } from "./penguins-model.ts";

await using prov = provenance({ workflow: "adapter-streams" });
prov.dataset(PENGUINS_FILE, { name: "Palmer penguins" });

const upper = new Transform({
  transform: (piece: Buffer, _encoding, done) => done(null, piece.toString().toUpperCase()),
});
await pipeline(
  createReadStream(PENGUINS_FILE),
  recordStream("shout", upper, { digest: "now" }),
  recordStream("write", createWriteStream("loud-penguins.json")),
);
console.log(`${upper.readableLength} bytes left`);
