import { type ByteSource, type Field, fields, numbersOf, textOf } from "./protobuf.ts";

/** An input or output of a model: a size that is not fixed is the name that the model has for it, or null. */
export interface Port {
  readonly name: string;
  readonly type: string;
  readonly shape?: readonly (number | string | null)[];
}

/** What an ONNX file says of the model that it holds (ModelProto of https://onnx.ai/onnx/repo-docs/IR.html), its weights left out. */
export interface ModelHeader {
  readonly formatVersion: number;
  /** Name and version, as far as they are given. */
  readonly producer?: string;
  readonly version?: string;
  readonly description?: string;
  /** For example `ai.onnx 13`. */
  readonly operatorSets: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly parameterCount: number;
  /** The files beside it that hold weights. */
  readonly externalData: readonly string[];
}

/** Reads the header of an ONNX model; undefined for bytes that are none. */
export function readModelHeader(source: ByteSource): ModelHeader | undefined {
  const texts = new Map<number, string>();
  const operatorSets: string[] = [];
  const metadata: Record<string, string> = {};
  let [formatVersion, modelVersion] = [0, 0];
  let graph: Graph | undefined;
  try {
    for (const field of fields(source)) {
      const { number, value } = field;
      if (number === MODEL.irVersion) formatVersion = value;
      else if (number === MODEL.modelVersion) modelVersion = value;
      else if (number === MODEL.graph) graph = readGraph(source, field);
      else if (number === MODEL.operatorSet) operatorSets.push(operatorSet(source, field));
      else if (number === MODEL.metadata) {
        const [key, text] = entry(source, field);
        if (Object.keys(metadata).length < MOST_METADATA) metadata[key] = text;
      } else if (number <= MODEL.description) texts.set(number, textOf(source, field));
    }
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
  if (graph === undefined || formatVersion === 0) return undefined;
  const producer = [texts.get(MODEL.producer), texts.get(MODEL.producerVersion)].filter((text) => text).join(" ");
  const description = texts.get(MODEL.description);
  return {
    ...{ formatVersion, operatorSets, metadata, ...graph },
    ...(producer === "" ? {} : { producer }),
    ...(modelVersion > 0 ? { version: String(modelVersion) } : {}),
    ...(description ? { description } : {}),
  };
}

/** Field numbers of ModelProto, GraphProto, TensorProto, ValueInfoProto and what they hold, as onnx.proto has them. */
const MODEL = {
  irVersion: 1,
  producer: 2,
  producerVersion: 3,
  modelVersion: 5,
  description: 6,
  graph: 7,
  operatorSet: 8,
  metadata: 14,
} as const;
const GRAPH = { initializer: 5, input: 11, output: 12, sparseInitializer: 15 } as const;
const TENSOR = { dims: 1, name: 8, externalData: 13 } as const;

const MOST_METADATA = 100;

type Graph = Pick<ModelHeader, "inputs" | "outputs" | "parameterCount" | "externalData">;

function readGraph(source: ByteSource, { start, end }: Field): Graph {
  const inputs: Port[] = [];
  const outputs: Port[] = [];
  const weights = new Set<string>();
  const external = new Set<string>();
  let parameterCount = 0;
  for (const field of fields(source, start, end)) {
    if (field.number === GRAPH.input) inputs.push(readPort(source, field));
    else if (field.number === GRAPH.output) outputs.push(readPort(source, field));
    else if (field.number === GRAPH.initializer) {
      const { name, size, location } = readInitializer(source, field);
      weights.add(name);
      parameterCount += size;
      if (location !== undefined) external.add(location);
    }
  }
  // Before version 4 of the format, weights had to be inputs too.
  const free = inputs.filter(({ name }) => !weights.has(name));
  return { inputs: free, outputs, parameterCount, externalData: [...external] };
}

function readInitializer(source: ByteSource, { start, end }: Field): { name: string; size: number; location?: string } {
  let [name, size] = ["", 1];
  let location: string | undefined;
  for (const field of fields(source, start, end)) {
    if (field.number === TENSOR.dims) for (const dimension of numbersOf(source, field)) size *= dimension;
    else if (field.number === TENSOR.name) name = textOf(source, field);
    else if (field.number === TENSOR.externalData) {
      const [key, text] = entry(source, field);
      if (key === "location") location = text;
    }
  }
  return { name, size, ...(location === undefined ? {} : { location }) };
}

/** ValueInfoProto: a name, and a TypeProto, of which tensors are told apart from sequences, maps and optional values. */
function readPort(source: ByteSource, { start, end }: Field): Port {
  let port: Port = { name: "", type: "unknown" };
  for (const field of fields(source, start, end)) {
    if (field.number === 1) port = { ...port, name: textOf(source, field) };
    if (field.number === 2) {
      for (const type of fields(source, field.start, field.end)) {
        if (type.number === 1) port = { ...port, ...readTensorType(source, type) };
        else port = { ...port, type: VALUE_KINDS[type.number] ?? port.type };
      }
    }
  }
  return port;
}

const VALUE_KINDS: Readonly<Record<number, string>> = { 4: "sequence", 5: "map", 8: "sparse tensor", 9: "optional" };

function readTensorType(source: ByteSource, { start, end }: Field): Pick<Port, "type" | "shape"> {
  let type = "unknown";
  let shape: (number | string | null)[] | undefined;
  for (const field of fields(source, start, end)) {
    if (field.number === 1) type = ELEMENT_TYPES[field.value] ?? `type ${field.value}`;
    if (field.number === 2) {
      shape = [];
      for (const dimension of fields(source, field.start, field.end)) shape.push(readDimension(source, dimension));
    }
  }
  return { type, ...(shape === undefined ? {} : { shape }) };
}

function readDimension(source: ByteSource, { start, end }: Field): number | string | null {
  for (const field of fields(source, start, end)) {
    if (field.number === 1) return field.value;
    if (field.number === 2) return textOf(source, field) || null;
  }
  return null;
}

/** TensorProto.DataType. */
const ELEMENT_TYPES: readonly (string | undefined)[] = [
  ...[
    undefined,
    "float32",
    "uint8",
    "int8",
    "uint16",
    "int16",
    "int32",
    "int64",
    "string",
    "bool",
    "float16",
    "float64",
  ],
  ...["uint32", "uint64", "complex64", "complex128", "bfloat16", "float8e4m3fn", "float8e4m3fnuz", "float8e5m2"],
  ...["float8e5m2fnuz", "uint4", "int4", "float4e2m1"],
];

function operatorSet(source: ByteSource, { start, end }: Field): string {
  let [domain, version] = ["", 0];
  for (const field of fields(source, start, end)) {
    if (field.number === 1) domain = textOf(source, field);
    if (field.number === 2) version = field.value;
  }
  return `${domain || "ai.onnx"} ${version}`;
}

/** StringStringEntryProto. */
function entry(source: ByteSource, { start, end }: Field): [key: string, value: string] {
  let [key, value] = ["", ""];
  for (const field of fields(source, start, end)) {
    if (field.number === 1) key = textOf(source, field);
    if (field.number === 2) value = textOf(source, field);
  }
  return [key, value];
}
