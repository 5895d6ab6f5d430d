import { describe, expect, it } from "vitest";
import { compareIds, executionOfId, partsOfId } from "../../src/query/ids.ts";

const id = (uuid: string, local: string) => `https://w3id.org/prov-ml/id/${uuid}/${local}`;
const FIRST = "0192a3b4-12ae-7000-8000-000000000000";
const LATER = "0192a3b4-1e2a-7000-8000-000000000000";

describe("the order of ids", () => {
  it("is that in which executions began, whatever digits and letters their UUIDs have", () => {
    const ids = [id(LATER, "wa-1"), id(FIRST, "wb-20"), id(FIRST, "wb-3")];
    expect(ids.sort(compareIds)).toEqual([id(FIRST, "wb-3"), id(FIRST, "wb-20"), id(LATER, "wa-1")]);
    expect(compareIds(id(FIRST, "wa-1"), id(LATER, "wa-1"))).toBeLessThan(0);
  });

  it("counts what one writer gave out, and puts what lies in no execution behind", () => {
    const ids = ["pkg:npm/a@10", id(FIRST, "wa-100"), "pkg:npm/a@9", id(FIRST, "wa-99")];
    expect(ids.sort(compareIds)).toEqual([id(FIRST, "wa-99"), id(FIRST, "wa-100"), "pkg:npm/a@9", "pkg:npm/a@10"]);
  });
});

describe("the parts of an id", () => {
  it("are known below a namespace that ends in a UUID, whatever stands before it", () => {
    const namespace = `https://example.org/a#${FIRST}/`;
    expect(partsOfId(`${namespace}w1-2`)).toEqual({ namespace, uuid: FIRST, local: "w1-2", writer: "w1" });
    expect(partsOfId(`${namespace}execution`)).toEqual({ namespace, uuid: FIRST, local: "execution" });
    expect(executionOfId(`${namespace}w1-2`)).toBe(`${namespace}execution`);
  });

  it("are none of what is named in another way", () => {
    const others = [
      `urn:${FIRST}/a`,
      `${FIRST}/a`,
      `/${FIRST}/`,
      `/${FIRST}`,
      `/${FIRST.toUpperCase()}/a`,
      "a",
      "/a",
      "",
    ];
    for (const other of others) expect([partsOfId(other), executionOfId(other)]).toEqual([undefined, undefined]);
  });
});
