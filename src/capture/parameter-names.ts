/**
 * The names of a function's parameters as its source states them, so that `fit(data, 0.1)` is recorded under the names its author gave.
 * A parameter that is a pattern, or a source that cannot be read (native, bound), has no name.
 */
export function parameterNames(fn: object): readonly (string | undefined)[] {
  let names = KNOWN.get(fn);
  if (names === undefined) {
    const inner = WRAPPED.get(fn);
    names = inner ? parameterNames(inner) : parse(Function.prototype.toString.call(fn).slice(0, LONGEST_HEAD));
    KNOWN.set(fn, names);
  }
  return names;
}

/** Says that a function takes what another one takes, as a wrapper does. */
export function sameParameterNames(wrapper: object, fn: object): void {
  WRAPPED.set(wrapper, fn);
}

const WRAPPED = new WeakMap<object, object>();
const KNOWN = new WeakMap<object, readonly (string | undefined)[]>();
/** Enough for any parameter list; function bodies may be long. */
const LONGEST_HEAD = 2000;
/** Comments, and strings in default values: brackets and commas in them are none. */
const SKIPPED = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`/g;
const NAME = /^(?:\.\.\.)?\s*([\p{L}_$][\p{L}\p{N}_$]*)\s*(?:=|$)/u;

function parse(text: string): (string | undefined)[] {
  const source = text.replace(SKIPPED, " ");
  const arrow = /^(?:async\s+)?([\p{L}_$][\p{L}\p{N}_$]*)\s*=>/u.exec(source);
  if (arrow) return [arrow[1]];
  const open = source.indexOf("(");
  if (open < 0 || source.slice(0, open).includes("[")) return []; // a computed name may hold parentheses
  const names: (string | undefined)[] = [];
  let depth = 0;
  let start = open + 1;
  for (let i = open; i < source.length; i++) {
    const character = source[i] as string;
    if ("([{".includes(character)) depth++;
    else if (")]}".includes(character)) depth--;
    if ((depth === 1 && character === ",") || depth === 0) {
      const text = source.slice(start, i).trim();
      if (text !== "") names.push(NAME.exec(text)?.[1]);
      start = i + 1;
    }
    if (depth === 0) return names;
  }
  return [];
}
