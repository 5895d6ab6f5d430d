/** What stands where something looked secret. */
export const REDACTED = "[redacted]";

const SECRET_WORDS = new Set(
  "password passwd passphrase pwd secret credential apikey authorization cookie jwt".split(" "),
);
/** Whole names whose text is a secret; `primaryKey` is none, nor is a number under any of them. */
const TEXT_NAMES = new Set(["key", "keys", "pass", "tokens"]);
const SECRET_PAIRS =
  /(api|access|account|private|secret|signing|encryption|ssh|auth|wandb|openai|aws|azure|hf|comet|neptune)_?keys?(_|$)/;

/** The shapes of well-known keys and tokens, and the user information of a URL. */
const SECRET_VALUES: readonly RegExp[] = [
  /\b(sk|rk|pk)[-_](live|test|proj|ant)?[-_]?[A-Za-z0-9_-]{16,}/g,
  /\b(ghp|gho|ghu|ghs|ghr|github_pat|glpat|hf|npm|xox[abeprs]|nvapi|gsk|r8|dop_v1|shpat|pypi)[-_][A-Za-z0-9_-]{16,}/g,
  /\b(AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\bAIza[A-Za-z0-9_-]{30,}/g,
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(\.[A-Za-z0-9_-]*)?/g,
  /\b(Bearer|Basic)\s+[A-Za-z0-9+/_=.-]{12,}/gi,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g,
];
/** In free text: a word for a secret, then `=` or `:`, then its value. */
const TOLD_SECRET =
  /((?:password|passwd|passphrase|pwd|secret|credentials?|authorization|(?:api|access|account|private|secret|auth)[_ -]?key|token)["']?\s*[=:]\s*["']?)(?:(?:Bearer|Basic|token)\s+)?[^\s"',;&)\]}]{4,}/gi;
/** To the last `@` before the path: people do not escape those in passwords. */
const URL_USER = /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/?#]+@/gi;
const URL_PARAMETER =
  /([?&#](?:[\w-]*(?:token|secret|password|passwd|signature|credential|accesskeyid)|sig|key|api_?key|pass|pwd|auth|jwt)=)[^&\s#]+/gi;
/** Keys that are told from ordinary names by their form alone: a step may be called `sk-learn-random-forest`. */
const NAMED_SECRET =
  /\b((gh[oprsu]|hf|npm|gsk|r8)_[A-Za-z0-9]{16,}|sk-((proj|ant|live|test)-[\w-]{16,}|[A-Za-z0-9]{32,})|(AKIA|ASIA)[A-Z0-9]{16}|AIza[\w-]{30,}|eyJ[\w-]{8,}\.[\w-]{8,}(\.[\w-]*)?|xox[abeprs]-[\w-]{16,}|glpat-[\w-]{16,})/g;

/** Whether a name says that its value is a secret: `dbPassword`, `API_KEY`, `auth-token`; not `max_tokens` or `tokenizer`. */
export function isSecretName(name: string): boolean {
  return secrecy(name) !== "none";
}

/** The same for numbers, of which `padToken` and its like are no secrets. */
export function isSecretNumberName(name: string): boolean {
  return secrecy(name) === "any";
}

/** Which values under a name are secrets. Steps take the same names again and again, so each is looked at once. */
function secrecy(name: string): Secrecy {
  let known = KNOWN_NAMES.get(name);
  if (known === undefined) {
    known = judge(name);
    if (KNOWN_NAMES.size >= MOST_KNOWN_NAMES) KNOWN_NAMES.clear();
    KNOWN_NAMES.set(name, known);
  }
  return known;
}

type Secrecy = "any" | "text" | "none";

const KNOWN_NAMES = new Map<string, Secrecy>();
const MOST_KNOWN_NAMES = 10_000;

function judge(name: string): Secrecy {
  if (cleanName(name) !== name) return "any"; // whoever looks up something by its key
  const words = name
    .replace(/([a-z\d])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[^a-z\d]+/);
  const isSecret = words.some((word) => SECRET_WORDS.has(word) || SECRET_WORDS.has(word.replace(/s$/, "")));
  if (isSecret || SECRET_PAIRS.test(words.join("_"))) return "any";
  return words.at(-1) === "token" || TEXT_NAMES.has(name.toLowerCase()) ? "text" : "none";
}

/** A name of a step, series, role or value: keys and user information in it are replaced, and nothing that words may mean. */
export function cleanName(name: string): string {
  if (name.length < SHORTEST_SECRET) return name;
  let clean = CLEAN_NAMES.get(name);
  if (clean === undefined) {
    clean = name
      .replace(NAMED_SECRET, REDACTED)
      .replace(URL_USER, `$1${REDACTED}@`)
      .replace(URL_PARAMETER, `$1${REDACTED}`);
    if (CLEAN_NAMES.size >= MOST_KNOWN_NAMES) CLEAN_NAMES.clear();
    CLEAN_NAMES.set(name, clean);
  }
  return clean;
}

const SHORTEST_SECRET = 12;
const CLEAN_NAMES = new Map<string, string>();

/** The text with everything that looks like a key, a token or a URL's user information replaced. */
export function redact(text: string): string {
  if (text.length < SHORTEST_SECRET) return text;
  let clean = text.replace(TOLD_SECRET, `$1${REDACTED}`);
  for (const pattern of SECRET_VALUES) clean = clean.replace(pattern, REDACTED);
  return clean.includes("://")
    ? clean.replace(URL_USER, `$1${REDACTED}@`).replace(URL_PARAMETER, `$1${REDACTED}`)
    : clean;
}

/** Flags whose value is a name and a password, in one. */
const LOGIN_FLAG = /^(-u|--(user|userpwd|proxy-user|login|auth|basic-auth))$/i;

/** `ada:password@host` without a scheme. */
const LOGIN = /(^|=)([\w.+-]+):[^\s/@]+@(?=[\w.-]+)/;

/** A command line with the values of secret-looking flags and variables (`--token x`, `--token=x`, `API_KEY=x`) replaced, and with what looks secret anywhere. */
export function redactArguments(args: readonly string[]): string[] {
  let before = "";
  return args.map((argument) => {
    const [, name, value] = /^(-*[A-Za-z_][\w.-]*)=(.*)$/s.exec(argument) ?? [];
    const flag = name ?? argument;
    const isFlag = flag.startsWith("-") && /^-+[A-Za-z][\w.-]*$/.test(flag);
    const isSecret = (isFlag || name !== undefined) && isSecretName(flag.replace(/^-+/, ""));
    const previous = before;
    before = isFlag && name === undefined ? argument : "";
    if (name !== undefined && (isSecret || (LOGIN_FLAG.test(name) && value?.includes(":"))))
      return `${name}=${REDACTED}`;
    // A secret may begin with one hyphen, not with two.
    if (previous !== "" && isSecretName(previous.replace(/^-+/, "")) && !argument.startsWith("--")) return REDACTED;
    if (LOGIN_FLAG.test(previous) && argument.includes(":")) return REDACTED;
    return redact(argument).replace(LOGIN, `$1$2:${REDACTED}@`);
  });
}
