/**
 * `rs_status_t` of driver/include/rs_status.h, and what each failure is in TypeScript.
 * @module
 */
import { AbiMismatchError, DriverError } from "../errors.ts";

/** The codes by name. */
export const Status = {
  ok: 0,
  full: 1,
  tooBig: 2,
  notOpen: 3,
  again: 4,
  end: 5,
  badArgument: 6,
  noMemory: 7,
  noSpace: 8,
  notFound: 9,
  noPermission: 10,
  notRings: 11,
  badAbi: 12,
  busy: 13,
  io: 14,
  exists: 15,
  off: 16,
} as const;

const NEXT_STEPS: Readonly<Record<number, string>> = {
  [Status.noMemory]: "make the rings or the buffer smaller",
  [Status.noSpace]: "free space there, or make the rings smaller",
  [Status.notFound]: "check the path; the program that logs makes the rings when it starts",
  [Status.noPermission]: "record as the user who made the rings",
  [Status.notRings]: "name a file that rs_create or a capture made",
  [Status.badAbi]: "use the version of Ringscope that the program was built with",
  [Status.busy]: "end the other capture first, or look at what it writes",
};

/**
 * The error for a status that is a failure.
 *
 * @param attempted What was being done, such as "open the rings /dev/shm/a.rings".
 * @param message What the library found; may be empty.
 */
export function statusError(status: number, attempted: string, message: string): Error {
  const found = message === "" ? `status ${status}` : message;
  const next = NEXT_STEPS[status];
  const text = `${attempted}: ${found}${next === undefined ? "" : `; ${next}`}`;
  if (status === Status.badArgument) return new RangeError(text);
  if (status === Status.badAbi) return new AbiMismatchError(text);
  return new DriverError(text, { cause: { status } });
}
