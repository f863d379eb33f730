/**
 * Batches of entries as a reader would have stored them: eight processors that log in bursts, each entry a little later than the one
 * before it, taken from the rings every millisecond.
 * @module
 */
import {
  type Anchor,
  COUNTER_NAMES,
  KIND_TEXT,
  packClass,
  type RingCounters,
  type Round,
  type WireBatch,
} from "../../../runtime/arrow/wire.ts";
import type { GapInput } from "../../support/make_capture.ts";
import { Chance } from "./chance.ts";
import { writeLine, type Writer } from "./driver_lines.ts";
import { TextBuffer } from "./text_buffer.ts";

/** What {@link driverBatches} makes. */
export interface DriverLog {
  readonly entries: number;
  /** Entries in a second, on the average. */
  readonly rate: number;
  readonly seed: number;
}

/** The clock of the entries: a machine of 2.6 GHz that was switched on an hour before. */
export const DRIVER_CLOCK: Anchor = {
  ticks: 9_360_000_000_000n,
  unixNs: 1_790_000_000_000_000_000n,
  ticksPerSecond: 2_600_000_000n,
};
/** Processors that log. */
export const DRIVER_PROCESSORS = 8;

const BATCH_ROWS = 32_768;
const RING_BYTES = 4_194_304;
const ROUND_TICKS = 2_600_000;
/** How long after the time of a round's last entry the round's own is, at least. */
const ROUND_LAG_TICKS = 2_600;
/** Entries of one processor in a row. */
const RUN_MEAN = 6;
/** Of so many runs one begins a burst, in which everything comes several times as fast, for so many runs. */
const BURST_EVERY = 4_000, BURST_RUNS = 400, BURST_SPEED = 6;
const THREADS = 4;
/** After every so many batches a full ring refuses so many entries, of which the counters and a hole tell. */
const LOSS_EVERY = 16, LOSS = 250;
const TEXT_BYTES_MAX = 96;
const LOW = 0x1_0000_0000;

/** A batch, and the holes before its entries. */
export interface DriverBatch {
  readonly batch: WireBatch;
  readonly gaps: readonly GapInput[];
}

interface Processor extends Writer {
  seq: number;
  written: number;
  lost: number;
  /** What its ring refused since its last entry. */
  refused: number;
  /** Its last entry. */
  last: { readonly seq: number; readonly idx: number; readonly ticks: number };
  readonly tids: readonly number[];
}

/** The batches, each in memory that is used again for the next. */
export function* driverBatches({ entries, rate, seed }: DriverLog): Generator<DriverBatch> {
  const log = new DriverBatches(rate, seed);
  for (let done = 0; done < entries; done += BATCH_ROWS) yield log.next(Math.min(BATCH_ROWS, entries - done));
}

