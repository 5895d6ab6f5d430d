import { ProvenanceError } from "../../model/error.ts";
import type { Connection, Request } from "./connection.ts";
import { DIALECTS, type Dialect, type DialectName, isDialectName } from "./dialects.ts";
import { ServerFault } from "./fault.ts";

/** Where a server is asked, updated, and given whole graphs. */
export interface Endpoints {
  readonly ask: URL;
  readonly update: URL;
  readonly graphStore: URL;
}

/**
 * The address of a store: `http://` or `https://`, of the server, its dataset or its query endpoint.
 * @throws {ProvenanceError} `bad-option`
 */
export function storeUrl(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw new ProvenanceError(
      "bad-option",
      "the address of a store must be a URL such as http://localhost:3030/dataset or https://example.org/sparql",
    );
  }
  if (url.username !== "" || url.password !== "") {
    throw new ProvenanceError(
      "bad-option",
      `the address of the store at ${url.host} holds credentials, which others can see; put them into PROVML_STORE_USER and PROVML_STORE_PASSWORD`,
    );
  }
  url.hash = "";
  return url;
}

/** @throws {ProvenanceError} `bad-option` */
export function dialectNamed(name: string): DialectName {
  if (isDialectName(name)) return name;
  const names = Object.keys(DIALECTS).join(", ");
  throw new ProvenanceError("bad-option", `there is no dialect ${JSON.stringify(name)}; give one of ${names}`);
}

const PROBE_TIMEOUT_MS = 30_000;
const BAD_REQUEST = 400;
const TOO_MANY_REQUESTS = 429;

/**
 * Which server this is: by the headers of any answer of its, refusals included. What gives no sign is taken for plain
 * SPARQL 1.1 where it takes the request, or misses a query in it. Any other answer may be that of a proxy before the server, or of
 * another place, and what it would be taken for lasts.
 * @throws {ServerFault}
 */
export async function recognise(url: URL, connection: Connection): Promise<DialectName> {
  const request: Request = { method: "GET", url, timeoutMs: PROBE_TIMEOUT_MS, reads: "head" };
  const answer = await connection.send(request);
  for (const [name, { sign }] of Object.entries(DIALECTS) as [DialectName, Dialect][]) {
    if (sign?.[1].test(answer.headers.get(sign[0]) ?? "")) return name;
  }
  const { status } = answer;
  if ((status >= 200 && status < 300) || status === BAD_REQUEST) return "sparql11";
  const refusal = connection.refusalOf(answer, request);
  if (refusal.what !== "status" || status >= 500 || status === TOO_MANY_REQUESTS) throw refusal;
  const advice = "look at the address, or name its dialect in PROVML_STORE_DIALECT";
  throw new ServerFault("foreign", `${refusal.message}; which server it is, that does not say: ${advice}`, { status });
}

/** The endpoints of a server by the address of itself or of any of them. */
export function endpointsOf(url: URL, dialect: Dialect, hasCredentials: boolean): Endpoints {
  const { withCredentials } = dialect;
  const places = [dialect, withCredentials].flatMap((one) => (one ? [one.ask, one.update, one.graphStore] : []));
  const path = url.pathname.replace(/\/+$/, "");
  const place = places.filter((one) => one !== "" && path.endsWith(`/${one}`)).sort((a, b) => b.length - a.length)[0];
  const root = place === undefined ? path : path.slice(0, -place.length - 1);
  const below = (name: string) => {
    const endpoint = new URL(url);
    endpoint.pathname = name === "" ? root || "/" : `${root}/${name}`;
    return endpoint;
  };
  const { ask, update, graphStore } = (hasCredentials ? withCredentials : undefined) ?? dialect;
  return { ask: below(ask), update: below(update), graphStore: below(graphStore) };
}
