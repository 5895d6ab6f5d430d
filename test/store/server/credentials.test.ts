import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { storeUrl } from "../../../src/store/server/address.ts";
import { digestHeader, readChallenge } from "../../../src/store/server/authorization.ts";
import { findCredentials } from "../../../src/store/server/credentials.ts";

const url = new URL("https://store.example:8890/sparql");

function credentialsFile(text: string, mode = 0o600): string {
  const folder = mkdtempSync(join(tmpdir(), "provml-credentials-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "stores.json");
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

describe("credentials", () => {
  test("come from the environment", () => {
    expect(findCredentials(url, {})).toBeUndefined();
    expect(findCredentials(url, { PROVML_STORE_USER: "", PROVML_STORE_TOKEN: "t" })).toEqual({
      kind: "token",
      token: "t",
    });
    const user = { PROVML_STORE_USER: "ada", PROVML_STORE_PASSWORD: "p:ss wörd" };
    expect(findCredentials(url, user)).toEqual({ kind: "password", user: "ada", password: "p:ss wörd" });
  });

  test("come from a file by the origin of the server, which only its owner may read", () => {
    const text = JSON.stringify({ "https://store.example:8890": { user: "ada", password: "secret-1" } });
    const from = (path: string, of = url) => findCredentials(of, { PROVML_STORE_CREDENTIALS: path });
    expect(from(credentialsFile(text))).toEqual({ kind: "password", user: "ada", password: "secret-1" });
    expect(from(credentialsFile(text), new URL("http://store.example:8890/sparql"))).toBeUndefined();
    for (const mode of [0o640, 0o604, 0o620, 0o601]) {
      expect(() => from(credentialsFile(text, mode))).toThrow(/can be read by others; chmod 600/);
    }
    expect(() => from("/nowhere/stores.json")).toThrow(/cannot be read/);
  });

  test.each([
    { PROVML_STORE_USER: "secret-1" },
    { PROVML_STORE_PASSWORD: "secret-1" },
    { PROVML_STORE_USER: "ada", PROVML_STORE_PASSWORD: "secret-1\r\nx: y" },
    { PROVML_STORE_USER: "a:da", PROVML_STORE_PASSWORD: "secret-1" },
    { PROVML_STORE_USER: "ada", PROVML_STORE_PASSWORD: "secret-1", PROVML_STORE_TOKEN: "secret-1" },
  ])("that cannot work are refused and not shown: %j", (environment) => {
    expect(() => findCredentials(url, environment)).toThrow(expect.objectContaining({ code: "bad-option" }));
    expect(() => findCredentials(url, environment)).not.toThrow(/secret-1/);
  });

  test.each([
    "secret-1",
    '["secret-1"',
    '{"https://store.example:8890": "secret-1"}',
    '{"https://store.example:8890": {"password": "secret-1"}}',
  ])("in a file that cannot be used are not shown: %s", (text) => {
    const environment = { PROVML_STORE_CREDENTIALS: credentialsFile(text) };
    expect(() => findCredentials(url, environment)).toThrow(expect.objectContaining({ code: "bad-option" }));
    expect(() => findCredentials(url, environment)).not.toThrow(/secret-1/);
  });

  test("do not stand in the address, and are not shown where they do", () => {
    const refused = () => storeUrl("http://ada:secret-1@localhost/sparql");
    expect(refused).toThrow(/PROVML_STORE_USER/);
    expect(refused).not.toThrow(/secret-1/);
    for (const address of ["", "localhost:3030", "file:///etc/passwd", "ada:secret-1@host", "data/.provml"]) {
      expect(() => storeUrl(address)).toThrow(expect.objectContaining({ code: "bad-option" }));
      expect(() => storeUrl(address)).not.toThrow(/secret-1/);
    }
  });
});

describe("the digest of RFC 7616", () => {
  // Section 3.9.1: the example of the specification.
  const challenge = (algorithm: string) =>
    readChallenge(
      `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`,
    );
  const input = {
    user: "Mufasa",
    password: "Circle of Life",
    method: "GET",
    uri: "/dir/index.html",
    count: 1,
    cnonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
  };

  test.each([
    ["MD5", "8ca523f5e9506fed4657c9700eebdbec"],
    ["SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"],
  ])("with %s is that of the specification", (algorithm, response) => {
    const header = digestHeader(challenge(algorithm)!, input);
    expect(header).toContain(`response="${response}"`);
    expect(header).toMatch(/^Digest username="Mufasa", .*qop=auth, nc=00000001, /);
  });

  test("is taken before Basic, and what is not known is left", () => {
    expect(readChallenge('Basic realm="a, b", Digest realm="c", nonce="d", qop="auth"')?.scheme).toBe("digest");
    expect(readChallenge('Digest realm="c", nonce="d", algorithm=SHA-512-256, Basic realm="a"')?.scheme).toBe("basic");
    expect(readChallenge('basic realm="say \\"hi\\""')).toMatchObject({ scheme: "basic", realm: 'say "hi"' });
    expect(readChallenge("Negotiate")).toBeUndefined();
    expect(readChallenge("")).toBeUndefined();
  });
});
