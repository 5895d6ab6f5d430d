import { describe, expect, it } from "vitest";
import {
  cleanName,
  isSecretName,
  isSecretNumberName,
  REDACTED,
  redact,
  redactArguments,
} from "../../src/capture/secrets.ts";
import { record } from "./memory-sink.ts";

describe("secrets told in text", () => {
  it.each([
    ["login failed: password=hunter2hunter2", "login failed: password=[redacted]"],
    ["api_key: abcdef123456 rejected", "api_key: [redacted] rejected"],
    ["Server=db;User=sa;Password=Pa55word!;Timeout=3", "Server=db;User=sa;Password=[redacted];Timeout=3"],
    ["AccountKey=QUJDREVGRw==;Endpoint=x", "AccountKey=[redacted];Endpoint=x"],
    ['{"token": "abcdef123456"}', '{"token": "[redacted]"}'],
    ["Authorization: token abcdef123456", "Authorization: [redacted]"],
  ])("%s is hidden", (text, clean) => {
    expect(redact(text)).toBe(clean);
  });

  it.each(["a token of 12 letters", "the secret of success", "tokenizer: bert-base-uncased", "keys: up, down"])(
    "%s is none",
    (text) => {
      expect(redact(text)).toBe(text);
    },
  );
});

describe("names of secrets", () => {
  it.each([
    "password",
    "dbPassword",
    "API_KEY",
    "auth-token",
    "awsSecretAccessKey",
    "credentials.value",
    "apiKeys",
    "passwords",
    "token",
    "key",
    "wandb_key",
  ])("%s is one", (name) => {
    expect(isSecretName(name)).toBe(true);
  });

  it.each(["max_tokens", "tokenizer", "keyPoints", "monkey", "passes", "secretary", "primaryKey"])(
    "%s is none",
    (name) => {
      expect(isSecretName(name)).toBe(false);
    },
  );

  it("hides numbers, too, but not those that tell which token", () => {
    expect([isSecretNumberName("password"), isSecretNumberName("padToken")]).toEqual([true, false]);
  });
});

describe("texts", () => {
  it.each([
    ["a key of a service", `sk-proj-${"a1".repeat(12)}`, REDACTED],
    ["a token of a forge", `x ghp_${"a1".repeat(18)} y`, `x ${REDACTED} y`],
    ["a cloud key", "AKIAABCDEFGHIJKLMNOP", REDACTED],
    ["a web token", `eyJ${"a".repeat(20)}.eyJ${"b".repeat(20)}.${"c".repeat(20)}`, REDACTED],
    ["a header", "Authorization: Bearer abcdefghijklmnop", `Authorization: ${REDACTED}`],
    ["a URL with a user", "postgres://ada:pw@db/x", `postgres://${REDACTED}@db/x`],
    [
      "a signed URL",
      "https://host/a?x=1&X-Amz-Signature=abc123&y=2",
      `https://host/a?x=1&X-Amz-Signature=${REDACTED}&y=2`,
    ],
  ])("lose %s", (_, text, clean) => {
    expect(redact(text)).toBe(clean);
  });

  it.each(["penguins.csv", "learning-rate-schedule", "https://host/data.csv?version=2", "s3://bucket/a@b"])(
    "keep %s",
    (text) => expect(redact(text)).toBe(text),
  );
});

it("a command line loses the values of secret flags", () => {
  const words = ["--token", "abc", "--api-key=def", "--epochs", "5", "PASSWORD=ghi", "--verbose"];
  const clean = ["--token", REDACTED, `--api-key=${REDACTED}`, "--epochs", "5", `PASSWORD=${REDACTED}`, "--verbose"];
  expect(redactArguments(words)).toEqual(clean);
});

it.each([
  [
    ["--token", "-abc", "--verbose", "-v"],
    ["--token", REDACTED, "--verbose", "-v"],
  ],
  [
    ["S3_SECRET_KEY2=abc", "hf_key=abc", "lr=0.1"],
    [`S3_SECRET_KEY2=${REDACTED}`, `hf_key=${REDACTED}`, "lr=0.1"],
  ],
  [
    ["-u", "ada:abc", "--user=ada:abc", "--user", "ada"],
    ["-u", REDACTED, `--user=${REDACTED}`, "--user", "ada"],
  ],
  [
    ["ada:abc@host/x", "git@host:ada/x", "https://u:p@q@host"],
    [`ada:${REDACTED}@host/x`, "git@host:ada/x", `https://${REDACTED}@host`],
  ],
])("a command line %j loses its secrets", (words, clean) => expect(redactArguments(words)).toEqual(clean));

it("names keep what words may mean, and lose keys", () => {
  for (const name of [
    "sk-learn-random-forest-100",
    "Basic preprocessing",
    "pk_user_identifier_2024",
    "password=hash check",
    "max_tokens_per_request",
  ])
    expect(cleanName(name)).toBe(name);
  expect(cleanName(`load ghp_${"a1".repeat(18)}`)).toBe(`load ${REDACTED}`);
  expect(cleanName("copy s3://ada:abc@bucket/x")).toBe(`copy s3://${REDACTED}@bucket/x`);
});

it("none of a hundred planted secrets is recorded", () => {
  const { prov, sink } = record();
  const secret = (n: number) => `planted${n}secret`;
  const key = (n: number) => `sk-test-planted${n}secretsecret`;
  const step = prov.activity("step", (_: object, password: string) => {
    prov.current().used(secret(90), { role: "data" }) satisfies string; // a path, not a secret: the control
    throw new Error(`GET https://u:${secret(91)}@host and ${key(92)} with ${password.length}`);
  });
  const nested = {
    credentials: { user: secret(0), deep: { value: secret(1) } },
    passwords: [secret(2), secret(3)],
    apiKey: secret(4),
    harmless: key(5),
    list: [key(6)],
    pin: { password: 12345678 },
  };
  for (let n = 10; n < 80; n++) Object.assign(nested, { [`service${n}_password`]: secret(n) });
  expect(() => step(nested, secret(7))).toThrow();
  prov.dataset(`https://u:${secret(8)}@host/data.csv`, { description: key(9) });
  const text = JSON.stringify(sink().briefs);
  expect(text.match(/planted\d+secret/g)).toEqual(["planted90secret"]);
  expect(text).not.toContain("12345678");
});
