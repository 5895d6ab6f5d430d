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
  /\b(ghp|gho|ghu|ghs|ghr|github_pat|glpat|hf|npm|xox[abprs])[-_][A-Za-z0-9_-]{16,}/g,
  /\b(AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\bAIza[A-Za-z0-9_-]{30,}/g,
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(\.[A-Za-z0-9_-]*)?/g,
  /\b(Bearer|Basic)\s+[A-Za-z0-9+/_=.-]{12,}/gi,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g,
];
/** In free text: a word for a secret, then `=` or `:`, then its value. */
const TOLD_SECRET =
  /((?:password|passwd|passphrase|pwd|secret|credentials?|authorization|(?:api|access|account|private|secret|auth)[_ -]?key|token)["']?\s*[=:]\s*["']?)(?:(?:Bearer|Basic|token)\s+)?[^\s"',;&)\]}]{4,}/gi;
const URL_USER = /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi;
const URL_PARAMETER = /([?&](?:[\w-]*(?:token|secret|password|signature|credential)|sig|key|api_?key)=)[^&\s#]+/gi;

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
  const words = name
    .replace(/([a-z\d])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[^a-z\d]+/);
  const isSecret = words.some((word) => SECRET_WORDS.has(word) || SECRET_WORDS.has(word.replace(/s$/, "")));
  if (isSecret || SECRET_PAIRS.test(words.join("_"))) return "any";
  return words.at(-1) === "token" || TEXT_NAMES.has(name.toLowerCase()) ? "text" : "none";
}

/** The text with everything that looks like a key, a token or a URL's user information replaced. */
export function redact(text: string): string {
  if (text.length < 12) return text;
  let clean = text.replace(TOLD_SECRET, `$1${REDACTED}`);
  for (const pattern of SECRET_VALUES) clean = clean.replace(pattern, REDACTED);
  return clean.includes("://")
    ? clean.replace(URL_USER, `$1${REDACTED}@`).replace(URL_PARAMETER, `$1${REDACTED}`)
    : clean;
}

/** A command line with the values of secret-looking flags (`--token x`, `--token=x`) replaced. */
export function redactArguments(args: readonly string[]): string[] {
  let secretFollows = false;
  return args.map((argument) => {
    const hide = secretFollows && !argument.startsWith("-");
    const [flag = "", value] = argument.split(/=(.*)/s);
    const secretFlag = /^-|^[A-Z_]+=/.test(argument) && isSecretName(flag.replace(/^-+/, ""));
    secretFollows = secretFlag && value === undefined;
    if (hide) return REDACTED;
    return secretFlag && value !== undefined ? `${flag}=${REDACTED}` : redact(argument);
  });
}
