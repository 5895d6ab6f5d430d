import { isSecretName, redact } from "../secrets.ts";

/** Whether a string names something elsewhere: `s3://…`, `hf://…`, `https://…`. Such things are identified, never downloaded. */
export function isRemote(text: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(text) && !isLocalUrl(text);
}

/** A URL of a file of this machine. */
export function isLocalUrl(text: string): boolean {
  return /^file:\/\/(localhost)?\//i.test(text);
}

/**
 * A URI in its parts; of `hf://org/name@revision` the part before `@` is no user. A password may hold an `@`, which nobody escaped, so the user goes on
 * to the last one; so it does over a `/` where what begins like a user has a `:` that no port follows.
 */
const PARTS =
  /^([a-z][a-z0-9+.-]+):\/\/(?:((?:[^/?#@:]*:(?!\d*\/)[^?#]*|[^/?#]*))@)?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/is;

/**
 * The text under which a remote thing is followed and recorded: without user and password, and without the parameters that sign a URL or give
 * access to it, so that two signed URLs of one thing are one name.
 */
export function remoteName(uri: string): string {
  const [, scheme = "", user, path = "", query, fragment] = PARTS.exec(uri) ?? [];
  if (scheme === "") return redact(uri);
  const isUser = user !== undefined && (!isHub(scheme) || user.includes(":"));
  const place = `${user === undefined || isUser ? "" : `${user}@`}${path}`;
  const kept = keptParameters(query);
  const anchor = fragment === undefined || /[=&]/.test(fragment) ? keptParameters(fragment) : fragment;
  return `${scheme}://${redact(`${place}${kept === "" ? "" : `?${kept}`}${anchor === "" ? "" : `#${anchor}`}`)}`;
}

/**
 * Which state of it a URI names: the version id of an S3 object, the generation of a Google Cloud Storage object, the revision of a Hugging
 * Face repository. Undefined where it names none, which means whatever is there.
 */
export function revisionOf(uri: string): string | undefined {
  const [, scheme = "", user, path = "", query, fragment] = PARTS.exec(uri) ?? [];
  if (isHub(scheme)) {
    const at = /@([^/?#]+)/.exec(`${user === undefined ? "" : `${user}@`}${path}`);
    return at?.[1] && decoded(at[1]);
  }
  if (/^gs$/i.test(scheme) && /^\d+$/.test(fragment ?? "")) return fragment;
  const given = parametersIn(query).find(([name]) => VERSION_PARAMETERS.has(name.toLowerCase()));
  return given?.[1] ? decoded(given[1]) : undefined;
}

/** What people call it: the last part of its path. */
export function remoteLabel(name: string): string {
  const path = name.replace(/[?#].*$/s, "");
  return /[^/\\]+(?=[/\\]*$)/.exec(path)?.[0] || name;
}

const VERSION_PARAMETERS = new Set(["versionid", "generation", "snapshot", "versioningid"]);

/** Parameters by which a URL is signed; where one is there, nothing else than the version tells what is meant. */
const SIGNATURE =
  /^(x-(amz|goog|oss|cos|obs|ms)-.*|sig|signature|awsaccesskeyid|googleaccessid|ossaccesskeyid|key-pair-id|policy|q-signature)$/i;

function keptParameters(query: string | undefined): string {
  const parameters = parametersIn(query);
  const isSigned = parameters.some(([name]) => SIGNATURE.test(name));
  const kept = parameters.filter(([name]) =>
    isSigned ? VERSION_PARAMETERS.has(name.toLowerCase()) : !isSecretParameter(name),
  );
  return kept.map(([name, value]) => (value === undefined ? name : `${name}=${value}`)).join("&");
}

function isSecretParameter(name: string): boolean {
  return (
    isSecretName(decoded(name)) || /token|secret|password|signature|credential|^(sig|key|api_?key|auth)$/i.test(name)
  );
}

function parametersIn(query: string | undefined): [name: string, value: string | undefined][] {
  if (query === undefined || query === "") return [];
  return query.split("&").map((one) => {
    const at = one.indexOf("=");
    return at === -1 ? [one, undefined] : [one.slice(0, at), one.slice(at + 1)];
  });
}

function isHub(scheme: string): boolean {
  return /^hf$/i.test(scheme);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
