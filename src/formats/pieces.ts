/** About how many characters a writer hands out at once. */
const PIECE_LENGTH = 1 << 16;

/**
 * A text in pieces of one size: short ones are put together, long ones are cut, but never between the two halves of a character, so that each
 * piece can be encoded by itself.
 */
export function* inPieces(texts: Iterable<string>): Generator<string, void, void> {
  let piece = "";
  for (const text of texts) {
    piece += text;
    if (piece.length < PIECE_LENGTH) continue;
    let from = 0;
    while (piece.length - from >= PIECE_LENGTH) {
      let to = from + PIECE_LENGTH;
      if (isHighSurrogate(piece.charCodeAt(to - 1))) to--;
      yield piece.slice(from, to);
      from = to;
    }
    piece = piece.slice(from);
  }
  if (piece !== "") yield piece;
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code < 0xdc00;
}
