/**
 * The TypeScript mirror of driver/include/rs_abi.h: every offset, size, constant and enumeration of a ring set.
 *
 * Offsets are bytes from the start of their structure; `bytes` is the size of the structure. What the fields
 * mean is told in rs_abi.h and nowhere else. layout_test.ts compares this file with the C compiler's view.
 *
 * {@link layoutNumbers} lists every number here as unsigned 32-bit, in the order in which they stand below; the C
 * function `rs_reader_layout` (driver/reader/layout.c) returns the same list:
 *
 *  1. `abi`: magic (low half, high half), major, minor, byteOrderMark, pageBytes, regionAlign, cacheLine,
 *     ringBytesMin, ringBytesMax, ringCountMax, entryHeaderBytes, entryBytesMax, anchorCount, costBuckets,
 *     intentDepth, passedMax, stateBits, unitsBits, tagBits, minorSites … ownerKernel
 *  2. the values of `Mode`, `Order`, `ClockKind`, `Feature`, `SetState`, `EntryKind`, `Severity`, `EntryFlag`, `EntryState`,
 *     `Level`, `SiteRole`, `ArgumentType`
 *  3. for each structure its size, then the offset of each field: `anchor`, `setHeader`, `sharedPage`,
 *     `intentRecord`, `intent`, `rule`, `sitePage`, `siteSlot`, `reserve`, `ringPage`, `checkpoint`, `consumerSet`,
 *     `consumerRing`, `entryHeader`
 *     (padding and reserved bytes are not fields)
 *
 * @module
 */

/** Constants of the format. */
export const abi = {
  /** "RSRINGS\0" read as a little-endian word. */
  magic: 0x0053474e49525352n,
  major: 1,
  minor: 4,
  byteOrderMark: 0x01020304,
  pageBytes: 4096,
  regionAlign: 65536,
  cacheLine: 128,
  ringBytesMin: 4096,
  ringBytesMax: 2 ** 30,
  ringCountMax: 65536,
  entryHeaderBytes: 56,
  entryBytesMax: 524280,
  anchorCount: 8,
  costBuckets: 64,
  intentDepth: 4,
  passedMax: 16,
  stateBits: 3,
  unitsBits: 16,
  tagBits: 45,
  /** The first minor with a table of call sites. */
  minorSites: 3,
  siteCountStep: 64,
  siteCountMax: 65536,
  siteTextBytesMin: 4096,
  siteTextBytesMax: 2 ** 26,
  siteBytesMax: 4096,
  siteRulesMax: 48,
  sitePatternBytes: 62,
  argumentsMax: 16,
  argumentMax: 1024,
  argumentNull: 0x7fff,
  argumentCut: 0x8000,
  /** The first minor with feature bits, and with contexts in the flags of an entry. */
  minorKernel: 4,
  /** Upper half of an intent's owner that is a processor of a kernel. */
  ownerKernel: 0xffffffff,
} as const;

/** What a full ring does (`rs_mode`). */
export const Mode = { discard: 0, overwrite: 1 } as const;

/** What the entries of all rings are ordered by (`rs_order`). */
export const Order = { index: 0, clock: 1 } as const;

/** The clock of `ticks` (`rs_clock`). */
export const ClockKind = { tsc: 1, cntvct: 2, monotonicNs: 3, qpc: 4 } as const;

/** Bits of a set's `features` (`rs_feature`). */
export const Feature = { kernel: 1 } as const;

/** How far the making of a ring set has come (`rs_set_state`). */
export const SetState = { making: 0, ready: 1, closed: 2 } as const;

/** What the payload of an entry is (`rs_kind`). */
export const EntryKind = { text: 0, data: 1, event: 2 } as const;

/** The `type` of a text that marks a place in a log (`RS_TYPE_MARK`): "MARK" in memory. */
export const MARK_TYPE = 0x4b52414d;

/** `rs_severity`. */
export const Severity = { trace: 1, debug: 2, info: 3, warn: 4, error: 5, fatal: 6 } as const;

/** Bits of an entry's flags (`rs_entry_flag`). */
export const EntryFlag = {
  truncated: 1,
  invalidUtf8: 2,
  cutArgument: 4,
  softirq: 8,
  hardirq: 16,
  nmi: 32,
} as const;

/** The low bits of a state word (`rs_entry_state`). */
export const EntryState = {
  none: 0,
  reserved: 1,
  committed: 2,
  discarded: 3,
  padding: 4,
  abandoned: 5,
} as const;

/** The least severity that a site writes (`rs_level`); between the two stands a {@link Severity}. */
export const Level = { undecided: 0, off: 7 } as const;

/** What an event means beside another one of its name (`rs_site_role`). */
export const SiteRole = { event: 0, begin: 1, end: 2 } as const;

/** `rs_argument_type` */
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
  text: 13,
  text16: 14,
  bytes: 15,
  enum: 16,
  errno: 17,
  ntstatus: 18,
  hresult: 19,
  char: 20,
} as const;

