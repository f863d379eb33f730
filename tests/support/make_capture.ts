/**
 * Makes capture folders out of a few rows written by hand, through the same encoder that the product uses.
 * One tick is one nanosecond, and tick 0 is T0, unless an anchor says otherwise.
 *
 * @module
 */
import { join } from "@std/path";
import {
  type Anchor,
  COUNTER_NAMES,
  encodeGapsBatch,
  encodeGapsSchema,
  encodeLogsBatch,
  encodeLogsSchema,
  END_OF_STREAM,
  GAP_CAUSES,
  KIND_DATA,
  KIND_EVENT,
  KIND_TEXT,
  type NullableColumn,
  packClass,
  type RingCounters,
  type Round,
  type WireBatch,
  type WireGaps,
} from "../../runtime/arrow/wire.ts";
import { formatWriteCost, type WriteCost, writeCostFile } from "../../runtime/capture/write_cost.ts";

import { formatSiteLine, siteFilePath } from "../../runtime/events/site_lines.ts";
import { encodeSite, type SiteParts } from "../../runtime/events/test_support.ts";

/** Unix time of tick 0: 2001-09-09 01:46:40 UTC. */
export const T0 = 1_000_000_000_000_000_000n;

/** The clock of captures that do not say otherwise. */
export const CLOCK: Anchor = { ticks: 0n, unixNs: T0, ticksPerSecond: 1_000_000_000n };

/** One entry; what is left out is 0, and severity 3. A text's payload is a string, another's bytes or a string. */
export interface EntryInput {
  idx: number | bigint;
  seq: number | bigint;
  ticks: number | bigint;
  processor?: number;
  kind?: "text" | "data" | "event";
  severity?: number;
  flags?: number;
  pid?: number;
  tid?: number;
  type?: number;
  remarks?: number;
  payload?: string | Uint8Array;
}

/** What a batch carries beside its rows. By default it is taken from the rings when its last entry is a microsecond old. */
export interface BatchInput {
  batch?: number;
  anchor?: Anchor;
  rounds?: Round[];
  counters?: Partial<Record<keyof RingCounters, number | bigint>>[];
  drainTicks?: bigint;
}

const KINDS = { text: KIND_TEXT, data: KIND_DATA, event: KIND_EVENT };

/** A batch of these entries, in this order. */
export function makeBatch(entries: readonly EntryInput[], input: BatchInput = {}): WireBatch {
  const rows = entries.length;
  const smallest = (values: bigint[]) => values.reduce((least, value) => value < least ? value : least);
  const baseIdx = rows === 0 ? 0n : smallest(entries.map((entry) => BigInt(entry.idx)));
  const byProcessor = Map.groupBy(entries, (entry) => entry.processor ?? 0);
  const seqBase = [...byProcessor].map(([processor, of]) => ({
    processor,
    seq: smallest(of.map((entry) => BigInt(entry.seq))),
  }));
  const baseOf = new Map(seqBase.map(({ processor, seq }) => [processor, seq]));
  const payloads = entries.map(({ payload = "" }) =>
    typeof payload === "string" ? new TextEncoder().encode(payload) : payload
  );
  const payload = new Uint8Array(payloads.reduce((sum, bytes) => sum + bytes.length, 0));
  const offsets = new Int32Array(rows + 1);
  payloads.forEach((bytes, row) => {
    payload.set(bytes, offsets[row]!);
    offsets[row + 1] = offsets[row]! + bytes.length;
  });
  const latest = entries.reduce((most, { ticks }) => BigInt(ticks) > most ? BigInt(ticks) : most, 0n);
  const u32 = (value: (entry: EntryInput) => number | undefined) =>
    Uint32Array.from(entries, (entry) => value(entry) ?? 0);
  return {
    batch: input.batch ?? 0,
    rows,
    baseIdx,
    anchor: input.anchor ?? CLOCK,
    rounds: input.rounds ?? (rows === 0 ? [] : [{ rows, readTicks: latest + 1_000n }]),
    seqBase,
    counters: (input.counters ?? []).map(makeCounters),
    drainTicks: input.drainTicks ?? latest + 1_000n,
    idxDelta: u32((entry) => Number(BigInt(entry.idx) - baseIdx)),
    ticks: BigUint64Array.from(entries, (entry) => BigInt(entry.ticks)),
    seqDelta: u32((entry) => Number(BigInt(entry.seq) - baseOf.get(entry.processor ?? 0)!)),
    processor: Uint16Array.from(entries, (entry) => entry.processor ?? 0),
    class: Uint16Array.from(
      entries,
      (entry) => packClass(KINDS[entry.kind ?? "text"], entry.severity ?? 3, entry.flags),
    ),
    pid: u32((entry) => entry.pid),
    tid: u32((entry) => entry.tid),
    type: u32((entry) => entry.type),
    remarks: u32((entry) => entry.remarks),
    offsets,
    payload,
  };
}

