/**
 * Switching the call sites of running programs on and off, by the user-mode driver (`rs_control` of driver/include/rs_event.h).
 * @module
 */
import { DriverError } from "../errors.ts";
import { encodePath } from "./path.ts";
import { loadDriver } from "./producer.ts";
import { Status, statusError } from "./status.ts";
import { MESSAGE_BYTES, readMessage } from "./structs.ts";

const CONTROL_SYMBOLS = {
  rs_open: { parameters: ["buffer", "buffer", "usize"], result: "i32" },
  rs_control: { parameters: ["buffer", "i32"], result: "i32" },
  rs_close: { parameters: [], result: "void" },
} as const satisfies Deno.ForeignLibraryInterface;

/** A ring set whose sites are controlled. A process has one set open at a time, for whatever it does with it. */
export interface SiteControl extends Disposable {
  /**
   * Sets the level of all sites that match, those that are registered and those that come.
   *
   * @param pattern Null: the level where no pattern matches.
   * @param level The least severity that is written, `Level.off`, or `Level.undecided` to take the pattern back.
   * @returns False where a pattern was to be taken back and is not there.
   * @throws {DriverError} There is no room for another pattern, or the rings were opened unasked.
   * @throws {RangeError} The pattern can be none.
   */
  set(pattern: string | null, level: number): boolean;
}

/**
 * Opens a ring set to control its sites.
 *
 * @throws {DriverError} The driver is not built; the rings are missing, none, or not ours to write.
 * @throws {AbiMismatchError} They are of another major version.
 */
export function openSiteControl(path: string): SiteControl {
  const { symbols } = loadDriver(CONTROL_SYMBOLS);
  const message = new Uint8Array(MESSAGE_BYTES);
  const attempted = `control the sites of the rings ${path}`;
  const opened = symbols.rs_open(encodePath(path), message, BigInt(message.length));
  if (opened === Status.noPermission) {
    throw new DriverError(
      `${attempted}: ${readMessage(message)}; control them as the user who made them, --list needs less`,
      { cause: { status: opened } },
    );
  }
  if (opened !== Status.ok) throw statusError(opened, attempted, readMessage(message));
  return {
    set(pattern, level) {
      const status = symbols.rs_control(pattern === null ? null : encodePath(pattern), level);
      if (status === Status.ok) return true;
      if (status === Status.badArgument && level === 0) return false;
      if (status === Status.noSpace) {
        throw new DriverError(
          `${attempted}: there is no room for a rule for "${pattern}"; make one pattern of several, or take all back with --reset`,
          { cause: { status } },
        );
      }
      throw statusError(status, attempted, "");
    },
    [Symbol.dispose]: () => symbols.rs_close(),
  };
}
