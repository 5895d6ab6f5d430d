/** What programs, commands and services print, with what is left of it: both clients are held against these. */
export const TOLD_SECRETS: readonly (readonly [text: string, clean: string])[] = [
  ["login failed: password=hunter2hunter2", "login failed: password=[redacted]"],
  ["pwd=abcd", "pwd=[redacted]"],
  ["api_key: abcdef123456 rejected", "api_key: [redacted] rejected"],
  ["Server=db;User=sa;Password=Pa55word!;Timeout=3", "Server=db;User=sa;Password=[redacted];Timeout=3"],
  ["AccountName=a;AccountKey=QUJDREVGRw==;Endpoint=x", "AccountName=a;AccountKey=[redacted];Endpoint=x"],
  [
    "Endpoint=sb://x/;SharedAccessKeyName=n;SharedAccessKey=QUJDREVGRw=",
    "Endpoint=sb://x/;SharedAccessKeyName=n;SharedAccessKey=[redacted]",
  ],
  ["sv=2024-01-01&se=2026&sig=abc%2Bdef%3D", "sv=2024-01-01&se=2026&sig=[redacted]"],
  ['{"token": "abcdef123456"}', '{"token": "[redacted]"}'],
  ['{"password": "correct horse battery staple", "lr": 1}', '{"password": "[redacted]", "lr": 1}'],
  ['{"config": "{\\"secret\\":\\"two words\\",\\"a\\":1}"}', '{"config": "{\\"secret\\":\\"[redacted]\\",\\"a\\":1}"}'],
  ["{'passphrase': 'two words', 'lr': 0.1}", "{'passphrase': '[redacted]', 'lr': 0.1}"],
  ["Authorization: token abcdef123456", "Authorization: [redacted]"],
  ["Authorization: Bearer abcdefghijklmnop", "Authorization: [redacted]"],
  ["Authorization: ApiKey abcdef, more", "Authorization: [redacted]"],
  ['curl -H "Authorization: Key abc def" https://host', 'curl -H "Authorization: [redacted]" https://host'],
  ['{"c": "-H \\"Authorization: Negotiate YII\\""}', '{"c": "-H \\"Authorization: [redacted]\\""}'],
  [
    "> Authorization: AWS4-HMAC-SHA256 Credential=a/b/s3, SignedHeaders=host, Signature=fe5f80\nHost: x",
    "> Authorization: [redacted]\nHost: x",
  ],
  ["PGPASSWORD=hunter22 psql", "PGPASSWORD=[redacted] psql"],
  ["password=[redacted]hunter22 (again)", "password=[redacted] (again)"],
  ["--token [redacted][redacted]hunter22 x", "--token [redacted] x"],
  ['{"secret": "[redacted] hunter22"}', '{"secret": "[redacted]"}'],
  [`ckpt_hf_${"abCD".repeat(8)}`, "ckpt_[redacted]"],
  [`run_sk-proj-${"a1_B".repeat(8)}`, "run_[redacted]"],
  ["AKIAABCDEFGHIJKLMNOP_old", "[redacted]_old"],
  ["sent Bearer abcdefgh12345678 to it", "sent [redacted] to it"],
  ["Cookie: id=abcdef; theme=dark", "Cookie: [redacted]"],
  ["Command failed: fetch --token abcdef123 --epochs 5", "Command failed: fetch --token [redacted] --epochs 5"],
  ["Command failed: fetch --api-key=abcdef123 --epochs 5", "Command failed: fetch --api-key=[redacted] --epochs 5"],
  ["fetch --hf-token abc", "fetch --hf-token [redacted]"],
  ["['fetch', '--token', 'abc', '--lr', '0.1']", "['fetch', '--token', '[redacted]', '--lr', '0.1']"],
  ["fetch --db-password-old abc --secret-key=abcd", "fetch --db-password-old [redacted] --secret-key=[redacted]"],
  ["fetch --tokens abc", "fetch --tokens [redacted]"],
  ["Machine host LOGIN ada PASSWORD hunter22", "Machine host LOGIN ada PASSWORD [redacted]"],
  [
    `docker://ada:hunter2@host/birds:1.2@sha256:${"0a1b".repeat(16)}`,
    `docker://[redacted]@host/birds:1.2@sha256:${"0a1b".repeat(16)}`,
  ],
  ["docker://ada:hunter2@sha256", "docker://[redacted]@sha256"],
  ["https://HOOKS.SLACK.COM/services/T000/B000/XXXX1111", "https://HOOKS.SLACK.COM/services/[redacted]"],
  ["curl -u ada:hunter22 https://host/x", "curl -u ada:[redacted] https://host/x"],
  ["machine host login ada password hunter22", "machine host login ada password [redacted]"],
  ["postgres://ada:pw@db/x", "postgres://[redacted]@db/x"],
  ["postgres://ada:hun/ter#2?@db/x", "postgres://[redacted]@db/x"],
  [
    "cannot GET https://ada:p@ss@host/x?a=1&token=abc&b=2",
    "cannot GET https://[redacted]@host/x?a=1&token=[redacted]&b=2",
  ],
  ["https://host/a?x=1&X-Amz-Signature=abc123&y=2", "https://host/a?x=1&X-Amz-Signature=[redacted]&y=2"],
  ["https://hooks.slack.com/services/T000/B000/XXXX1111", "https://hooks.slack.com/services/[redacted]"],
  [
    "key:\n-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\n-----END OPENSSH PRIVATE KEY-----\nend",
    "key:\n[redacted]\nend",
  ],
  ...[
    `sk-${"a1B2".repeat(12)}`, // OpenAI
    `sk-proj-${"a1_B".repeat(8)}`,
    `sk-ant-api03-${"a1-B".repeat(8)}`,
    `ghp_${"a1B2".repeat(9)}`, // GitHub
    `github_pat_${"a1_B".repeat(8)}`,
    `glpat-${"a1-B".repeat(5)}`,
    `hf_${"abCD".repeat(8)}`, // Hugging Face
    `npm_${"a1B2".repeat(9)}`,
    `pypi-AgEI${"a1-B".repeat(8)}`,
    `xoxb-${"12345-".repeat(4)}abcdef`, // Slack
    "AKIAABCDEFGHIJKLMNOP", // AWS
    `AIza${"a1-B".repeat(9)}`, // Google
    `ya29.${"a1-B".repeat(9)}`,
    `abc8Q~${"a1-B".repeat(8)}ab`, // Azure
    `eyJ${"a".repeat(20)}.eyJ${"b".repeat(20)}.${"c".repeat(20)}`,
    `SG.${"a1B2".repeat(5)}.${"a1B2".repeat(10)}`,
  ].map((key) => [`before ${key} after`, "before [redacted] after"] as const),
];

