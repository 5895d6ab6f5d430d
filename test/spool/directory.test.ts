import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkDirectory, createDirectory, findDirectory } from "../../src/spool/directory.ts";
import { temporary } from "./spooled.ts";

const mode = (path: string) => statSync(path).mode & 0o777;
const codeOf = (act: () => void) => {
  try {
    act();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return undefined;
};

test("makes a private directory that git ignores, and leaves a whole one as it is", () => {
  const directory = join(temporary(), ".provml");
  const { spool } = createDirectory(directory);
  expect([mode(directory), mode(spool), mode(join(directory, "provml.json"))]).toEqual([0o700, 0o700, 0o600]);
  expect(readFileSync(join(directory, ".gitignore"), "utf8")).toBe("*\n");
  writeFileSync(join(directory, ".gitignore"), "mine");
  createDirectory(directory);
  expect(readFileSync(join(directory, ".gitignore"), "utf8")).toBe("mine");
  expect(codeOf(() => checkDirectory(directory))).toBeUndefined();
});

test("completes a directory that another process has half made", () => {
  const directory = join(temporary(), ".provml");
  mkdirSync(join(directory, "spool"), { recursive: true });
  createDirectory(directory);
  expect(codeOf(() => checkDirectory(directory))).toBeUndefined();
});

test("completes one whose marker a power cut has left empty", () => {
  const directory = join(temporary(), ".provml");
  createDirectory(directory);
  writeFileSync(join(directory, "provml.json"), "");
  createDirectory(directory);
  expect(codeOf(() => checkDirectory(directory))).toBeUndefined();
});

test("finds the nearest directory upwards", () => {
  const root = temporary();
  createDirectory(join(root, ".provml"));
  mkdirSync(join(root, "a/b"), { recursive: true });
  writeFileSync(join(root, "a/package.json"), "{}");
  expect(findDirectory(join(root, "a/b"))).toBe(join(root, ".provml"));
});

test("names the place beside the nearest package.json when there is no directory yet", () => {
  const root = temporary();
  mkdirSync(join(root, "a/b"), { recursive: true });
  writeFileSync(join(root, "a/package.json"), "{}");
  expect(findDirectory(join(root, "a/b"))).toBe(join(root, "a/.provml"));
});

test("says that there is no directory", () => {
  expect(codeOf(() => checkDirectory(join(temporary(), ".provml")))).toBe("no-directory");
});

test.each([
  ["of a newer version", '{"format":2}', /newer version/],
  ["without a format", "{}", /no readable provml.json/],
  ["with a torn marker", '{"for', /no readable provml.json/],
])("refuses a directory %s", (_, marker, message) => {
  const directory = join(temporary(), ".provml");
  mkdirSync(directory);
  writeFileSync(join(directory, "provml.json"), marker);
  expect(codeOf(() => checkDirectory(directory))).toBe("foreign-directory");
  expect(() => createDirectory(directory)).toThrow(message);
});

test("does not settle in a folder that holds someone else's files", () => {
  const directory = temporary();
  writeFileSync(join(directory, "thesis.tex"), "");
  expect(codeOf(() => createDirectory(directory))).toBe("foreign-directory");
});