class DriverBatches {
  readonly #chance: Chance;
  readonly #meanTicks: number;
  readonly #processors: Processor[];
  readonly #text = new TextBuffer(BATCH_ROWS * TEXT_BYTES_MAX);
  readonly #columns = {
    idxDelta: Uint32Array.from({ length: BATCH_ROWS }, (_, row) => row),
    ticks: new BigUint64Array(BATCH_ROWS),
    seqDelta: new Uint32Array(BATCH_ROWS),
    processor: new Uint16Array(BATCH_ROWS),
    class: new Uint16Array(BATCH_ROWS),
    pid: new Uint32Array(BATCH_ROWS),
    tid: new Uint32Array(BATCH_ROWS),
    type: new Uint32Array(BATCH_ROWS),
    remarks: new Uint32Array(BATCH_ROWS),
    offsets: new Int32Array(BATCH_ROWS + 1),
  };
  #batch = 0;
  #idx = 0;
  /** Since {@link DRIVER_CLOCK}'s anchor; an exact integer for 40 days. */
  #ticks = 0;
  #roundEnd = ROUND_TICKS;
  #burst = 0;

  constructor(rate: number, seed: number) {
    this.#chance = new Chance(seed);
    this.#meanTicks = Number(DRIVER_CLOCK.ticksPerSecond) / rate;
    this.#processors = Array.from({ length: DRIVER_PROCESSORS }, (_, processor) => ({
      processor,
      request: this.#chance.below(1e6),
      seq: 0,
      written: 0,
      lost: 0,
      refused: 0,
      last: { seq: 0, idx: 0, ticks: 0 },
      tids: Array.from({ length: THREADS }, (_, n) => 400 + 16 * processor + 3 * n),
    }));
  }

  next(rows: number): DriverBatch {
    this.#text.clear();
    const seqBase = this.#processors.map(({ processor, seq }) => ({ processor, seq: BigInt(seq) }));
    const gaps: GapInput[] = [];
    const rounds = this.#fill(rows, gaps, this.#processors.map(({ seq }) => seq));
    const cut = <Column extends Uint16Array | Uint32Array | BigUint64Array>(column: Column) =>
      column.subarray(0, rows) as Column;
    const batch: WireBatch = {
      batch: this.#batch++,
      rows,
      baseIdx: BigInt(this.#idx),
      anchor: DRIVER_CLOCK,
      rounds,
      seqBase,
      counters: this.#processors.map(countersOf),
      drainTicks: rounds.at(-1)!.readTicks,
      idxDelta: cut(this.#columns.idxDelta),
      ticks: cut(this.#columns.ticks),
      seqDelta: cut(this.#columns.seqDelta),
      processor: cut(this.#columns.processor),
      class: cut(this.#columns.class),
      pid: cut(this.#columns.pid),
      tid: cut(this.#columns.tid),
      type: cut(this.#columns.type),
      remarks: cut(this.#columns.remarks),
      offsets: this.#columns.offsets.subarray(0, rows + 1),
      payload: this.#text.bytes,
    };
    this.#idx += rows;
    return { batch, gaps };
  }

  #fill(rows: number, gaps: GapInput[], bases: readonly number[]): Round[] {
    const { ticks, seqDelta, processor, class: classes, pid, tid, type, offsets } = this.#columns;
    const halves = new Uint32Array(ticks.buffer);
    const anchor = Number(DRIVER_CLOCK.ticks);
    const chance = this.#chance;
    const rounds: Round[] = [];
    let roundRows = 0;
    for (let row = 0; row < rows;) {
      const of = this.#processors[chance.below(DRIVER_PROCESSORS)]!;
      const thread = chance.below(THREADS);
      const end = Math.min(rows, row + 1 + chance.waiting(RUN_MEAN));
      const mean = this.#meanTicks / this.#speed();
      for (let isFirst = true; row < end; row++) {
        this.#ticks += 40 + chance.waiting(mean);
        if (this.#ticks > this.#roundEnd) {
          if (roundRows > 0) rounds.push({ rows: roundRows, readTicks: this.#readTicks() });
          roundRows = 0;
          this.#roundEnd = (1 + Math.floor(this.#ticks / ROUND_TICKS)) * ROUND_TICKS;
        }
        roundRows++;
        const at = anchor + this.#ticks;
        halves[2 * row] = at % LOW;
        halves[2 * row + 1] = at / LOW;
        if (isFirst && of.refused > 0) gaps.push(loseRefused(of, this.#idx + row, at));
        isFirst = false;
        seqDelta[row] = of.seq++ - bases[of.processor]!;
        processor[row] = of.processor;
        pid[row] = 300 + thread;
        tid[row] = of.tids[thread]!;
        type[row] = 0;
        classes[row] = packClass(KIND_TEXT, writeLine(this.#text, chance, of));
        offsets[row + 1] = this.#text.length;
        of.written++;
      }
      of.last = { seq: of.seq - 1, idx: this.#idx + row - 1, ticks: anchor + this.#ticks };
    }
    rounds.push({ rows: roundRows, readTicks: this.#readTicks() });
    this.#lose();
    return rounds;
  }

  #readTicks(): bigint {
    return DRIVER_CLOCK.ticks +
      BigInt(this.#roundEnd + ROUND_LAG_TICKS + this.#chance.below(ROUND_LAG_TICKS));
  }

  #speed(): number {
    if (this.#burst > 0) this.#burst--;
    else if (this.#chance.below(BURST_EVERY) === 0) this.#burst = BURST_RUNS;
    return this.#burst > 0 ? BURST_SPEED : 1;
  }

  #lose(): void {
    if (this.#batch % LOSS_EVERY !== LOSS_EVERY - 1) return;
    this.#processors[this.#chance.below(DRIVER_PROCESSORS)]!.refused += LOSS;
  }
}

/** The hole before the entry that comes next: the numbers of refused attempts are nobody's. */
function loseRefused(of: Processor, idx: number, ticks: number): GapInput {
  const lost = of.refused;
  of.seq += lost;
  of.lost += lost;
  of.refused = 0;
  return {
    processor: of.processor,
    cause: "lost_full",
    lost,
    prev: of.last,
    next: { seq: of.seq, idx, ticks },
  };
}

function countersOf({ processor, written, lost }: Processor): RingCounters {
  const none = Object.fromEntries(COUNTER_NAMES.map((name) => [name, 0n])) as RingCounters;
  return {
    ...none,
    processor: BigInt(processor),
    attempts: BigInt(written + lost),
    read: BigInt(written),
    lost_full: BigInt(lost),
    capacity_bytes: BigInt(RING_BYTES),
  };
}
