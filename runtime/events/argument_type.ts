/**
 * The types of a typed event's arguments, as they are stored. The contract is driver/EVENTS.md.
 *
 * @module
 */

import { ArgumentType } from "../abi/layout.ts";

export { ArgumentType } from "../abi/layout.ts";

/** The largest code. */
export const ARGUMENT_TYPE_MAX = ArgumentType.char;

const WIDTHS = [0, 1, 1, 1, 2, 2, 4, 4, 8, 8, 4, 8, 8, 0, 0, 0, 8, 4, 4, 4, 1];

/** Bytes of an argument in a payload; 0: as many as its head says. */
export function storedBytes(type: number): number {
  return WIDTHS[type] ?? 0;
}
