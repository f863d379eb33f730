/**
 * The types of a typed event's arguments, as they are stored. The contract is driver/EVENTS.md.
 *
 * @module
 */

/** Codes of the types in a site's descriptor. */
export const ArgumentType = {
  bool: 1,
  i8: 2,
  u8: 3,
  i16: 4,
  u16: 5,
  i32: 6,
  u32: 7,
  i64: 8,
  u64: 9,
  f32: 10,
  f64: 11,
  pointer: 12,
  /** UTF-8. */
  text: 13,
  /** UTF-16, little endian. */
  text16: 14,
  bytes: 15,
  /** Stored as i64; its names are in the descriptor. */
  enum: 16,
  /** An error number of Linux. */
  errno: 17,
  ntstatus: 18,
  hresult: 19,
  /** One byte, a character to `%c`. */
  char: 20,
} as const;

/** The largest code. */
export const ARGUMENT_TYPE_MAX = 20;

const WIDTHS = [0, 1, 1, 1, 2, 2, 4, 4, 8, 8, 4, 8, 8, 0, 0, 0, 8, 4, 4, 4, 1];

/** Bytes of an argument in a payload; 0: as many as its head says. */
export function storedBytes(type: number): number {
  return WIDTHS[type] ?? 0;
}
