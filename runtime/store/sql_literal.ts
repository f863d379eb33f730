/**
 * Values as SQL writes them. Parameters reach DuckDB as the arguments of EXECUTE, which is parsed apart from the query:
 * its own way, through JSON, loses 64-bit integers and bytes.
 *
 * @module
 */
const U32_END = 2n ** 32n, I64_END = 2n ** 63n, U64_END = 2n ** 64n;

/** A text as SQL writes it. */
export function quoteText(text: string): string {
  // DuckDB's parser ends at a zero.
  return text.split("\0").map((part) => `'${part.replaceAll("'", "''")}'`).join("||chr(0)||");
}

/**
 * A value as a literal of the type that it has in SQL: bigint an integer type that holds it, Uint8Array BLOB, Date TIMESTAMP_NS, array LIST.
 *
 * @throws {TypeError} There is no such type.
 */
export function toLiteral(value: unknown): string {
  if (value === null || value === undefined) return "NULL";
  if (typeof value === "string") return quoteText(value);
  if (typeof value === "boolean") return String(value);
  if (typeof value === "number") return numberLiteral(value);
  if (typeof value === "bigint") return integerLiteral(value);
  if (value instanceof Uint8Array) return `'${[...value].map((byte) => `\\x${hex(byte)}`).join("")}'::BLOB`;
  if (value instanceof Date) return `make_timestamp_ns(${BigInt(value.getTime()) * 1_000_000n})`;
  if (Array.isArray(value)) return `[${value.map(toLiteral).join(", ")}]`;
  throw new TypeError(
    `a parameter of a query cannot be ${typeof value === "object" ? "an object" : `a ${typeof value}`}`,
  );
}

function numberLiteral(value: number): string {
  if (Number.isSafeInteger(value)) return String(value);
  return Number.isFinite(value) ? `${value}::DOUBLE` : `'${value}'::DOUBLE`;
}

/**
 * A constant of a signed type makes DuckDB cast an unsigned column to HUGEINT, row by row, before it compares them, and no block of rows
 * is passed over. Plain digits adapt to what they are compared with, but as far as they fit they are an INTEGER, which overflows soon.
 */
function integerLiteral(value: bigint): string {
  if (value >= 0n && value < U32_END) return `'${value}'::UINTEGER`;
  if (value >= 0n && value < I64_END) return String(value);
  if (value >= -I64_END && value < 0n) return `'${value}'::BIGINT`;
  return value >= 0n && value < U64_END ? `'${value}'::UBIGINT` : `'${value}'::HUGEINT`;
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
