/** Models as bytes: just enough of a writer of protocol buffers to make ONNX files that a runtime opens. */

type Part = readonly [number: number, value: number | string | Uint8Array];

export function protobuf(...parts: readonly Part[]): Uint8Array {
  const bytes: number[] = [];
  for (const [number, value] of parts) {
    if (typeof value === "number") bytes.push(...varint(number * 8), ...varint(value));
    else {
      const inside = typeof value === "string" ? new TextEncoder().encode(value) : value;
      bytes.push(...varint(number * 8 + 2), ...varint(inside.length), ...inside);
    }
  }
  return Uint8Array.from(bytes);
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}

/** `y = x · [2, -1] + 0.5` for any number of rows; `more` is added to its graph. */
export function lineModel(...more: readonly Part[]): Uint8Array {
  const node = protobuf([1, "x"], [1, "w"], [1, "b"], [2, "y"], [4, "Gemm"]);
  const graph = protobuf(
    ...([
      [1, node],
      [2, "line"],
    ] as const),
    ...([
      [5, weights("w", [2, 1], [2, -1])],
      [5, weights("b", [1], [0.5])],
    ] as const),
    ...([
      [11, port("x", ["n", 2])],
      [12, port("y", ["n", 1])],
    ] as const),
    ...more,
  );
  const set = protobuf([1, ""], [2, 13]);
  return protobuf(
    [1, 8],
    [2, "by hand"],
    [3, "1.0"],
    [7, graph],
    [8, set],
    [14, protobuf([1, "task"], [2, "regression"])],
  );
}

function weights(name: string, dimensions: readonly number[], values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(Float32Array.from(values).buffer);
  return protobuf(...dimensions.map((size): Part => [1, size]), [2, 1], [8, name], [9, bytes]);
}

/** Weights that lie in a file beside the model. */
export function externalWeights(name: string, location: string): Uint8Array {
  return protobuf([1, 1], [2, 1], [8, name], [13, protobuf([1, "location"], [2, location])], [14, 1]);
}

function port(name: string, shape: readonly (number | string)[]): Uint8Array {
  const dimensions = shape.map((size): Part => [1, protobuf([typeof size === "number" ? 1 : 2, size])]);
  return protobuf([1, name], [2, protobuf([1, protobuf([1, 1], [2, protobuf(...dimensions)])])]);
}
