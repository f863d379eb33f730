/**
 * Switching call sites on and off: of running programs by the user-mode driver (`rs_control_all` of driver/include/rs_event.h), of a kernel's
 * modules by its own.
 * @module
 */
import { abi, rule } from "../abi/layout.ts";
import { DriverError } from "../errors.ts";
import { DeviceError } from "../reader/device_channel.ts";
import { parseDevicePath } from "../reader/device_path.ts";
import { Errno } from "../reader/libc.ts";
import { selectDeviceSet } from "../reader/ring_source.ts";
import { encodePath } from "./path.ts";
import { loadDriver } from "./producer.ts";
import { Status, statusError } from "./status.ts";
import { MESSAGE_BYTES, readMessage } from "./structs.ts";

const CONTROL_SYMBOLS = {
  rs_open: { parameters: ["buffer", "buffer", "usize"], result: "i32" },
  rs_control_all: { parameters: ["buffer", "u32", "i32"], result: "i32" },
  rs_close: { parameters: [], result: "void" },
} as const satisfies Deno.ForeignLibraryInterface;

/** A rule to be set. */
export interface RuleChange {
  /** Null: the level where no pattern matches. */
  readonly pattern: string | null;
  /** The least severity that is written, `Level.off`, or `Level.undecided` to take the pattern back. */
  readonly level: number;
}

/**
 * Changes the rules of a ring set, in their order and as one change; where it fails nothing is changed. They hold for sites that are
 * registered and for those that come. Waits for others who change them.
 *
 * @param isReset Whether all that was set before is taken back.
 * @throws {DriverError} The driver is not built; the rings are missing, none, without a table, or not ours to write; there is no room for so
 *   many rules.
 * @throws {AbiMismatchError} The rings are of another major version.
 * @throws {RangeError} A pattern or level that can be none.
 */
export function changeRules(path: string, changes: readonly RuleChange[], isReset: boolean): void {
  const attempted = `control the sites of the rings ${path}`;
  const bytes = encodeRules(changes);
  const place = parseDevicePath(path);
  if (place !== null) return changeInKernel(attempted, path, place.set, bytes, isReset);
  const { symbols } = loadDriver(CONTROL_SYMBOLS);
  const message = new Uint8Array(MESSAGE_BYTES);
  const opened = symbols.rs_open(encodePath(path), message, BigInt(message.length));
  if (opened === Status.noPermission) {
    throw new DriverError(
      `${attempted}: ${readMessage(message)}; control them as the user who made them, --list needs less`,
      { cause: { status: opened } },
    );
  }
  if (opened !== Status.ok) throw statusError(opened, attempted, readMessage(message));
  try {
    const status = symbols.rs_control_all(bytes, changes.length, isReset ? 1 : 0);
    if (status === Status.noSpace) throw noRoom(attempted);
    if (status !== Status.ok) throw statusError(status, attempted, "");
  } finally {
    symbols.rs_close();
  }
}

/** A kernel's table is its own to change. */
function changeInKernel(
  attempted: string,
  path: string,
  set: string,
  rules: Uint8Array<ArrayBuffer>,
  isReset: boolean,
): void {
  using device = selectDeviceSet(path, set, "write");
  try {
    device.control(rules, isReset);
  } catch (error) {
    if (!(error instanceof DeviceError)) throw error;
    if (error.errno === Errno.noSpace) throw noRoom(attempted);
    if (error.errno === Errno.invalid) {
      throw new RangeError(
        `${attempted}: a pattern or level that can be none, or a pattern to take back that is not there`,
      );
    }
    throw new DriverError(`${attempted}: ${error.message}`, { cause: error });
  }
}

function noRoom(attempted: string): DriverError {
  return new DriverError(
    `${attempted}: there is no room for so many rules, ${abi.siteRulesMax} are the most; make one pattern of several, ` +
      "or take the old ones back with --reset",
  );
}

/** As an array of `rs_rule_t`. */
function encodeRules(changes: readonly RuleChange[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(changes.length * rule.bytes);
  changes.forEach(({ pattern, level }, n) => {
    const text = new TextEncoder().encode(pattern ?? "");
    if (text.length >= abi.sitePatternBytes || (pattern !== null && text.length === 0)) {
      throw new RangeError(
        `set a rule for "${pattern}": a pattern has 1 to ${abi.sitePatternBytes - 1} bytes`,
      );
    }
    bytes.set(text, n * rule.bytes + rule.pattern);
    bytes[n * rule.bytes + rule.level] = level;
  });
  return bytes;
}
