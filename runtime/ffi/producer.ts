/**
 * The producer's side of a ring set: logs into rings as any program does, through the user-mode driver (driver/include/rs_log.h).
 * @module
 */
import { join } from "@std/path";
import { buildFolder } from "../build/place.ts";
import { DriverError } from "../errors.ts";
import { encodePath } from "./path.ts";
import { Status, statusError } from "./status.ts";
import { MESSAGE_BYTES, readMessage } from "./structs.ts";

const PRODUCER_SYMBOLS = {
  rs_open: { parameters: ["buffer", "buffer", "usize"], result: "i32" },
  rs_write: { parameters: ["i32", "i32", "u32", "u32", "buffer", "usize"], result: "i32" },
  rs_close: { parameters: [], result: "void" },
} as const satisfies Deno.ForeignLibraryInterface;

/** An entry to log; numbers as in runtime/abi/layout.ts. */
export interface ProducerEntry {
  readonly severity: number;
  readonly kind: number;
  readonly type: number;
  readonly remarks: number;
  readonly payload: Uint8Array<ArrayBuffer>;
}

/** Rings that this process logs into. A process has one set open at a time. */
export interface Producer extends Disposable {
  /**
   * Logs one entry.
   *
   * @throws {RangeError} It is too big for these rings, or a number is none that entries have.
   * @throws {DriverError} The ring is full, or was cut short.
   */
  write(entry: ProducerEntry): void;
}

/**
 * Opens a ring set to log into it.
 *
 * @throws {DriverError} The driver is not built; the rings are missing, none, or not ours to write.
 * @throws {AbiMismatchError} They are of another major version.
 */
export function openProducer(path: string): Producer {
  const { symbols } = loadDriver(PRODUCER_SYMBOLS);
  const message = new Uint8Array(MESSAGE_BYTES);
  const status = symbols.rs_open(encodePath(path), message, BigInt(message.length));
  if (status !== Status.ok) throw statusError(status, `log into the rings ${path}`, readMessage(message));
  return {
    write({ severity, kind, type, remarks, payload }) {
      const written = symbols.rs_write(severity, kind, type, remarks, payload, BigInt(payload.length));
      if (written === Status.ok) return;
      if (written === Status.tooBig) {
        throw new RangeError(`log ${payload.length} bytes: that is too much for these rings; log less`);
      }
      const found = written === Status.full
        ? "the ring of this processor is full, so the entry is lost and counted; try again"
        : written === Status.notOpen
        ? "they were cut short"
        : "";
      throw statusError(written, `log into the rings ${path}`, found);
    },
    [Symbol.dispose]: () => symbols.rs_close(),
  };
}

/** @throws {DriverError} The driver is not built. */
export function loadDriver<Symbols extends Deno.ForeignLibraryInterface>(
  wanted: Symbols,
): Deno.DynamicLibrary<Symbols> {
  const path = join(buildFolder(), "libringscope.so");
  try {
    return Deno.dlopen(path, wanted);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    const found = error instanceof Error ? error.message : String(error);
    throw new DriverError(`load the driver ${path}: ${found}; build it with "deno task build"`, {
      cause: error,
    });
  }
}
