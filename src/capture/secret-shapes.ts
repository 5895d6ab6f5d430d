/** What stands where something looked secret. */
export const REDACTED = "[redacted]";

/*
 * The tables by which secrets are known: the names that they have, the forms of well-known keys, and the ways in which text tells them.
 * clients/python/provml.py has the same ones, and a test holds both against the same examples.
 */

/** Words of a name whose values are secrets, whatever they are. */
export const SECRET_WORDS: ReadonlySet<string> = new Set(
  "password passwd passphrase passcode pwd secret credential apikey authorization cookie jwt".split(" "),
);

/** Whole names whose text is a secret; `primaryKey` is none, nor is a number under any of them. */
export const TEXT_NAMES: ReadonlySet<string> = new Set(["key", "keys", "tokens"]);

/** Words written as one, `PGPASSWORD`: the text under such a name is a secret. */
export const SECRET_ENDING: RegExp = /(?:password|passwd|passphrase|secret)s?$/;

/** Last words of a name whose text is a secret: `SMTP_PASS`, not `compass`; a number of tokens or passes is none. */
export const LAST_WORDS: ReadonlySet<string> = new Set(["token", "authtoken", "accesstoken", "pass"]);

/** What may come after the last word, as a number may: `HF_TOKEN_WRITE`, `token2`; not `token_type`. */
export const AFTER_WORDS: ReadonlySet<string> = new Set(
  "value string old new prod staging dev live backup read write".split(" "),
);

/** Names of several tokens that give access; `special_tokens` are of a language, `max_tokens` are counted. */
export const SECRET_LISTS: RegExp =
  /(?:^|_)(?:api|access|auth|bearer|refresh|hf|github|gitlab|npm|wandb|openai)_?tokens$/;

/** Two words of a name. */
export const SECRET_PAIRS: RegExp =
  /(api|access|account|private|secret|signing|encryption|session|master|hmac|deploy|ssh|auth|wandb|openai|aws|azure|hf|comet|neptune)_?keys?(_|$)/;

/** Keys that are told from all else by their form alone: a step may be called `sk-learn-random-forest`, an organisation `hf-internal-testing`. */
const KEYS = [
  "(?:sk|rk|pk)[-_](?:(?:live|test|proj|ant|svcacct|admin|or|lf)[-_][\\w-]{16,}|[A-Za-z0-9]{20,})", // OpenAI, Anthropic, Stripe …
  "(?:gh[oprsu]|hf|npm|gsk|r8|whsec|glsa|ntn|rpa)_[A-Za-z0-9]{16,}", // GitHub, Hugging Face, npm, Groq, Replicate …
  "github_pat_\\w{16,}",
  "gl(?:pat|dt|rt|cbt|ptt|ft|agent|oas)-[\\w.-]{16,}", // GitLab
  "pypi-[\\w-]{16,}",
  "(?:xox[a-z]|xapp|nvapi|pplx|xai|tvly)-[\\w-]{16,}", // Slack, NVIDIA, Perplexity …
  "(?:dop_v1|shpat|dckr_pat|lin_api|wandb_v1|lsv2_[ps][tk])_[\\w-]{16,}",
  "(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Z0-9])", // AWS
  "(?:AIza|ya29\\.|GOCSPX-)[\\w-]{20,}", // Google
  "hv[bsr]\\.[\\w-]{20,}", // Vault
  "SG\\.[\\w-]{16,}\\.[\\w-]{16,}", // SendGrid
  "dapi[a-f0-9]{32}", // Databricks
  "AGE-SECRET-KEY-1[A-Z0-9]{16,}",
  "\\d{8,10}:AA[\\w-]{33}", // Telegram
  // JSON web tokens; where another one may begin the first part ends, or a text of nothing but beginnings takes time by its square
  "eyJ(?:[A-Za-z0-9]|[_-](?!eyJ)){8,16384}\\.[\\w-]{8,}(?:\\.[\\w-]*){0,3}",
];

/** Replaced wherever they stand, in names too, and behind an underscore: `ckpt_hf_…`. */
export const KEY: RegExp = new RegExp(`(?<![A-Za-z0-9])(?:${KEYS.join("|")})`, "g");

/** Words for a secret in running text, as sources of regular expressions. */
const WORDS =
  "pass(?:word|wd|phrase|code)|pwd|secret|credentials?|authorization|(?:api|access|account|private|secret|signing|encryption|session|master|auth|wandb)[ _-]?key";