const DIGEST = `sha256:${"0a1b".repeat(16)}`;

/** What looks a little like one. */
export const HARMLESS: readonly string[] = [
  "a token of 12 letters",
  "the secret of success",
  "tokenizer: bert-base-uncased",
  "keys: up, down",
  "[password=[redacted]]",
  "compass: north, bypass=valve",
  "fit --tokenizer bert-base --detokenize yes --tokenizer-file words.json",
  "fit --max-tokens 5 --max-new-tokens 1024 --tokens 5 --num-tokens=5000",
  "generate --token-type word --token-ids 5",
  "tokens: 5",
  "max_tokens=50000, tokens_per_second: 31415",
  '{"tokens": 5000, "tokenizer": "bert-base", "max_tokens": 1024}',
  "--secretary Ada --passwordless yes",
  `birds:1.2@${DIGEST}`,
  `docker run host:5000/birds:1.2@${DIGEST} fit`,
  `docker://birds:1.2@${DIGEST}`,
  "risk-averse-and-task_sk-learn-pipelines",
  "penguins.csv",
  "learning-rate-schedule",
  "sk-learn-random-forest-classifier",
  "hf-internal-testing/tiny-random-bert",
  "npm-run-all-scripts-in-parallel",
  "Basic preprocessing of all columns",
  "bearer instruments and bonds",
  "https://host/data.csv?version=2",
  "http://host:8080/a@b",
  "s3://bucket/a@b",
  "docker run -u 1000:1000 image",
  "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==",
  "0193a5c0-0000-7000-8000-000000000001",
  "2f5a3f6a1c8e4f0b9d7c6e5a4b3c2d1e0f9a8b7c",
];

/** Names whose texts are secrets though no number under them is one, and names that only look alike. */
export const TEXT_SECRET_NAMES: readonly string[] = [
  ..."PGPASSWORD dbpassword userpassword clientsecret db.userpasswords sshpassphrase".split(" "),
  ..."pass dbPass db_pass SMTP_PASS authtoken accesstoken pad_token".split(" "),
];
export const HARMLESS_NAMES: readonly string[] =
  "max_tokens tokenizer keyPoints monkey passes secretary primaryKey compass bypass pass_count".split(" ");

