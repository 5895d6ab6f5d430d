import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { project, REPOSITORY, runProgram } from "./program.ts";

/** Every secret that is planted holds this word and a number of its own. */
const word = (n: number) => `planted${String(n).padStart(3, "0")}`;
const key = (n: number) => `ghp_${word(n)}abcdefghijklmnop`;

/** Secrets on the command line, in the forms in which people write them. */
const ARGUMENTS = (s: (n: number) => string): string[] => [
  ...[
    "--token",
    s(0),
    `--token=${s(1)}`,
    "--password",
    s(2),
    `--api-key=${s(3)}`,
    "--secret",
    s(4),
    "--authToken",
    s(5),
  ],
  ...[
    "--dbPassword",
    `${s(6)} with blanks`,
    `--passphrase=${s(7)}`,
    "--access-key",
    s(8),
    `--aws_secret_access_key=${s(9)}`,
  ],
  ...[
    "-token",
    s(10),
    "--jwt",
    s(11),
    `--credentials=ada:${s(12)}`,
    "--token",
    `-${s(13)}`,
    "--cookie",
    `id=${s(14)}; x=1`,
  ],
  ...[`API_TOKEN=${s(15)}`, `S3_SECRET_KEY2=${s(16)}`, `password=${s(17)}`, `hf_key=${s(18)}`, `wandb_key=${s(19)}`],
  ...[
    `https://ada:${s(20)}@host/x`,
    `postgres://ada:p@${s(21)}@db/x`,
    `s3://${s(22)}:x@bucket/a`,
    `https://${s(23)}@host/x`,
  ],
  ...[`https://host/a?access_token=${s(24)}`, `https://host/a?x=1&sig=${s(25)}`, `https://host/#access_token=${s(26)}`],
  ...[
    `https://host/a?X-Amz-Credential=${s(27)}&X-Amz-Signature=${s(28)}`,
    `https://host/a?pass=${s(29)}`,
    `ada:${s(30)}@host`,
  ],
  ...[
    "-H",
    `Authorization: Bearer ${s(31)}abcdef`,
    "-H",
    `X-Api-Key: ${s(32)}`,
    "--user",
    `ada:${s(33)}`,
    "-u",
    `ada:${s(34)}`,
  ],
  ...[
    "--config",
    `{"password":"${s(35)}","lr":0.1}`,
    "--dsn",
    `Server=db;User=sa;Password=${s(36)};`,
    key(37),
    `--x=${key(38)}`,
  ],
  ...[
    `--proxy=http://ada:${s(39)}@proxy:3128`,
    "--auth",
    `ada:${s(40)}`,
    "--data",
    `eyJ${s(41)}aaaa.eyJ${s(41)}bbbb.cccc`,
  ],
];

const ENVIRONMENT = (s: (n: number) => string): Record<string, string> => ({
  ...Object.fromEntries(
    ["WANDB_API_KEY", "AWS_SECRET_ACCESS_KEY", "HF_TOKEN", "PGPASSWORD", "SLURM_JWT"].map((name, i) => [
      name,
      s(50 + i),
    ]),
  ),
  SLURM_JOB_ID: "17",
  SLURM_JOB_NAME: `fit --token=${s(55)}`,
  SLURM_JOB_NODELIST: key(56),
  NODE_OPTIONS: `--title=${s(57)} --no-deprecation --redirect-warnings=/tmp/${key(58)}`,
  CONTAINER_IMAGE: `https://ada:${s(59)}@registry/birds`,
});

const SOURCE = `
  import { provenance, training, current } from "provml";
  const s = (n) => "planted" + String(n).padStart(3, "0");
  const key = (n) => "ghp_" + s(n) + "abcdefghijklmnop";
  const prov = provenance();
  const tried = (fn) => { try { fn(); } catch {} };
  prov.seed(key(60));
  prov.training("fit", (settings, password, apiKey) => {
    prov.current().hyperparameters({ password: s(61), nested: { db: { pwd: s(62) } }, list: [key(63)], url: "https://a:" + s(64) + "@h/x", note: "token=" + s(65) });
    prov.current().used("https://host/data.csv?token=" + s(66), { role: "data" });
    prov.current().used("https://u:" + s(67) + "@h/x.csv", { role: "secret" });
    prov.current().generated("s3://a:" + s(68) + "@bucket/x", { name: key(69) });
    prov.current().log({ [key(70)]: 0.5, loss: 1 });
    for (const epoch of prov.current().epochs(1)) epoch.used("hf://" + key(71) + "/x");
    return { model: 1, token: s(72), text: key(73) };
  })({ secret: s(74), apiKeys: [s(75)], optimizer: { credentials: { user: s(76) } }, endpoint: "https://h/?key=" + s(77) }, s(78), s(79));
  prov.dataset("https://u:" + s(80) + "@host/d.csv", { description: key(81), version: key(82), name: key(83) });
  prov.model({}, { name: "m", description: "password: " + s(84) });
  prov.entity({}, { name: "e", description: "Bearer " + s(85) + "abcdefgh" });
  tried(prov.activity("fails", () => { throw new Error("GET https://u:" + s(86) + "@h failed with " + key(87)); }));
  tried(prov.activity("fails too", () => { throw new TypeError("login: password=" + s(88), { cause: new Error(key(89)) }); }));
  prov.run("run " + key(90), () => {});
  prov.activity("step " + key(91), () => key(92))();
  prov.evaluation("judge", (m) => ({ accuracy: 1, password: s(93), ["k " + key(94)]: 2 }))({});
  prov.inference("score", (x) => key(95))(s(96));
  prov.run("sections", () => prov.current().section("kind " + key(97), 1, (one) => one.used("a", { role: "r " + key(98) })));
  prov.dataPreparation("clean", (o) => o)({ headers: { Authorization: "Bearer " + s(99) + "abcdefgh" }, connection: "mysql://r:" + s(100) + "@db/x", max_tokens: 5 });
  prov.current().hyperparameters({ control: "visible" });
  await prov.flush();
`;

describe("a hundred planted secrets", () => {
  it("are found in no file of the directory", async () => {
    const folder = project();
    const git = (...args: string[]) =>
      execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", ...args], { cwd: folder });
    git("init", "-q", "-b", "main");
    git("remote", "add", "origin", `https://ada:p@${word(101)}@host/birds.git`);
    writeFileSync(join(folder, ".gitignore"), "node_modules\n.provml\nmain.js\n");
    git("add", ".");
    git("commit", "-q", "-m", "birds");
    const ended = await runProgram(SOURCE, { folder, args: ARGUMENTS(word), environment: ENVIRONMENT(word) });
    expect([ended.code, ended.stderr]).toEqual([0, ""]);
    const spool = textsBelow(join(folder, ".provml"));
    expect(found(spool)).toEqual([]);
    expect(spool).toContain("visible");
    execFileSync(process.execPath, [join(REPOSITORY, "dist/src/cli/main.js"), "flush"], { cwd: folder });
    const delivered = textsBelow(join(folder, ".provml"));
    expect(delivered).toContain("visible");
    expect(found(delivered)).toEqual([]);
  });
});

function found(text: string): string[] {
  return [...new Set(text.match(/planted\d{3}/g) ?? [])].sort();
}

/** All files below a folder, as they lie there; Parquet keeps names and dictionaries as text. */
function textsBelow(folder: string): string {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name));
  return files
    .filter((path) => statSync(path).isFile())
    .map((path) => `${path}\n${readFileSync(path, "latin1")}`)
    .join("\n");
}
