/**
 * Ring sets of an image, and how one of them is put together: from pages that are scattered, or from what a driver has left of it.
 *
 * @module
 */
import type { SetHeader } from "../../reader/set_header.ts";
import type { MachineFacts } from "./page_source.ts";
import type { Steps } from "./steps.ts";

/** A ring set in an image. */
export interface RingSet {
  readonly name: string;
  /** 32 hex digits. */
  readonly setId: string;
  readonly totalBytes: number;
  readonly pageCount: number;
  readonly madeUnixNs: bigint;
  /** 1 Linux, 2 Windows. */
  readonly os: number;
  /** Null where it cannot be read. */
  readonly header: SetHeader | null;
  /** Why its entries cannot be read, else null. */
  readonly problem: string | null;
  /**
   * Puts it together in a file that the ordinary reader opens.
   *
   * @param path A file that is not there yet.
   * @throws {CaptureError} The image cannot be read, the file cannot be written, or the set contradicts itself.
   */
  assemble(path: string, steps: Steps): Promise<AssembledRings>;
}

/** A set in a file, which goes when it is disposed of. */
export interface AssembledRings extends Disposable {
  /** Pages that are missing; of these, ones that the image has and that cannot be unpacked. */
  readonly missingPages: number;
  readonly damagedPages: number;
  /** Left out of the image because they held zeros only. */
  readonly zeroPages: number;
  /** Attempts before the first that the image speaks of; 0 where it has the whole set. */
  readonly attemptsBefore: bigint;
  /** False: by its form the image has only a part of the set. */
  readonly isWhole: boolean;
  /** What of it touches what is read, one line each. */
  readonly warnings: readonly string[];
}

/** An image in which ring sets were looked for. */
export interface SetSource extends Disposable {
  /** What it is, for people: `ELF core`. */
  readonly form: string;
  readonly facts: MachineFacts;
  /** Those that can be read first. */
  readonly sets: readonly RingSet[];
  /** What takes something from them, one line each. */
  readonly warnings: readonly string[];
}