/** Command lines, and what is left of them. */
export const TOLD_ARGUMENTS: readonly (readonly [words: string, clean: string])[] = [
  [
    "--token abc --api-key=def --epochs 5 PASSWORD=ghi --verbose",
    "--token [redacted] --api-key=[redacted] --epochs 5 PASSWORD=[redacted] --verbose",
  ],
  ["--token -abc --verbose -v", "--token [redacted] --verbose -v"],
  ["S3_SECRET_KEY2=abc hf_key=abc lr=0.1", "S3_SECRET_KEY2=[redacted] hf_key=[redacted] lr=0.1"],
  ["--PGPASSWORD x DB_PASS=x --bypass x compass=x", "--PGPASSWORD [redacted] DB_PASS=[redacted] --bypass x compass=x"],
  ["-u ada:abc --user=ada:abc --user ada", "-u [redacted] --user=[redacted] --user ada"],
  ["ada:abc@host/x git@host:ada/x https://u:p@q@host", "ada:[redacted]@host/x git@host:ada/x https://[redacted]@host"],
  ["--to=ada:abc@host x=ada:a=b:c@host", "--to=ada:[redacted]@host x=ada:[redacted]@host"],
  [`birds:1.2@${DIGEST} --image=birds:1.2@${DIGEST}`, `birds:1.2@${DIGEST} --image=birds:1.2@${DIGEST}`],
  [`ada:abc@sha256.example.org`, "ada:[redacted]@sha256.example.org"],
  [
    "--tokenizer bert --max-tokens 5 --max_new_tokens=7 --tokens 5 tokens=5",
    "--tokenizer bert --max-tokens 5 --max_new_tokens=7 --tokens 5 tokens=5",
  ],
  ["--tokens abc tokens=abc --token 5", "--tokens [redacted] tokens=[redacted] --token [redacted]"],
];

/** What a program adds, and texts that are told by it. */
export const RULES: readonly string[] = ["patient_id", "*_pin", "a*b**c", "/MRN-\\d+/", "!pad_token", "!/demo\\w+/"];
export const TOLD_BY_RULES: readonly (readonly [text: string, clean: string])[] = [
  ["seen MRN-0815 with patient_id=4712", "seen [redacted] with patient_id=[redacted]"],
  [
    "patientId: 17, patient id = 18; patient-id=19&x=1",
    "patientId: [redacted], patient id = [redacted]; patient-id=[redacted]&x=1",
  ],
  ["options.patient.id=17", "options.patient.id=[redacted]"],
  ['{"patient_id": "two words", "door_pin": 1234}', '{"patient_id": "[redacted]", "door_pin": [redacted]}'],
  ['{"c": "{\\"patient_id\\":\\"two words\\"}"}', '{"c": "{\\"patient_id\\":\\"[redacted]\\"}"}'],
  ["fetch --patient-id 17 --door-pin 18 --epochs 5", "fetch --patient-id [redacted] --door-pin [redacted] --epochs 5"],
  ["['fetch', '--patient-id', '17']", "['fetch', '--patient-id', '[redacted]']"],
  ["patient_id=[redacted]4712 again", "patient_id=[redacted] again"],
  ["--patient-id [redacted][redacted]4712 x", "--patient-id [redacted] x"],
  ["axxbyyc=7", "axxbyyc=[redacted]"],
  ["pad_token=<pad>, pad_token: hunter2", "pad_token=<pad>, pad_token: hunter2"],
  ["password=demo1234 token=real1234", "password=demo1234 token=[redacted]"],
  ["inpatient_id=17, patient_identity=18, patient_id 19", "inpatient_id=17, patient_identity=18, patient_id 19"],
];

/** Texts of nothing but beginnings: they take time by their length, not by its square. */
export const BEGINNINGS: readonly string[] = [
  ...[
    ...[
      "-u=",
      "-u ",
      "eyJ-",
      "a://b:",
      "Authorization:",
      "password=[redacted]",
      "token",
      "token ",
      "token='",
      "token=\\'",
    ],
    ...[
      "--token",
      " --token",
      "--tokens 5",
      "--a-token-",
      "token:Bearer ",
      "login ",
      "login x ",
      "Bearer ",
      "cookie:",
      "[redacted]",
    ],
    ...[
      "-----BEGIN PRIVATE KEY",
      "-----BEGIN PRIVATE KEY-----",
      "abc1Q~",
      "SG.",
      "_hf_",
      "sk-proj-",
      "AIza",
      "=a:",
      "a:",
      "a:b@",
    ],
    ...[
      "?a-token",
      "?token=",
      "https://",
      "@",
      "api ",
      "api key",
      "patient_id",
      "patient",
      "a-",
      "a-pin",
      "ab",
      "abc",
      "axb=",
      "\\",
    ],
  ].map((beginning) => beginning.repeat(Math.ceil(100_000 / beginning.length))),
  ...[
    "-u",
    "token",
    "token=",
    "token:Bearer",
    "--token",
    "login",
    "login x",
    "cookie:",
    "patient_id",
    "pad_token",
  ].flatMap((word) => [" ", "x", "=", "-"].map((filler) => word + filler.repeat(100_000))),
  `@ ${"a://b:".repeat(16384)}`,
  `${"pad_token=x ".repeat(8192)}`,
];
