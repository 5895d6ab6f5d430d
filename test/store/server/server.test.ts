import { describe, expect, onTestFinished, test } from "vitest";
import { serverStore } from "../../../src/store/server/server.ts";
import { answering, answerJson } from "./answering.ts";

const YES = { head: {}, boolean: true };
const PLAIN = { dialect: "oxigraph", credentials: null } as const;
const ADA = { kind: "password", user: "ada", password: "secret-1" } as const;

describe("a store behind HTTP", () => {
  test("is told from others by its headers, refused or not", async () => {
    for (const [status, header, value, product] of [
      [404, "server", "Oxigraph/0.5.13", /Oxigraph/],
      [401, "server", "Oxigraph/0.5.13", /Oxigraph/],
      [404, "fuseki-request-id", "7", /Fuseki/],
      [400, "server", "nginx", /another/],
      [200, "server", "nginx", /another/],
    ] as const) {
      const { address } = await answering((_, response) => response.writeHead(status, { [header]: value }).end());
      expect((await serverStore(address, { credentials: null }).dialect()).product).toMatch(product);
    }
  });

  test.each([
    [503, { "retry-after": "7" }, { kind: "retry", afterMs: 7000 }],
    [500, {}, { kind: "retry" }],
    [429, {}, { kind: "retry" }],
    [302, { location: "/login" }, { kind: "retry" }],
    [401, {}, { kind: "retry", reason: expect.stringMatching(/PROVML_STORE_USER/) }],
    [403, {}, { kind: "retry", reason: expect.stringMatching(/PROVML_STORE_USER/) }],
    [404, {}, { kind: "retry", reason: expect.stringMatching(/answered 404.* PROVML_STORE_DIALECT/) }],
    [413, {}, { kind: "retry" }],
    [422, {}, { kind: "retry" }],
  ])("is not told by a %d of whoever stands before it, and asked again", async (status, headers, expected) => {
    let isUp = false;
    const { address, received } = await answering((_, response) => {
      if (isUp) response.writeHead(204, { server: "Oxigraph/0.5.13" }).end();
      else response.writeHead(status, { server: "nginx", ...headers }).end();
    });
    const store = serverStore(address, { credentials: null });
    const quad = new TextEncoder().encode("<urn:s> <urn:p> <urn:o> <urn:g> .\n");
    expect(await store.deliver(quad)).toMatchObject(expected);
    await expect(store.dialect()).rejects.toMatchObject({ code: "store-failed" });
    expect(received.map(({ method }) => method)).toEqual(["GET", "GET"]);
    isUp = true;
    expect(await store.deliver(quad)).toEqual({ kind: "stored" });
    expect((await store.dialect()).product).toMatch(/Oxigraph/);
    expect(received.at(-1)).toMatchObject({
      url: "/store?no_transaction",
      body: "<urn:s> <urn:p> <urn:o> .\n<urn:s> <urn:p> <urn:o> <urn:g> .\n",
    });
  });

  test("is what it was told to be, whatever it answers", async () => {
    const { address } = await answering((_, response) => response.writeHead(404).end());
    const store = serverStore(address, { dialect: "sparql11", credentials: null });
    expect((await store.dialect()).product).toMatch(/another/);
  });

  test("is asked and written to with the query of its address", async () => {
    const { address, received } = await answering((_, response) => answerJson(response, YES));
    const store = serverStore(`${address}/ds?apikey=k-7`, PLAIN);
    await store.ask("ASK {}");
    await store.load("<urn:s> <urn:p> <urn:o> <urn:g> .");
    expect(received.map(({ url }) => url)).toEqual(["/ds/query?apikey=k-7", "/ds/store?apikey=k-7&no_transaction"]);
  });

  test("is told by a 503 of its own", async () => {
    const { address } = await answering((_, response) => response.writeHead(503, { server: "Oxigraph/0.5.13" }).end());
    expect((await serverStore(address, { credentials: null }).dialect()).product).toMatch(/Oxigraph/);
  });

  test.each(["", "/", "/query", "/store"])(
    "is asked at its query endpoint, given the address with %j",
    async (path) => {
      const { address, received } = await answering((_, response) => answerJson(response, YES));
      expect(await serverStore(`${address}/at${path}`, PLAIN).ask("ASK {}")).toBe(true);
      expect(received.map(({ method, url, body }) => [method, url, body])).toEqual([
        ["POST", "/at/query", "query=ASK+%7B%7D"],
      ]);
    },
  );

  test("gives no credentials before it is asked for them, and none to another place", async () => {
    const other = await answering((_, response) => answerJson(response, YES));
    const { address, received } = await answering(({ headers }, response) => {
      if (headers.authorization === undefined)
        return response.writeHead(401, { "www-authenticate": 'Basic realm="x"' }).end();
      return response.writeHead(307, { location: `${other.address}/query?key=secret-2` }).end();
    });
    const asked = serverStore(address, { ...PLAIN, credentials: ADA }).ask("ASK {}");
    await expect(asked).rejects.toMatchObject({
      code: "store-failed",
      message: /redirects to http:\S+\/query; give the address/,
    });
    await expect(asked).rejects.not.toThrow(/secret/);
    expect(received[0]?.headers.authorization).toBeUndefined();
    expect(received.at(-1)?.headers.authorization).toBe(`Basic ${btoa("ada:secret-1")}`);
    expect(other.received).toEqual([]);
  });

  test("sends a token with every request", async () => {
    const { address, received } = await answering((_, response) => answerJson(response, YES));
    const store = serverStore(address, { ...PLAIN, credentials: { kind: "token", token: "t" } });
    await store.ask("ASK {}");
    expect(received.map(({ headers }) => headers.authorization)).toEqual(["Bearer t"]);
  });

  test("reads nothing of what the first request before a write is answered, and sends that request once", async () => {
    let sent = 0;
    let closed = 0;
    const { address, received } = await answering(({ method }, response) => {
      if (method === "POST") return response.writeHead(204).end();
      response.on("close", () => closed++);
      response.writeHead(200, { "content-type": "application/n-quads" });
      const more = () => {
        while (!response.destroyed && response.write(" ".repeat(65_536))) sent += 65_536;
        if (!response.destroyed) response.once("drain", more);
      };
      more();
    });
    const store = serverStore(address, { ...PLAIN, credentials: ADA, answerLimitBytes: 1000 });
    const quad = new TextEncoder().encode("<urn:s> <urn:p> <urn:o> <urn:g> .\n");
    expect(await store.deliver(quad)).toEqual({ kind: "stored" });
    expect(await store.deliver(quad)).toEqual({ kind: "stored" });
    expect(received.map(({ method }) => method)).toEqual(["GET", "POST", "POST"]);
    await expect.poll(() => closed).toBe(1);
    expect(sent).toBeLessThan(50_000_000);
  });

  test("sends a write at once where it knows already what the server wants", async () => {
    const { address, received } = await answering(({ headers }, response) => {
      const status = headers.authorization === undefined ? 401 : 204;
      response.writeHead(status, { server: "Oxigraph/0.5.13", "www-authenticate": "Basic" }).end();
    });
    await serverStore(address, { credentials: ADA }).load("<urn:s> <urn:p> <urn:o> <urn:g> .");
    expect(received.map(({ method, url }) => `${method} ${url}`)).toEqual([
      "GET /",
      "GET /",
      "POST /store?no_transaction",
    ]);
  });

  test("gives its credentials to each of several requests at once", async () => {
    const { address } = await answering(({ headers }, response) => {
      if (headers.authorization !== undefined) return answerJson(response, YES);
      return response.writeHead(401, { "www-authenticate": 'Digest realm="x", nonce="n", qop="auth"' }).end();
    });
    const store = serverStore(address, { ...PLAIN, credentials: ADA });
    expect(await Promise.all(Array.from({ length: 5 }, () => store.ask("ASK {}")))).toEqual(Array(5).fill(true));
  });

  test.each([', stale="true"', ""])(
    "answers a digest with a new count each time, and takes a new nonce, with %j",
    async (staleText) => {
      let nonce = "first";
      const { address, received } = await answering(({ headers }, response) => {
        if (headers.authorization?.includes(`nonce="${nonce}"`)) return answerJson(response, YES);
        const stale = headers.authorization === undefined ? "" : staleText;
        const challenge = `Digest realm="SPARQL", nonce="${nonce}", qop="auth", algorithm=MD5${stale}`;
        return response.writeHead(401, { "www-authenticate": challenge }).end();
      });
      const store = serverStore(address, { ...PLAIN, credentials: ADA });
      await store.ask("ASK {}");
      await store.ask("ASK {}");
      nonce = "second";
      await store.ask("ASK {}");
      const sent = received.map(({ headers: { authorization } }) =>
        authorization?.replace(/.*nonce="(\w+)".*nc=(\d+).*/, "$1 $2"),
      );
      expect(sent).toEqual([undefined, "first 00000001", "first 00000002", "first 00000003", "second 00000001"]);
      expect(received.some(({ headers }) => headers.authorization?.includes("secret"))).toBe(false);
    },
  );

  test("asks nobody over TLS whose certificate it must not check", async () => {
    const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    onTestFinished(() => {
      if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
      else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before;
    });
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
    const asked = serverStore("https://127.0.0.1:1", PLAIN).ask("ASK {}");
    await expect(asked).rejects.toMatchObject({ code: "bad-option", message: /NODE_EXTRA_CA_CERTS/ });
  });

  test("never shows its credentials, even where the server does", async () => {
    const { address } = await answering(({ headers }, response) => {
      if (headers.authorization === undefined) return response.writeHead(401, { "www-authenticate": "Basic" }).end();
      return response.writeHead(500).end("no secret-1 for you");
    });
    const refused = serverStore(address, { ...PLAIN, credentials: ADA }).ask("ASK {}");
    await expect(refused).rejects.toThrow(/answered 500: no … for you/);
    const wrong = await answering((_, response) =>
      response.writeHead(401, { "www-authenticate": "Basic" }).end("secret-1"),
    );
    const store = serverStore(wrong.address, { ...PLAIN, credentials: ADA });
    await expect(store.ask("ASK {}")).rejects.toMatchObject({
      code: "store-failed",
      message: /refused access with 401/,
    });
  });

  test.each([
    ["where what is shown of a page ends", (secret: string) => `${"x".repeat(290)}${secret}`],
    ["where what is read of a page ends", (secret: string) => `<p>no</p>${" ".repeat(65_536 - 9 - 30)}${secret}`],
    ["escaped as HTML", (secret: string) => `<p>${secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}</p>`],
    [
      "escaped with numbers",
      (secret: string) => `<p>${secret.replace(/[^\w ]/gu, (c) => `&#x${c.codePointAt(0)?.toString(16)};`)}</p>`,
    ],
    [
      "escaped as HTML in a text that is none",
      (secret: string) => `no ${secret.replaceAll("&", "&amp;").replace(/["'<>]/g, (c) => `&#0${c.charCodeAt(0)};`)}`,
    ],
    ["unescaped in a page, as if it were markup", (secret: string) => `<p>no ${secret}</p>`],
    ["escaped as JSON", (secret: string) => JSON.stringify({ refused: secret })],
    ["escaped as in a URL", (secret: string) => `/?key=${encodeURIComponent(secret)}`],
    ["as it was sent", (secret: string) => `Basic ${Buffer.from(`ada:${secret}`).toString("base64")}`],
  ])("shows no part of its credentials, %s", async (_, page) => {
    const password = `7<&"\\ Zo>e'~ ${"é0Q9".repeat(20)}`;
    const { address } = await answering((_, response) => response.writeHead(500).end(page(password)));
    const store = serverStore(address, { ...PLAIN, credentials: { kind: "password", user: "ada", password } });
    const { message } = await store.ask("ASK {}").then(
      () => new Error("it was answered"),
      (error: Error) => error,
    );
    expect(message).toMatch(/answered 500/);
    expect(message).not.toMatch(/7<|7&|Zo|e'|é0|Q9|%C3%A9|YWRhOj/);
  });

  test.each([
    ["of its own", (url: string) => `Cannot POST ${url}`],
    [
      "in a page",
      (url: string) => `<html><body><p>No ${url.replaceAll("&", "&amp;").replaceAll("'", "&#39;")}</p></body></html>`,
    ],
    ["as JSON", (url: string) => JSON.stringify({ keys: [...new URL(url, "http://h").searchParams.values()] })],
    ["cut where the page ends", (url: string) => `${" ".repeat(65_536 - url.length + 3)}${url}`],
  ])("shows nothing of the query of its address, %s", async (_, page) => {
    const { address } = await answering(({ url }, response) => response.writeHead(404).end(page(url)));
    const store = serverStore(`${address}/ds?v=1&apikey=se'cr%2fet-1&t%6fken-2`, PLAIN);
    const told = await store.deliver(new TextEncoder().encode("<urn:s> <urn:p> <urn:o> <urn:g> .\n"));
    expect(told).toMatchObject({ kind: "retry", reason: expect.stringMatching(/^http:\S+\/ds\/store answered 404/) });
    expect(JSON.stringify(told)).not.toMatch(/se'|cr|et-1|en-2/);
    await expect(store.ask("ASK {}")).rejects.not.toThrow(/se'|cr|et-1|en-2/);
  });

  test("takes a short value in the query of its address for part of no other word", async () => {
    const { address } = await answering((_, response) => response.writeHead(500).end("Error 22023 at /ds?v=2, line 2"));
    const asked = serverStore(`${address}/ds?v=2`, PLAIN).ask("ASK {}");
    await expect(asked).rejects.toThrow(/answered 500: Error 22023 at \/ds…, line 2$/);
  });

  test("is told by the head of an answer, whatever follows", async () => {
    const { address, received } = await answering(({ method }, response) => {
      response.writeHead(200, { server: "Oxigraph/0.5.13" });
      if (method === "GET") response.write("<urn:s> <urn:p> <urn:o> .\n");
      else response.end();
    });
    expect(await serverStore(address, { credentials: null }).deliver(Buffer.from(""))).toEqual({ kind: "stored" });
    expect((await serverStore(address, { credentials: null }).dialect()).product).toMatch(/Oxigraph/);
    expect(received.every(({ method }) => method === "GET")).toBe(true);
  });

  test("says in one line what answers that is no SPARQL server", async () => {
    const page =
      "<!DOCTYPE html>\n<html><head><title>Hi</title><style>p {}</style></head>\n<body><p>Not &lt;here&gt;</p></body></html>";
    const html = await answering((_, response) => response.writeHead(200, { "content-type": "text/html" }).end(page));
    await expect(serverStore(html.address, PLAIN).ask("ASK {}")).rejects.toMatchObject({
      code: "store-failed",
      message: expect.stringMatching(/^http:\S+\/query answered a query with text\/html; is this .* endpoint\?$/),
    });
    const lost = await answering((_, response) => response.writeHead(404, { "content-type": "text/html" }).end(page));
    await expect(serverStore(lost.address, PLAIN).ask("ASK {}")).rejects.toThrow(/^http:\S+ answered 404: Not <here>$/);
    const half = await answering((_, response) => {
      response
        .writeHead(200, { "content-type": "application/sparql-results+json" })
        .end('{"head": {"vars": ["a"]}, "res');
    });
    await expect(serverStore(half.address, PLAIN).select("SELECT * {}")).rejects.toThrow(/ends in the middle/);
  });

  test("says that nothing is there, or that it broke off", async () => {
    const { address } = await answering((_, response) => response.socket?.destroy());
    await expect(serverStore(address, PLAIN).ask("ASK {}")).rejects.toMatchObject({ code: "store-failed" });
    await expect(serverStore("http://127.0.0.1:1", PLAIN).ask("ASK {}")).rejects.toMatchObject({
      code: "store-failed",
      message: expect.stringMatching(/^http:\/\/127.0.0.1:1\/query cannot be reached, or broke off: [^\n]+$/),
    });
  });

  test("closes the connection of a query that does not end within its limit, half answered or not", async () => {
    let closed = 0;
    const { address } = await answering(({ body }, response) => {
      response.on("close", () => closed++);
      if (body.includes("half")) {
        response.writeHead(200, { "content-type": "application/sparql-results+json" }).write("{");
      } else if (body.includes("next")) answerJson(response, YES);
    });
    const store = serverStore(address, PLAIN);
    await expect(store.ask("ASK {}", { timeoutMs: 100 })).rejects.toMatchObject({ code: "query-timeout" });
    await expect(store.ask("ASK { ?half ?p ?o }", { timeoutMs: 100 })).rejects.toMatchObject({ code: "query-timeout" });
    expect(await store.ask("ASK { ?next ?p ?o }")).toBe(true);
    await expect.poll(() => closed).toBe(3);
  });

  test("reads no more of an answer than its limit", async () => {
    let sent = 0;
    const { address } = await answering((_, response) => {
      response.writeHead(200, { "content-type": "application/sparql-results+json" });
      const more = () => {
        while (!response.destroyed && response.write(" ".repeat(65_536))) sent += 65_536;
        if (!response.destroyed) response.once("drain", more);
      };
      more();
    });
    const store = serverStore(address, { ...PLAIN, answerLimitBytes: 1_000_000 });
    await expect(store.ask("ASK {}")).rejects.toMatchObject({ code: "too-large", message: /more than 1 MB/ });
    expect(sent).toBeLessThan(50_000_000);
  });
});

describe("a delivery", () => {
  const quads = (count: number) =>
    new TextEncoder().encode(
      Array.from({ length: count }, (_, i) => `<urn:s${i}> <urn:p> "${i}" <urn:g> .\n`).join(""),
    );

  test("is stored when the server says so: each triple in its graph and in the default graph", async () => {
    const { address, received } = await answering((_, response) => response.writeHead(204).end());
    expect(await serverStore(address, PLAIN).deliver(quads(1))).toEqual({ kind: "stored" });
    expect(received).toMatchObject([
      {
        method: "POST",
        url: "/store?no_transaction",
        body: '<urn:s0> <urn:p> "0" .\n<urn:s0> <urn:p> "0" <urn:g> .\n',
      },
    ]);
  });

  test.each([
    [503, { "retry-after": "7" }, { kind: "retry", afterMs: 7000 }],
    [500, {}, { kind: "retry" }],
    [429, {}, { kind: "retry" }],
    [404, {}, { kind: "retry" }],
    [401, {}, { kind: "retry" }],
    [302, { location: "/login" }, { kind: "retry" }],
    [400, {}, { kind: "refused" }],
    [422, {}, { kind: "refused" }],
  ])("answered with %d is a value", async (status, headers, expected) => {
    const { address } = await answering((_, response) => response.writeHead(status, headers).end("why"));
    expect(await serverStore(address, PLAIN).deliver(quads(1))).toMatchObject({
      ...expected,
      reason: expect.any(String),
    });
  });

  test("to nobody is to be tried again, and of what is no N-Quads is refused unsent", async () => {
    const store = serverStore("http://127.0.0.1:1", { credentials: null });
    expect(await store.deliver(quads(1))).toMatchObject({ kind: "retry" });
    expect(await store.deliver(new TextEncoder().encode("nonsense"))).toMatchObject({
      kind: "refused",
      reason: /line 1/,
    });
  });

  test("that is too large for the server goes in parts", async () => {
    const { address, received } = await answering(({ body }, response) =>
      response.writeHead(body.length > 500 ? 413 : 204).end(),
    );
    expect(await serverStore(address, PLAIN).deliver(quads(50))).toEqual({ kind: "stored" });
    const stored = received.filter(({ body }) => body.length <= 500).flatMap(({ body }) => body.trim().split("\n"));
    expect(stored.length).toBe(100);
    expect(new Set(stored).size).toBe(100);
  });

  test("of a graph by INSERT DATA says GRAPH", async () => {
    const { address, received } = await answering((_, response) => response.writeHead(200).end());
    const store = serverStore(`${address}/sparql`, { dialect: "sparql11", credentials: null });
    await store.load('<urn:s> <urn:p> "a } b" <urn:g> .\n# no line\n<urn:s> <urn:p> <urn:o> <urn:h> .');
    expect(received.map(({ body }) => new URLSearchParams(body).get("update"))).toEqual([
      'INSERT DATA {\nGRAPH <urn:g> {\n<urn:s> <urn:p> "a } b" .\n}\nGRAPH <urn:h> {\n<urn:s> <urn:p> <urn:o> .\n}\n}',
    ]);
  });
});
