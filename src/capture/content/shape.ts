import { types } from "node:util";
import type { BriefValue } from "../../model/brief.ts";
import { ownNames } from "../own-names.ts";
import { isArrowTable } from "./table-digest.ts";

/** An attribute of a brief statement. */
export type BriefAttribute = readonly [name: string, value: BriefValue];

/**
 * What can be said of an object without looking into its content: its type, and its shape as a JSON list (rows × columns of a table,
 * the dimensions of a tensor). Reads as little of the object as possible, and survives objects that throw when read.
 */
export function describeValue(value: object): BriefAttribute[] {
  try {
    const type = typeof value === "function" ? "Function" : typeName(value);
    const shape = shapeOf(value);
    const attributes: BriefAttribute[] = [["provml:valueType", type]];
    if (shape) attributes.push(["provml:shape", JSON.stringify(shape)]);
    const { dtype } = value as { dtype?: unknown };
    if (typeof dtype === "string" && dtype.length < 32) attributes.push(["provml:elementType", dtype]);
    return attributes;
  } catch {
    return [["provml:valueType", "unreadable"]];
  }
}

export function typeName(value: object): string {
  try {
    const name: unknown = value.constructor?.name;
    return typeof name === "string" && name !== "" ? name.slice(0, 100) : "Object";
  } catch {
    return "Object";
  }
}

/** The text that an object holds as its name, where no getter has to be asked for it. */
export function ownName(value: object): string | undefined {
  if (types.isProxy(value)) return undefined;
  const name: unknown = Object.getOwnPropertyDescriptor(value, "name")?.value;
  return typeof name === "string" && name !== "" ? name.slice(0, 100) : undefined;
}

function shapeOf(value: object): readonly number[] | undefined {
  if (ArrayBuffer.isView(value)) return ["length" in value ? (value.length as number) : value.byteLength];
  if (value instanceof ArrayBuffer) return [value.byteLength];
  if (types.isMap(value) || types.isSet(value)) return [value.size];
  if (Array.isArray(value)) return arrayShape(value);
  if (types.isProxy(value)) return undefined;
  if (isArrowTable(value)) return [value.numRows, value.schema.fields.length];
  const { shape, dims } = value as { shape?: unknown; dims?: unknown };
  return knownShape(shape) ?? knownShape(dims);
}

function knownShape(shape: unknown): readonly number[] | undefined {
  const isShape = Array.isArray(shape) && shape.length <= MOST_DIMENSIONS && shape.every((n) => typeof n === "number");
  return isShape ? shape : undefined;
}

const MOST_DIMENSIONS = 16;

function arrayShape(array: readonly unknown[], dimensions = 1): number[] {
  const first = array[0];
  if (dimensions === MOST_DIMENSIONS) return [array.length];
  if (Array.isArray(first)) return [array.length, ...arrayShape(first, dimensions + 1)];
  if (ArrayBuffer.isView(first) && "length" in first) return [array.length, first.length as number];
  if (typeof first === "object" && first !== null && !types.isProxy(first))
    return [array.length, ownNames(first).count];
  return [array.length];
}