const AFTER = `(?:[-_]?(?:\\d{1,8}|${[...AFTER_WORDS].join("|")})){0,2}`;
const TOLD = `(?:${WORDS}|token)${AFTER}`;
/** Behind hyphens more words are plain enough. */
const FLAG_WORDS = `${WORDS}|(?:hmac|deploy|ssh|openai|aws|azure|hf|comet|neptune)[_-]?key`;

/** The tokens of a language: how many, or which. */
const OF_LANGUAGE =
  "(?:[\\w.-]{0,60}[._-])?(?:max|min|num|n|new|total|special|stop|pad|bos|eos|unk|mask|bad|added|extra|suppress|prompt|image)[_-]?tokens";
const NUMBER = "[-+]?\\d[\\d_.]{0,24}(?:e[-+]?\\d{1,3})?[kmbgt]?";

/** What stands between a flag and its value: a blank, `=`, or the comma of a list, with the quote that ends the flag. */
const APART = `\\\\?["']?(?:,?\\s+|=|,(?=\\\\?["']))`;

/** Names of flags: a token is what the name ends with, so `--tokenizer` and `--token-type` are none; `--tokens 5` counts. */
const FLAG =
  `(?:[\\w-]{0,60}(?:(?:${FLAG_WORDS})(?!ary|less)[\\w-]*|token${AFTER})|(?:[\\w-]{0,60}[-_])?(?:pass|jwt|cookies?)${AFTER}` +
  `|(?!${OF_LANGUAGE})[\\w-]{0,60}tokens(?!${APART}\\\\?["']?${NUMBER}(?:[\\s"',;)\\]}\\\\]|$)))`;

/** What ends a value that stands without quotes. */
const ENDS = "\\s\"',;)\\]}";

/** A value up to what ends it. What was replaced stays, unless more of a value follows it at once: that may be the secret. */
const valueTo = (ends: string, least: number) =>
  `(?:(?:\\[redacted\\])+(?!\\[redacted\\]|\\\\["'])[^${ends}]+|(?!\\[redacted\\])[^${ends}]{${least},})`;

/** A value to the quote, the second group, with which it began. */
const TO_QUOTE = "(?!\\[redacted\\](?:\\2|$))(?:(?!\\2)(?:\\\\[\\s\\S]|[^\\\\]))+";

/** What may stand before a flag. */
const BEFORE = `(?:^|[\\s"'\\[,(])`;

/** A way in which text tells a secret. The first group stays. */
export interface Telling {
  readonly pattern: RegExp;
  /** Of these a text holds one at least: to look for them takes far less than to match. */
  readonly needs?: readonly string[];
}

/** The ways in which text tells the value of a name, given as sources of regular expressions; no shorter value without quotes is one. */
export function tellingsOf(
  name: string,
  flag: string,
  least: number,
): [quoted: Telling, plain: Telling, quotedFlag: Telling, plainFlag: Telling] {
  return [
    // "token": "…", and escaped as in JSON within JSON: to the quote with which it began
    {
      pattern: new RegExp(`(${name}\\\\?["']?\\s*[=:]\\s*(\\\\?["']))${TO_QUOTE}`, "gi"),
      needs: ["=", ":"],
    },
    // password=…, token: Bearer …
    {
      pattern: new RegExp(
        `(${name}\\\\?["']?\\s*[=:]\\s*)(?!\\\\?["'])(?:(?:Bearer|Basic|Digest|token)\\s+)?${valueTo(`${ENDS}&`, least)}`,
        "gi",
      ),
      needs: ["=", ":"],
    },
    // --token "…", and of a list: as of a command line, a secret may begin with one hyphen, not with two
    {
      pattern: new RegExp(`(${BEFORE}--?${flag}${APART}(\\\\?["']))(?!--)${TO_QUOTE}`, "gi"),
      needs: ['"', "'"],
    },
    // --token …, as in the message of a command that failed
    {
      pattern: new RegExp(`(${BEFORE}--?${flag}${APART})(?!-|\\\\["'])${valueTo(ENDS, 1)}`, "gi"),
      needs: ["-"],
    },
  ];
}

const [QUOTED, PLAIN, ...FLAGGED] = tellingsOf(TOLD, FLAG, 4);

/** Flags of a name and a password, in one, up to the password. */
const LOGIN_FLAGS = `${BEFORE}(?:-u|--(?:user|userpwd|proxy-user|login|auth|basic-auth))\\\\?["']?(?:,?\\s+|\\s*=\\s*|,(?=\\\\?["']))`;
const LOGIN_NAME = `(?!-)[^\\s:"'=\\\\][^\\s:"']{0,255}:`;

