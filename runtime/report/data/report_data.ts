/**
 * What a report shows, read and counted: no rows of the capture but a few around what was slow. Times are ns after the capture's first
 * moment, durations ns.
 *
 * @module
 */

/** How a capture was made, as the view `captures` tells. */
export interface CaptureHead {
  readonly name: string;
  readonly path: string;
  readonly isComplete: boolean;
  /** UTC, ns since 1970; null where nobody knows. */
  readonly started: bigint | null;
  readonly stopped: bigint | null;
  readonly host: string;
  readonly os: string;
  readonly arch: string;
  readonly processors: number;
  readonly driver: string;
  readonly version: string;
  readonly abi: string;
  readonly mode: string;
  readonly order: string;
  readonly clockKind: string;
  readonly ringCount: number;
  readonly ringBytes: number;
  readonly selection: string | null;
  /** May the numbers be trusted? */
  readonly isTrustworthy: boolean;
  /** And if not, why not. */
  readonly reasons: readonly string[];
}

/** Entries of a processor in one span of time. */
export interface RatePoint {
  readonly at: number;
  readonly processor: number;
  readonly entries: number;
  readonly warnings: number;
  readonly errors: number;
}

/** Durations of one span of time. */
export interface PercentilePoint {
  readonly at: number;
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** How many took how long in one span of time: from 2^(eighth / 8) ns to an eighth of an octave more. */
export interface HeatCell {
  readonly at: number;
  readonly eighth: number;
  readonly entries: number;
}

/** What one kind of work came to. */
export interface TimingTotal {
  readonly name: string;
  readonly count: number;
  readonly total: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** One kind of work over time. */
export interface TimingSeries {
  readonly name: string;
  readonly points: readonly PercentilePoint[];
  readonly heat: readonly HeatCell[];
  /** Some of its durations in the order in which they came. */
  readonly samples: Float64Array;
}

/** An entry beside something slow. */
export interface NearEntry {
  readonly idx: bigint;
  readonly at: number;
  readonly processor: number;
  readonly level: string | null;
  readonly tid: number;
  readonly message: string | null;
}

/** Something slow, with what was logged around it on all processors. */
export interface SlowWork {
  readonly name: string;
  readonly source: string;
  readonly at: number;
  readonly duration: number;
  readonly processor: number;
  readonly pid: number;
  readonly tid: number;
  readonly idx: bigint;
  readonly endIdx: bigint;
  readonly near: readonly NearEntry[];
}

/** A kind of message. */
export interface Template {
  readonly text: string;
  readonly entries: number;
  readonly level: string | null;
  readonly firstAt: number;
  readonly firstIdx: bigint;
  /** Among the most frequent. */
  readonly isTop: boolean;
  /** First seen in the second half of the capture. */
  readonly isLate: boolean;
  /** In no other capture of the report. */
  readonly isAlone: boolean;
}

/** Kinds of messages, of which only some are listed. */
export interface Templates {
  readonly listed: readonly Template[];
  readonly kinds: number;
  readonly lateKinds: number;
  readonly aloneKinds: number;
}

/** What was lost in one span of time for one cause. */
export interface LossPoint {
  readonly at: number;
  readonly cause: string;
  readonly lost: number;
}

/** How full the rings were in one span of time, 0 to 1. */
export interface RingUsePoint {
  readonly at: number;
  readonly fullest: number;
  readonly mean: number;
  readonly processor: number;
}

/** Writes that cost their callers at least `from` and less than `to` ns. */
export interface WriteCostBar {
  readonly from: number;
  readonly to: number;
  readonly writes: number;
}

/** The account of one ring. */
export interface RingAccount {
  readonly processor: number;
  readonly attempts: bigint;
  readonly read: bigint;
  readonly discarded: bigint;
  readonly lost: bigint;
  readonly pending: bigint;
  readonly filtered: bigint;
  readonly isBalanced: boolean;
}

/** A comment that somebody wrote into the capture. */
export interface MarkPoint {
  readonly at: number;
  readonly text: string | null;
}

/** One capture, counted. */
export interface CaptureReport {
  readonly head: CaptureHead;
  /** The first moment, UTC, ns since 1970: 0 of all times here. */
  readonly beginNs: bigint;
  /** How long it was. */
  readonly span: number;
  /** How wide its spans of time are. */
  readonly width: number;
  readonly entries: number;
  readonly warnings: number;
  readonly errors: number;
  readonly rates: readonly RatePoint[];
  readonly latencies: readonly PercentilePoint[];
  readonly latencyHeat: readonly HeatCell[];
  readonly timingTotals: readonly TimingTotal[];
  readonly timings: readonly TimingSeries[];
  readonly slowest: readonly SlowWork[];
  readonly templates: Templates;
  readonly losses: readonly LossPoint[];
  readonly ringUse: readonly RingUsePoint[];
  readonly writeCosts: readonly WriteCostBar[];
  readonly accounts: readonly RingAccount[];
  readonly marks: readonly MarkPoint[];
}