function makeCounters(given: Partial<Record<keyof RingCounters, number | bigint>>): RingCounters {
  return Object.fromEntries(COUNTER_NAMES.map((name) => [name, BigInt(given[name] ?? 0)])) as RingCounters;
}

/** One hole; a neighbour that is left out is unknown. */
export interface GapInput {
  processor?: number;
  cause: (typeof GAP_CAUSES)[number];
  lost: number;
  prev?: { seq: number; idx: number; ticks: number };
  next?: { seq: number; idx: number; ticks: number };
}

/** A batch of these holes, counted by logs batch `batch`. */
export function makeGaps(gaps: readonly GapInput[], batch: number, anchor: Anchor = CLOCK): WireGaps {
  const side = (which: "prev" | "next", what: "seq" | "idx" | "ticks"): NullableColumn => {
    const validity = new Uint8Array(Math.ceil(gaps.length / 8));
    gaps.forEach((gap, row) => {
      if (gap[which] !== undefined) validity[row >> 3]! |= 1 << (row & 7);
    });
    const values = BigUint64Array.from(gaps, (gap) => BigInt(gap[which]?.[what] ?? 0));
    return { values, validity: gaps.every((gap) => gap[which] !== undefined) ? null : validity };
  };
  return {
    batch,
    rows: gaps.length,
    anchor,
    processor: Uint16Array.from(gaps, (gap) => gap.processor ?? 0),
    cause: Uint8Array.from(gaps, (gap) => GAP_CAUSES.indexOf(gap.cause) + 1),
    lost: BigUint64Array.from(gaps, (gap) => BigInt(gap.lost)),
    prevSeq: side("prev", "seq"),
    nextSeq: side("next", "seq"),
    prevIdx: side("prev", "idx"),
    nextIdx: side("next", "idx"),
    prevTicks: side("prev", "ticks"),
    nextTicks: side("next", "ticks"),
  };
}

/** What a capture folder is made of. */
export interface CaptureInput {
  /** Call sites by number, in the order of the file. */
  sites?: ReadonlyMap<number, SiteParts>;
  /** Segments of batches. */
  logs?: WireBatch[][];
  gaps?: WireGaps[];
  /** Lines of `processes/processes.ndjson`. */
  processes?: Partial<Record<string, unknown>>[];
  /** What writes cost. */
  writeCost?: WriteCost[];
  /** Keys of capture.json that differ from the usual ones. */
  info?: Record<string, unknown>;
  /** Whether the last segments end with the end mark; default: yes. */
  closed?: boolean;
}