/** `rs_anchor_t` */
export const anchor = { bytes: 32, generation: 0, ticks: 8, unixNs: 16, uncertaintyNs: 24 } as const;

/** `rs_set_header_t` */
export const setHeader = {
  bytes: 512,
  magic: 0,
  abiMajor: 8,
  abiMinor: 10,
  byteOrder: 12,
  headerBytes: 16,
  ringCount: 20,
  features: 24,
  totalBytes: 32,
  setId: 40,
  ringBytes: 56,
  sharedOff: 64,
  intentOff: 72,
  ringOff: 80,
  dataOff: 88,
  consumerOff: 96,
  intentCount: 104,
  mode: 108,
  order: 112,
  clockKind: 116,
  ticksPerSecond: 120,
  tagKey: 128,
  creatorPid: 144,
  state: 148,
  creatorStart: 152,
  creatorNamespace: 160,
  siteOff: 168,
  siteCount: 176,
  siteTextBytes: 180,
  anchors: 256,
} as const;

/** `rs_shared_page_t` */
export const sharedPage = { bytes: 4096, nextIndex: 0, unlistedWriters: 128 } as const;

/** `rs_intent_record_t` */
export const intentRecord = { bytes: 16, position: 0, ringPlus1: 8, units: 12 } as const;

/** `rs_intent_t` */
export const intent = {
  bytes: 128,
  owner: 0,
  ownerStart: 8,
  ownerNamespace: 16,
  deepWrites: 24,
  records: 64,
} as const;

/** `rs_rule_t` */
export const rule = { bytes: 64, pattern: 0, level: 62 } as const;

/** `rs_site_page_t` */
export const sitePage = {
  bytes: 4096,
  textUsed: 0,
  refused: 8,
  controlGeneration: 16,
  ruleCount: 24,
  defaultLevel: 28,
  rules: 1024,
} as const;

/** `rs_site_slot_t` */
export const siteSlot = { bytes: 16, key: 0, place: 8 } as const;

/** `rs_reserve_t` */
export const reserve = { bytes: 16, position: 0, attempts: 8 } as const;

/** `rs_ring_page_t` */
export const ringPage = {
  bytes: 4096,
  reserve: 0,
  oldestPos: 128,
  lostFull: 256,
  tooBig: 264,
  wraps: 272,
  missed: 280,
  processor: 384,
  writeCost: 512,
} as const;

/** `rs_checkpoint_t` */
export const checkpoint = {
  bytes: 128,
  readPos: 0,
  nextSeq: 8,
  read: 16,
  discarded: 24,
  refused: 32,
  abandoned: 40,
  corrupt: 48,
  late: 56,
  stalled: 64,
  overwritten: 72,
  scannedPos: 80,
  passedCount: 88,
  openAbandoned: 96,
  openCorrupt: 104,
} as const;

/** `rs_consumer_set_t` */
export const consumerSet = {
  bytes: 4096,
  generation: 0,
  baseIndex: 8,
  consumerPid: 24,
  baseTicks: 32,
  baseRingPlus1: 48,
  basePosition: 64,
} as const;

/** `rs_consumer_ring_t` */
export const consumerRing = {
  bytes: 4096,
  readPos: 0,
  checkpoint: 128,
  storedRead: 384,
  passed: 512,
} as const;

/** `rs_entry_header_t` */
export const entryHeader = {
  bytes: 56,
  state: 0,
  index: 8,
  seq: 16,
  ticks: 24,
  pid: 32,
  tid: 36,
  remarks: 40,
  type: 44,
  length: 48,
  kind: 52,
  severity: 53,
  flags: 54,
} as const;

const groups: readonly [string, Readonly<Record<string, number | bigint>>][] = Object.entries({
  abi,
  Mode,
  Order,
  ClockKind,
  Feature,
  SetState,
  EntryKind,
  Severity,
  EntryFlag,
  EntryState,
  Level,
  SiteRole,
  ArgumentType,
  anchor,
  setHeader,
  sharedPage,
  intentRecord,
  intent,
  rule,
  sitePage,
  siteSlot,
  reserve,
  ringPage,
  checkpoint,
  consumerSet,
  consumerRing,
  entryHeader,
});

/** Every number of this file with its name (`setHeader.ringCount`), in the order of the module's documentation. */
export function layoutEntries(): [name: string, value: number][] {
  return groups.flatMap(([group, members]) =>
    Object.entries(members).flatMap(([name, value]): [string, number][] =>
      typeof value === "number" ? [[`${group}.${name}`, value]] : [
        [`${group}.${name} (low half)`, Number(value & 0xffff_ffffn)],
        [`${group}.${name} (high half)`, Number(value >> 32n)],
      ]
    )
  );
}

/** The numbers that `rs_reader_layout` must return, in the order of the module's documentation. */
export function layoutNumbers(): number[] {
  return layoutEntries().map(([, value]) => value);
}
