/**
 * The private records of a stress run: what each thread tried and what the calls returned. Mirrors record.h.
 * @module
 */
import { join } from "@std/path";

const MAGIC = 0x0044524f43455253n;
const HEADER_BYTES = 64;
const RECORD_WORDS = 16;

/** How an attempt was made. */
export const How = { write: 1, send: 2, text: 3, log: 4, commit: 5, discard: 6, witness: 7 } as const;

/** Results of a call that took an attempt number, from rs_status.h. */
export const Status = { ok: 0, full: 1, tooBig: 2 } as const;

const RETURNED = 2;

/** One attempt. */
export interface Attempt {
  /** The call returned; false when the thread was killed inside of it. */
  readonly returned: boolean;
  /** One of {@link How}. */
  readonly how: number;
  /** rs_status_t; meaningful when it returned. */
  readonly status: number;
  /** 0 the thread itself, 1 a handler, 2 a handler in a handler … */
  readonly depth: number;
  /** Ticks of the record's clock before and after the call. */
  readonly begin: number;
  readonly end: number;
  /** Payload bytes asked for; 2^32 − 1 stands for more. */
  readonly length: number;
  /** FNV-1a of the whole payload. */
  readonly checksum: number;
  readonly pid: number;
  readonly tid: number;
  readonly severity: number;
  readonly kind: number;
  /** What the slot said, or null when the call has none. */
  readonly slot: { readonly seq: number; readonly index: number; readonly processor: number } | null;
}

/** The record of one thread, handlers included, in the order in which the attempts began. */
export interface ThreadRecord {
  /** Number over all processes; `type` of its entries, whose `remarks` is the number of the attempt. */
  readonly thread: number;
  /** Number of the clock of begin and end, which several threads may share; 0: the thread's own. */
  readonly clock: number;
  /** The thread ended in order. */
  readonly isDone: boolean;
  /** The only processor that it ran on, or null when it could move. */
  readonly pinned: number | null;
  /** By number; undefined where the thread was killed before it tried. */
  readonly attempts: readonly (Attempt | undefined)[];
}

/** Reads every `thread-*.records` of a folder. */
export async function readRecords(folder: string): Promise<ThreadRecord[]> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    if (entry.name.endsWith(".records")) names.push(entry.name);
  }
  return await Promise.all(
    names.sort().map(async (name) => parseRecord(await Deno.readFile(join(folder, name)), name)),
  );
}

function parseRecord(bytes: Uint8Array, name: string): ThreadRecord {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getBigUint64(0, true) !== MAGIC) {
    throw new Error(`read ${name}: it is not a record of a stress thread`);
  }
  const header = (word: number) => view.getUint32(word * 4, true);
  const count = Math.min(header(3), header(4));
  const attempts: (Attempt | undefined)[] = [];
  for (let n = 0; n < count; n++) {
    const word = (at: number) => view.getUint32(HEADER_BYTES + (n * RECORD_WORDS + at) * 4, true);
    const long = (at: number) => word(at) + word(at + 1) * 2 ** 32;
    // Claimed and not begun: a thread that was killed there has tried nothing.
    if (word(0) === 0) {
      attempts.push(undefined);
      continue;
    }
    const last = word(15);
    const hasSlot = (last & 0xffff) !== 0;
    attempts.push({
      returned: word(0) === RETURNED,
      how: word(1),
      status: word(2),
      depth: word(3),
      begin: word(4),
      end: word(5),
      length: word(6),
      checksum: word(7),
      slot: hasSlot ? { seq: long(8), index: long(10), processor: word(12) } : null,
      pid: word(13),
      tid: word(14),
      severity: (last >>> 16) & 0xff,
      kind: last >>> 24,
    });
  }
  return {
    thread: header(2),
    clock: header(5),
    isDone: header(6) !== 0,
    pinned: header(7) === 0 ? null : header(7) - 1,
    attempts,
  };
}
