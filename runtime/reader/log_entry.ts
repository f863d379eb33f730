/**
 * One entry as a reader delivers it, and the header from which it is made.
 * @module
 */
import { EntryFlag, entryHeader as at, EntryKind } from "../abi/layout.ts";

/** A row of the log. `idx`, `seq` and `ticks` are unsigned 64-bit, everything else is a plain number. */
export interface LogEntry {
  /** Place in the total order over all processors. */
  readonly idx: bigint;
  /** Number of the attempt on its processor. */
  readonly seq: bigint;
  /** The producer's clock. */
  readonly ticks: bigint;
  readonly processor: number;
  /** One of `EntryKind`. */
  readonly kind: number;
  /** 1 trace … 6 fatal. */
  readonly severity: number;
  /** Bits of `EntryFlag`. */
  readonly flags: number;
  readonly pid: number;
  readonly tid: number;
  readonly type: number;
  readonly remarks: number;
  readonly payload: Uint8Array<ArrayBuffer>;
}

/** The header of an entry, copied out of the ring once. */
export interface EntryHeader {
  readonly index: bigint;
  readonly seq: bigint;
  readonly ticks: bigint;
  readonly pid: number;
  readonly tid: number;
  readonly remarks: number;
  readonly type: number;
  /** Payload bytes. */
  readonly length: number;
  readonly kind: number;
  readonly severity: number;
  readonly flags: number;
}

/** Takes the fields out of a private copy of an entry's first 56 bytes. */
export function decodeEntryHeader(copy: Uint8Array<ArrayBuffer>): EntryHeader {
  const view = new DataView(copy.buffer, copy.byteOffset, copy.byteLength);
  return {
    index: view.getBigUint64(at.index, true),
    seq: view.getBigUint64(at.seq, true),
    ticks: view.getBigUint64(at.ticks, true),
    pid: view.getUint32(at.pid, true),
    tid: view.getUint32(at.tid, true),
    remarks: view.getUint32(at.remarks, true),
    type: view.getUint32(at.type, true),
    length: view.getUint32(at.length, true),
    kind: view.getUint8(at.kind),
    severity: view.getUint8(at.severity),
    flags: view.getUint16(at.flags, true),
  };
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function isValidUtf8(bytes: Uint8Array): boolean {
  try {
    strictUtf8.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** The row of a finished entry: the producer's flags as far as a capture keeps them, and the one that is the reader's to set. */
export function toLogEntry(
  processor: number,
  header: EntryHeader,
  payload: Uint8Array<ArrayBuffer>,
): LogEntry {
  let flags = header.flags & 0xff & ~EntryFlag.invalidUtf8;
  if (header.kind === EntryKind.text) {
    const text = flags & EntryFlag.truncated ? payload.subarray(0, -4) : payload;
    if (!isValidUtf8(text)) flags |= EntryFlag.invalidUtf8;
  }
  return {
    idx: header.index,
    seq: header.seq,
    ticks: header.ticks,
    processor,
    kind: header.kind,
    severity: header.severity,
    flags,
    pid: header.pid,
    tid: header.tid,
    type: header.type,
    remarks: header.remarks,
    payload,
  };
}
