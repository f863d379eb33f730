import { Mode, Order } from "../../runtime/abi/layout.ts";
import { makeOwnRings } from "../../runtime/capture/rings_place.ts";
import type { NativeLibrary, RingSetOptions } from "../../runtime/ffi/native.ts";

/** Entries ordered by their clocks. */
export const CLOCK_ORDER: RingSetOptions = { order: Order.clock };
/** Full rings let their oldest entries go. */
export const OVERWRITE_MODE: RingSetOptions = { mode: Mode.overwrite };

/** A ring set, or why this machine cannot have one of its kind. */
export type MadeRings =
  | { readonly path: string; readonly missing?: undefined }
  | { readonly path?: undefined; readonly missing: string };

/** Makes rings that `open` removes. A kind that is refused as such, as clock order is without an invariant clock, is missing. */
export function makeRings(
  library: NativeLibrary,
  options: RingSetOptions,
  open: AsyncDisposableStack,
): MadeRings {
  try {
    return { path: open.use(makeOwnRings((path) => library.makeRingSet(path, options))).path };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { missing: `left out: ${error.message}` };
  }
}
