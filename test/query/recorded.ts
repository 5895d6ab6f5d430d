import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Provenance, type ProvenanceOptions, provenance } from "provml";
import { type Graph, open } from "provml/query";
import { onTestFinished } from "vitest";

/** A folder of its own, gone with the test. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "provml-query-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

export function file(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

/** Records into `.provml` of a folder; each call is an execution of its own. */
export function recorder(root: string, options: ProvenanceOptions = {}): Provenance {
  const made = provenance({
    directory: join(root, ".provml"),
    workflow: "flowers",
    agent: "Ada",
    announce: false,
    ...options,
  });
  onTestFinished(() => made.close());
  return made;
}

export async function opened(root: string): Promise<Graph> {
  const graph = await open(join(root, ".provml"));
  onTestFinished(() => graph.close());
  return graph;
}

/** Records what `program` does, ends the execution, and opens what it left in the spool. */
export async function recorded(program: (prov: Provenance, root: string) => unknown): Promise<Graph> {
  const root = folder();
  const prov = recorder(root);
  await program(prov, root);
  await prov.close();
  return await opened(root);
}