export const TELLINGS: readonly Telling[] = [
  QUOTED,
  // Authorization: ApiKey …, AWS4-HMAC-SHA256 …: there are more schemes than a table can name, and their values hold commas
  {
    pattern: /(authorization\\?["']?\s*:\s*)(?!\s|\[redacted\](?:\\?["']|[\r\n]|$))(?:\\(?!["'])|[^\r\n"'\\]){4,}/gi,
    needs: [":"],
  },
  PLAIN,
  ...FLAGGED,
  // docker run -u 1000:1000 tells no password, nor does --login https://…
  {
    pattern: new RegExp(
      `(${LOGIN_FLAGS}(\\\\?["'])${LOGIN_NAME})(?!\\/\\/|\\d+(?:[\\s"',;)\\]}\\\\]|$))${TO_QUOTE}`,
      "gi",
    ),
    needs: ["-u", "-U", "--"],
  },
  {
    pattern: new RegExp(
      `(${LOGIN_FLAGS}${LOGIN_NAME})(?!\\/\\/|\\d+(?:[\\s"',;)\\]}\\\\]|$)|\\[redacted\\](?:[\\s"']|$))[^\\s"']+`,
      "gi",
    ),
    needs: ["-u", "-U", "--"],
  },
  { pattern: /((?:set-)?cookie["']?\s*:\s*["']?)(?![\s"']|\[redacted\](?:[\r\n"']|$))[^\r\n"']{4,}/gi, needs: [":"] },
  { pattern: /(\blogin\s+\S+\s+password\s+)(?!\[redacted\](?:\s|$))\S+/gi, needs: ["login", "Login", "LOGIN"] },
  { pattern: /()\b(?:Bearer|Basic)\s+(?=[\w+/=.-]*[\d=.]|[\w+/-]{20})[\w+/=.-]{12,}/gi, needs: [" "] },
  {
    pattern:
      /()-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|$)/gi,
    needs: ["-----"],
  },
  { pattern: /()[\w~.-]{3}\dQ~[\w~.-]{31,}/g, needs: ["Q~"] }, // Azure
  { pattern: /(hooks\.slack\.com\/(?:services|workflows|triggers)\/)[\w/-]+/gi, needs: ["/"] },
  { pattern: /(discord(?:app)?\.com\/api\/webhooks\/\d+\/)[\w-]+/gi, needs: ["/"] },
];

/** The user information of URLs, and the parameters that sign one or give access: they stand in names too. */
export const URL_TELLINGS: readonly Telling[] = [
  // To the last `@` before the path, and over a path where no port follows the colon: people do not escape those in passwords.
  // To look ahead for the first `@` is what keeps a text of nothing but beginnings cheap.
  // The digest of an image, `docker://birds:1.2@sha256:…`, is no host.
  {
    pattern:
      /(\b[a-z][a-z0-9+.-]{0,30}:\/\/)(?!\[redacted\]@)(?:[^\s/?#@:]*:(?!\d*(?:[/?#\s"']|$))(?=[^\s"'<>@]{0,2048}@)[^\s"'<>]{0,2048}|[^\s/?#]+)(?=@(?!sha(?:256|384|512):[a-f0-9]{32}))/gi,
    needs: ["@"],
  },
  {
    pattern:
      /((?:[?&#;](?:[\w.-]{0,60}(?:token|secret|password|passwd|signature|credential|accesskeyid)|sig|key|api_?key|pass|pwd|auth|jwt)|^sig)=)(?!\[redacted\](?:[&\s#;"']|$))[^&\s#;"']+/gi,
    needs: ["="],
  },
];

/** `user:password@host` without a scheme, of an argument; `image:tag@sha256:…` is none. */
export const LOGIN: RegExp = /(^|=)([\w.+-]{1,256}):[^\s/@]{1,2048}@(?!sha(?:256|384|512):[a-f0-9]{32})(?=[\w.-])/gi;
/** Flags whose value is a name and a password, in one. */
export const LOGIN_FLAG: RegExp = /^(-u|--(user|userpwd|proxy-user|login|auth|basic-auth))$/i;
/** Names of flags whose numbers count: of no tokens of a language, since these are no secrets at all. */
export const COUNTED: RegExp = new RegExp(`^(?!${OF_LANGUAGE}$)[\\w.-]*tokens$`, "i");
/** A number, or the first one of a list. */
export const COUNT: RegExp = new RegExp(`^${NUMBER}(?:,|$)`, "i");