/** Writes a capture folder `name` below `dir`; its path. */
export async function makeCapture(dir: string, name: string, input: CaptureInput = {}): Promise<string> {
  const path = join(dir, name);
  const closed = input.closed ?? true;
  await Deno.mkdir(join(path, "logs"), { recursive: true });
  await Deno.mkdir(join(path, "gaps"), { recursive: true });
  const segments = input.logs ?? [];
  for (const [at, batches] of segments.entries()) {
    const isClosed = closed || at + 1 < segments.length;
    await Deno.writeFile(segmentPath(path, "logs", at + 1), await logsBytes(batches, isClosed));
  }
  if (input.gaps !== undefined) {
    await Deno.writeFile(segmentPath(path, "gaps", 1), await gapsBytes(input.gaps, closed));
  }
  if (input.sites !== undefined) await addSites(path, input.sites);
  if (input.processes !== undefined) {
    await Deno.mkdir(join(path, "processes"));
    const lines = input.processes.map((line) => `${JSON.stringify(line)}\n`).join("");
    await Deno.writeTextFile(join(path, "processes", "processes.ndjson"), lines);
  }
  if (input.writeCost !== undefined) {
    await Deno.writeTextFile(writeCostFile(path), formatWriteCost(input.writeCost));
  }
  await Deno.writeTextFile(join(path, "capture.json"), JSON.stringify(captureJson(name, input), null, 2));
  return path;
}

/** Appends call sites to `events/sites.ndjson`. */
export async function addSites(capture: string, sites: ReadonlyMap<number, SiteParts>): Promise<void> {
  await Deno.mkdir(join(capture, "events"), { recursive: true });
  const lines = Array.from(sites, ([number, site]) => formatSiteLine(number, encodeSite(site)));
  await Deno.writeTextFile(siteFilePath(capture), lines.join(""), { append: true });
}

/** The bytes of a `logs` segment. */
export async function logsBytes(
  batches: readonly WireBatch[],
  closed: boolean,
): Promise<Uint8Array<ArrayBuffer>> {
  const parts = [encodeLogsSchema(), ...batches.map((batch) => encodeLogsBatch(batch))];
  if (closed) parts.push(END_OF_STREAM.slice());
  return await new Blob(parts).bytes() as Uint8Array<ArrayBuffer>;
}

/** The bytes of a `gaps` segment. */
export async function gapsBytes(
  gaps: readonly WireGaps[],
  closed: boolean,
): Promise<Uint8Array<ArrayBuffer>> {
  const parts = [encodeGapsSchema(), ...gaps.map((batch) => encodeGapsBatch(batch))];
  if (closed) parts.push(END_OF_STREAM.slice());
  return await new Blob(parts).bytes() as Uint8Array<ArrayBuffer>;
}

/** The path of a segment, numbered from 1. */
export function segmentPath(capture: string, kind: "logs" | "gaps", number: number): string {
  return join(capture, kind, `${String(number).padStart(6, "0")}.arrows`);
}

function captureJson(name: string, input: CaptureInput): Record<string, unknown> {
  const batches = (input.logs ?? []).flat();
  const last = batches.at(-1);
  return {
    format_version: 1,
    id: "00000000-0000-4000-8000-000000000001",
    name,
    complete: true,
    started: "2001-09-09T01:46:40.000000000Z",
    stopped: "2001-09-09T01:46:41.000000000Z",
    host: "here",
    os: "linux 6.1",
    arch: "x86_64",
    processors: 2,
    abi: "1.0",
    driver: "user",
    version: "0.1.0",
    mode: "discard",
    order: "index",
    clock: { kind: "tsc", ticks_per_second: "1000000000", anchors: [{ ticks: "0", unix_ns: String(T0) }] },
    source: { rings: "/dev/shm/rings", set_id: "00", ring_count: 2, ring_bytes: 65536 },
    settings: {},
    command_line: ["capture"],
    start_pending: 0,
    counters: (last?.counters ?? []).map((ring) =>
      Object.fromEntries(Object.entries(ring).map(([key, value]) => [key, Number(value)]))
    ),
    entries: batches.reduce((sum, batch) => sum + batch.rows, 0),
    batches: batches.length,
    bytes: 0,
    warnings: [],
    ...input.info,
  };
}
