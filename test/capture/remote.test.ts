import { describe, expect, it } from "vitest";
import { remoteLabel, remoteName, revisionOf } from "../../src/capture/content/remote.ts";
import { record } from "./memory-sink.ts";

describe("the name of something remote", () => {
  it.each([
    ["s3://bucket/birds/train.parquet", "s3://bucket/birds/train.parquet"],
    ["https://ada:pw@host:8080/data/", "https://host:8080/data/"],
    ["https://ada@host/data?page=2#top", "https://host/data?page=2#top"],
    ["https://host/d?access_token=abc&page=2&api_key=9", "https://host/d?page=2"],
    ["https://host/d#access_token=abc&state=1", "https://host/d#state=1"],
    [
      "https://b.s3.amazonaws.com/k?versionId=v1&X-Amz-Algorithm=AWS4&X-Amz-Credential=AKIA&X-Amz-Signature=ab&response-content-type=x",
      "https://b.s3.amazonaws.com/k?versionId=v1",
    ],
    ["https://storage.googleapis.com/b/o?X-Goog-Signature=00&X-Goog-Expires=60", "https://storage.googleapis.com/b/o"],
    [
      "https://a.blob.core.windows.net/c/b?sv=2024&se=2026-01-01&sr=b&sp=r&sig=x%2By%3D",
      "https://a.blob.core.windows.net/c/b",
    ],
    ["https://b.s3.amazonaws.com/k?AWSAccessKeyId=AK&Expires=1&Signature=s", "https://b.s3.amazonaws.com/k"],
    ["hf://datasets/org/name@main/train.csv", "hf://datasets/org/name@main/train.csv"],
    ["hf://gpt2@v1.0/config.json", "hf://gpt2@v1.0/config.json"],
    ["hf://me:hf_abcdefghijklmnopqrst@datasets/org/name", "hf://datasets/org/name"],
    ["gs://bucket/object#1712345678901234", "gs://bucket/object#1712345678901234"],
  ])("%s is %s", (uri, name) => {
    expect(remoteName(uri)).toBe(name);
    expect(remoteName(name)).toBe(name);
  });

  it("ends in its label", () => {
    expect(remoteLabel("https://host/a/train.csv?versionId=3#x")).toBe("train.csv");
    expect(remoteLabel("https://host/")).toBe("host");
  });
});

it.each([
  ["s3://bucket/key?versionId=3HL4kqtJ", "3HL4kqtJ"],
  ["gs://bucket/object#1712345678901234", "1712345678901234"],
  ["https://storage.googleapis.com/b/o?generation=17", "17"],
  ["hf://datasets/org/name@refs%2Fconvert%2Fparquet/x", "refs/convert/parquet"],
  ["hf://gpt2@v1.0/config.json", "v1.0"],
  ["hf://datasets/org/name", undefined],
  ["https://host/x@2/y", undefined],
])("%s names the revision %s", (uri, revision) => {
  expect(revisionOf(uri)).toBe(revision);
});

describe("a remote thing that a program uses", () => {
  it("is recorded with revision and entity tag, not verified and without content", () => {
    const { prov, recorded } = record();
    prov.dataset("s3://bucket/train.parquet?versionId=v7", { etag: '"9b2cf5"', version: "2026.1", split: "train" });
    const entity = recorded().entity("train.parquet");
    expect(entity.get("provml:path")).toBe("s3://bucket/train.parquet?versionId=v7");
    expect(entity.all("provml:revision")).toEqual(["v7"]);
    expect([entity.get("provml:entityTag"), entity.get("provml:version")]).toEqual(['"9b2cf5"', "2026.1"]);
    expect(entity.get("provml:isVerified")).toBe(false);
    expect(recorded().contentOf(entity)).toBeUndefined();
  });

  it("has the commit that a program names", () => {
    const { prov, recorded } = record();
    prov.dataset("hf://datasets/org/birds", { commit: "5b2e1f0", digest: "now" });
    expect(recorded().entity("birds").get("provml:revision")).toBe("5b2e1f0");
  });

  it("is one thing under two signatures, and no secret is recorded", () => {
    const { prov, recorded, sink } = record();
    const signed = (signature: string) => `https://b.s3.amazonaws.com/k.csv?X-Amz-Signature=${signature}&X-Amz-Date=1`;
    prov.dataset(signed("s3cr3t1"));
    prov.activity("read", (_: string) => {})(signed("s3cr3t2"));
    expect(recorded().objectsUsedBy("read")).toEqual(["k.csv"]);
    expect(recorded().things("k.csv")).toHaveLength(1);
    expect(JSON.stringify(sink().briefs)).not.toContain("s3cr3t");
  });
});
