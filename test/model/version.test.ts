import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { RECORDER, VERSION } from "../../src/model/version.ts";

it("the version is that of package.json", () => {
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  expect(VERSION).toBe(version);
  expect(RECORDER).toBe(`provml ${version}`);
});
