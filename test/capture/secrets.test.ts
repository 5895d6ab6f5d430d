import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import {
  cleanName,
  isSecretName,
  isSecretNumberName,
  REDACTED,
  redact,
  redactArguments,
} from "../../src/capture/secrets.ts";
import { cpuMs } from "../cpu-time.ts";
import { record } from "./memory-sink.ts";
import {
  BEGINNINGS,
  HARMLESS,
  HARMLESS_NAMES,
  RULES,
  TEXT_SECRET_NAMES,
  TOLD_ARGUMENTS,
  TOLD_BY_RULES,
  TOLD_SECRETS,
} from "./secret-examples.ts";

/** What takes time by its square takes 10 s for these. */
const MOST_MS = 4000;

function cpuOf(run: () => void): number {
  const begun = cpuMs();
  run();
  return cpuMs() - begun;
}

describe("secrets told in text", () => {
  it.each(TOLD_SECRETS)("%s is hidden", (text, clean) => {
    expect(redact(text)).toBe(clean);
    expect(redact(clean)).toBe(clean);
  });

  it.each(HARMLESS)("%s is none", (text) => {
    expect(redact(text)).toBe(text);
  });

  it("are looked for in a time that grows as the text does", () => {
    for (const text of BEGINNINGS) expect(cpuOf(() => redactArguments([text]))).toBeLessThan(MOST_MS);
  });

  it("are hidden once: what is clean stays as it is", () => {
    const pieces = [
      ...TOLD_SECRETS.flat(),
      ...HARMLESS,
      " ",
      '"',
      "'",
      "\\",
      "@",
      "://",
      "=",
      ": ",
      "&",
      "--token ",
      "[redacted]",
      "]",
    ];
    const text = fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 5 })), { maxLength: 8 });
    fc.assert(
      fc.property(text, (parts) => {
        const clean = redact(parts.join(""));
        expect(redact(clean)).toBe(clean);
        const [name, words] = [cleanName(clean), redactArguments(parts)];
        expect(cleanName(name)).toBe(name);
        expect(redactArguments(words)).toEqual(words);
      }),
      { numRuns: 1000, seed: 1 },
    );
  });
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
    "openaiapikey",
  ])("%s is one", (name) => {
    expect(isSecretName(name)).toBe(true);
  });

  it.each(HARMLESS_NAMES)("%s is none", (name) => {
    expect(isSecretName(name)).toBe(false);
  });

  it.each(TEXT_SECRET_NAMES)("%s is one of a text", (name) => {
    expect([isSecretName(name), isSecretNumberName(name)]).toEqual([true, false]);
  });

  it("hides numbers, too, but not those that tell which token", () => {
    expect([isSecretNumberName("password"), isSecretNumberName("padToken")]).toEqual([true, false]);
  });
});

it.each(TOLD_ARGUMENTS)("a command line loses its secrets: %s", (words, clean) => {
  expect(redactArguments(words.split(" ")).join(" ")).toBe(clean);
});

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

describe("rules that a program adds", () => {
  it("hide more, and allow, for the whole process", () => {
    const { prov, sink } = record({
      secrets: ["patient_id", "*_pin", "/MRN-\\d+/", "!pad_token", "!/sk-test-demo\\w+/"],
    });
    const values = {
      patientId: 4711,
      nested: { "patient-id": "ada", site: "A", door_pin: "1234" },
      note: "seen MRN-0815 with patient_id=4712 and --patient-id 4713",
      pad_token: "<pad>",
      demo: "sk-test-demo1234567890abcdef",
      real: "sk-test-real1234567890abcdef",
      text: "pad_token=<pad>",
    };
    prov.activity("step MRN-0816", (_: object) => 1)(values);
    const list = sink().briefs.find((brief) => brief.kind === "parameters");
    expect(list).toMatchObject({
      values: {
        patientId: REDACTED,
        "nested.patient-id": REDACTED,
        "nested.site": "A",
        "nested.door_pin": REDACTED,
        note: `seen ${REDACTED} with patient_id=${REDACTED} and --patient-id ${REDACTED}`,
        pad_token: "<pad>",
        demo: values.demo,
        real: REDACTED,
        text: "pad_token=<pad>",
      },
    });
    expect(JSON.stringify(sink().briefs)).not.toMatch(/MRN-0816|\b471[1-3]\b/); // a digest may hold any digits
    expect(redactArguments(["--patient-id", "17", "--pad-token", "x"])).toEqual([
      "--patient-id",
      REDACTED,
      "--pad-token",
      "x",
    ]);
  });

  it("are looked for in text as the others are", async () => {
    // In a module of their own: rules hold for all of a process.
    vi.resetModules();
    const fresh = await import("../../src/capture/secrets.ts");
    fresh.addSecretRules(RULES);
    for (const [text, clean] of TOLD_BY_RULES) {
      expect(fresh.redact(text)).toBe(clean);
      expect(fresh.redact(clean)).toBe(clean);
    }
    for (const [text, clean] of TOLD_SECRETS) expect(fresh.redact(text)).toBe(clean);
    for (const text of HARMLESS) expect(fresh.redact(text)).toBe(text);
    for (const text of BEGINNINGS) expect(cpuOf(() => fresh.redact(text))).toBeLessThan(MOST_MS);
  });

  it.each([["two words"], ["/(/"], ["/a*/"], ["*"], [""], [7], "patient_id"])("%j is none", (secrets) => {
    const rules = typeof secrets === "string" ? secrets : [secrets];
    expect(() => record({ secrets: rules as never })).toThrow(expect.objectContaining({ code: "bad-option" }));
  });
});

it("a plan, a list that is a command line, a workflow and a person are recorded without their secrets", () => {
  const key = `ghp_${"a1".repeat(18)}`;
  const plan = {
    name: `birds ${key}`,
    steps: [
      {
        name: `fit ${key}`,
        kind: "training",
        task: "password=hunter2hunter2",
        parameters: [{ name: "token", default: "hunter3" }],
      },
    ],
  } as const;
  const { prov, sink } = record({
    plan,
    workflow: `flow ${key}`,
    agent: { name: `Ada ${key}`, iri: "https://a:hunter4@host/ada" },
  });
  prov.training(`fit ${key}`, (_: object) => 1)({ command: ["fetch", "--token", "hunter5", "--epochs", "3"] });
  const text = JSON.stringify(sink().briefs);
  expect(text.match(/a1a1|hunter\d/g)).toBeNull();
  expect(text).toContain('[\\"fetch\\",\\"--token\\",\\"[redacted]\\",\\"--epochs\\",\\"3\\"]');
  expect(sink().briefs.filter((brief) => brief.kind === "wasAssociatedWith" && "plan" in brief)).toHaveLength(2);
});
