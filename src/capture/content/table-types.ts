/** A type of Apache Arrow, by the fields that its classes have. */
export interface ArrowType {
  readonly typeId: number;
  readonly bitWidth?: number;
  readonly isSigned?: boolean;
  /** Of floats 0 to 2; of decimals how many digits. */
  readonly precision?: number;
  readonly scale?: number;
  readonly unit?: number;
  readonly timezone?: string | null;
  readonly children?: readonly { readonly name: string; readonly type: ArrowType }[];
  /** Of dictionaries: the type of what they hold. */
  readonly dictionary?: ArrowType;
}

/** A type as the digest names it: how values are laid out (by dictionary, with wide offsets, at a fixed size) is no part of it. */
export type LogicalType =
  | string
  | { readonly list: LogicalType }
  | { readonly struct: readonly (readonly [name: string, type: LogicalType])[] };

/** How the values of a type are reached. */
export interface Layout {
  readonly type: LogicalType;
  readonly reached: "null" | "bool" | "bytes" | "list" | "struct" | "fixed";
  /** Bytes of a value of fixed width. */
  readonly width: number;
}

const UNITS = ["s", "ms", "us", "ns"] as const;

/** Undefined for types that no digest covers: unions, maps, intervals. */
export function layoutOf(type: ArrowType): Layout | undefined {
  const { bitWidth = 0, unit = 0, precision = 0, scale = 0, children = [] } = type;
  const fixed = (name: string, width: number): Layout => ({ type: name, reached: "fixed", width });
  switch (type.typeId) {
    case -1:
      return type.dictionary && layoutOf(type.dictionary);
    case 1:
      return { type: "null", reached: "null", width: 0 };
    case 2:
      return fixed(`${type.isSigned ? "int" : "uint"}${bitWidth}`, bitWidth / 8);
    case 3:
      return fixed(`float${16 << precision}`, 2 << precision);
    case 4: // Binary, FixedSizeBinary, LargeBinary, BinaryView
    case 15:
    case 19:
    case 23:
      return { type: "binary", reached: "bytes", width: 0 };
    case 5: // Utf8, LargeUtf8, Utf8View
    case 20:
    case 24:
      return { type: "utf8", reached: "bytes", width: 0 };
    case 6:
      return { type: "bool", reached: "bool", width: 0 };
    case 7:
      return fixed(`decimal${bitWidth}(${precision},${scale})`, bitWidth / 8);
    case 8:
      return unit === 0 ? fixed("date32", 4) : fixed("date64", 8);
    case 9:
      return fixed(`time${bitWidth}[${UNITS[unit]}]`, bitWidth / 8);
    case 10:
      return fixed(`timestamp[${UNITS[unit]}${type.timezone ? `,${type.timezone}` : ""}]`, 8);
    case 18:
      return fixed(`duration[${UNITS[unit]}]`, 8);
    case 12: // List, FixedSizeList, LargeList
    case 16:
    case 21: {
      const of = children[0] && layoutOf(children[0].type);
      return of && { type: { list: of.type }, reached: "list", width: 0 };
    }
    case 13: {
      const members = children.map(({ name, type: of }) => [name.toWellFormed(), layoutOf(of)?.type] as const);
      if (members.some(([, of]) => of === undefined)) return undefined;
      return { type: { struct: members as [string, LogicalType][] }, reached: "struct", width: 0 };
    }
    default:
      return undefined;
  }
}
