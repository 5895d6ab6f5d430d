/** Every secret that is planted holds this word and a number of its own. */
export const plantedWord = (n: number): string => `planted${String(n).padStart(3, "0")}`;
export const plantedKey = (n: number): string => `ghp_${plantedWord(n)}abcdefghijklmnop`;

/** Secrets on the command line, in the forms in which people write them. */
export const ARGUMENTS = (s: (n: number) => string): string[] => [
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
    plantedKey(37),
    `--x=${plantedKey(38)}`,
  ],
  ...[
    `--proxy=http://ada:${s(39)}@proxy:3128`,
    "--auth",
    `ada:${s(40)}`,
    "--data",
    `eyJ${s(41)}aaaa.eyJ${s(41)}bbbb.cccc`,
  ],
];

export const ENVIRONMENT = (s: (n: number) => string): Record<string, string> => ({
  ...Object.fromEntries(
    ["WANDB_API_KEY", "AWS_SECRET_ACCESS_KEY", "HF_TOKEN", "PGPASSWORD", "SLURM_JWT"].map((name, i) => [
      name,
      s(50 + i),
    ]),
  ),
  SLURM_JOB_ID: "17",
  SLURM_JOB_NAME: `fit --token=${s(55)}`,
  SLURM_JOB_NODELIST: plantedKey(56),
  NODE_OPTIONS: `--title=${s(57)} --no-deprecation --redirect-warnings=/tmp/${plantedKey(58)}`,
  CONTAINER_IMAGE: `https://ada:${s(59)}@registry/birds`,
});
