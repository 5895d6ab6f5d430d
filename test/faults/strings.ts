/** Pieces of which hostile strings are made: what ends a term or a line, what is read as something else, what is no text at all. */
const PIECES: readonly string[] = [
  ..."<>\"'{}|^`\\ \n\r\t\0.#@,;:/?=&%~+*()[]",
  ..."\u007f\u0085\u00a0\u2028\u2029\u202e\u2066\ufeff\ufffe\uffff",
  ..."äß漢字🐧",
  "\ud800",
  "\udc00",
  "\ud83d",
  "e\u0301",
  "..",
  "/../",
  "_:b0",
  "^^<http://www.w3.org/2001/XMLSchema#integer>",
  "@en",
  '" .\n<urn:injected> <urn:injected> <urn:injected> .\n',
  "> <urn:injected> <urn:injected> .\n#",
  "} ; DROP ALL ; INSERT DATA {",
  "SELECT * WHERE { ?s ?p ?o }",
  "\\u0041",
  "\\U0001F427",
  "\\",
  '\\"',
  "%2E",
  "%00",
  "__proto__",
  "constructor",
  "</script>",
  "<!ENTITY x SYSTEM 'file:///etc/passwd'>",
  "x".repeat(300),
];
const LONG = "long ".repeat(2000);

/** Always the same ones: the n-th of the seed. */
export function* hostileStrings(count: number, seed: number): Generator<string, void, void> {
  let state = seed >>> 0;
  const next = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  for (let n = 0; n < count; n++) {
    if (n % 5000 === 4999) {
      yield `${LONG}${n}`;
      continue;
    }
    let text = n % 97 === 0 ? "" : String(n);
    for (let parts = next(6); parts >= 0; parts--) text += PIECES[next(PIECES.length)];
    yield text;
  }
}
