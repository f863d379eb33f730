/**
 * Chrome's trace events as JSON, for Perfetto and chrome://tracing: entries as instants, what took time as slices, holes as instants
 * of their processor.
 *
 * Format: https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
 *
 * @module
 */
import { type Entry, toEntries } from "../log_entry.ts";
import type { Gap } from "../live/gap.ts";
import type { Pattern } from "../live/pattern.ts";
import { VERSION } from "../version.ts";
import { entryJson, type JsonValue } from "./entry_json.ts";
import type { ExportBatch, ExportContext } from "./export_format.ts";
import { isKeyed, OpenSpans, type Span } from "./open_spans.ts";

/** How entries become slices and tracks. */
export interface TraceOptions {
  /** One track for each thread, or for each processor. */
  readonly tracks: "thread" | "processor";
  /** Finds the nanoseconds that an entry tells of in its first group; the slice ends with the entry. */
  readonly duration: Pattern;
  /** Finds messages that begin and that end something; the first group of both is what belongs together. */
  readonly span: { readonly begin: Pattern; readonly end: Pattern } | null;
}

/** As calls of recorded programs and the example write it: `… ns=31026`, `… duration_ns=31026 …`. */
export const DURATION_DEFAULT: Pattern = {
  source: "/ (?:duration_)?ns=(\\d+)/",
  regex: / (?:duration_)?ns=(\d+)/,
};

/** A process number that no process has, and every viewer takes: that of the tracks of processors. */
const PROCESSORS_PID = 0x7fff_ffff;
const NAME_CHARACTERS = 120;
const PIECE_CHARACTERS = 256 * 1024;
const NS_PER_US = 1000n;

/** One object with `traceEvents`. Times are microseconds since the first entry, whose time stands in `otherData`. */
export async function* encodeTrace(
  batches: AsyncIterable<ExportBatch>,
  { capture, info, trace, roleOf }: ExportContext,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const events = new TraceEvents(trace, info.started === null ? 0n : startNs(info.started), roleOf);
  const encoder = new TextEncoder();
  let before = `{"displayTimeUnit":"ns","otherData":${
    JSON.stringify({
      program: `ringscope ${VERSION}`,
      capture,
      capture_id: info.id,
      zero_unix_ns: String(events.zeroNs),
    })
  },"traceEvents":[\n`;
  let piece = "";
  for await (const batch of batches) {
    const lines = batch.kind === "entries"
      ? events.ofEntries(toEntries(batch.rows))
      : events.ofGaps(batch.gaps);
    for (const line of lines) {
      piece += before + line;
      before = ",\n";
      if (piece.length < PIECE_CHARACTERS) continue;
      yield encoder.encode(piece);
      piece = "";
    }
  }
  for (const line of events.ofUnfinished()) {
    piece += before + line;
    before = ",\n";
  }
  if (piece !== "") yield encoder.encode(piece);
  yield encoder.encode(before.startsWith("{") ? `${before}]}\n` : "\n]}\n");
}

function startNs(rfc3339: string): bigint {
  return Temporal.Instant.from(rfc3339).epochNanoseconds;
}

class TraceEvents {
  /** What times are counted from: absolute ones have more digits than a JSON number keeps. */
  readonly zeroNs: bigint;
  readonly #options: TraceOptions;
  readonly #named = new Set<number>();
  readonly #roleOf: ExportContext["roleOf"];
  readonly #spans = new OpenSpans();

  constructor(options: TraceOptions, zeroNs: bigint, roleOf: ExportContext["roleOf"]) {
    this.#roleOf = roleOf;
    this.#options = options;
    this.zeroNs = zeroNs;
  }

  /** The events of entries, each as JSON. */
  *ofEntries(entries: Iterable<Entry>): Generator<string> {
    for (const entry of entries) {
      if (this.#options.tracks === "processor") yield* this.#nameProcessor(entry.processor);
      yield* this.#ofEntry(entry);
    }
  }

  /** The events of holes, on the tracks of their processors. */
  *ofGaps(gaps: readonly Gap[]): Generator<string> {
    for (const { processor, cause, lost, prevTs, nextTs, prevIdx, nextIdx } of gaps) {
      const ts = nextTs ?? prevTs;
      if (ts === null) continue;
      yield* this.#nameProcessor(processor);
      yield eventJson(this.#us(ts), {
        name: `${lost} lost (${cause})`,
        cat: "lost",
        ph: "i",
        s: "t",
        pid: PROCESSORS_PID,
        tid: processor,
        args: { lost: String(lost), cause, prev_idx: textOf(prevIdx), next_idx: textOf(nextIdx) },
      });
    }
  }

  /** Spans of typed events that have not ended: slices without an end. */
  *ofUnfinished(): Generator<string> {
    for (const span of this.#spans.unfinished()) {
      if (isKeyed(span.begin)) yield* this.#ofRequest(span);
      else yield eventJson(this.#us(span.begin.ts), { ...this.#spanEvent(span.begin), ph: "B" });
    }
  }

  /** What ends elsewhere than it began is no slice of a track. */
  *#ofRequest({ begin, end }: Span): Generator<string> {
    const event = { ...this.#spanEvent(begin), id: String(begin.remarks) };
    yield eventJson(this.#us(begin.ts), { ...event, ph: "b" });
    if (end !== null) yield eventJson(this.#us(end.ts), { ...event, args: argsOf(end), ph: "e" });
  }

  #spanEvent(begin: Entry): Record<string, unknown> {
    return {
      name: begin.event,
      cat: begin.level ?? "none",
      ...this.#spanTrackOf(begin),
      args: argsOf(begin),
    };
  }

  #trackOf({ pid, tid, processor }: Pick<Entry, "pid" | "tid" | "processor">): { pid: number; tid: number } {
    return this.#options.tracks === "thread" ? { pid, tid } : { pid: PROCESSORS_PID, tid: processor };
  }

  /** Slices of the idle tasks, which are one for each processor and all have the number 0, would overlap on one track. */
  #spanTrackOf({ pid, tid, processor }: Entry): { pid: number; tid: number } {
    return this.#trackOf({
      pid: tid === 0 ? PROCESSORS_PID : pid,
      tid: tid === 0 ? processor : tid,
      processor,
    });
  }

  *#ofEntry(entry: Entry): Generator<string> {
    const { message, level, type } = entry;
    const text = entry.event ?? message ?? `data type ${type}`;
    const event = {
      name: text.slice(0, NAME_CHARACTERS),
      cat: level ?? "none",
      ...this.#trackOf(entry),
      args: argsOf(entry),
    };
    const role = entry.kind === "event" ? this.#roleOf(type) : undefined;
    if (role === "begin") {
      if (entry.tid === 0) yield* this.#nameProcessor(entry.processor);
      return this.#spans.begin(entry);
    }
    const span = role === "end" ? this.#spans.end(entry) : null;
    if (span !== null && isKeyed(entry)) return yield* this.#ofRequest(span);
    if (span !== null) {
      const took = entry.ts - span.begin.ts;
      yield eventJson(
        this.#us(span.begin.ts),
        { ...this.#spanEvent(span.begin), ph: "X" },
        microseconds(took < 0n ? 0n : took),
      );
      return;
    }
    yield* this.#ofMessage(entry, message ?? text, event);
  }

  *#ofMessage(entry: Entry, text: string, event: Record<string, unknown>): Generator<string> {
    const [begin, end] = [this.#options.span?.begin, this.#options.span?.end].map((pattern) =>
      pattern === undefined ? null : find(pattern, text)
    );
    const key = begin ?? end ?? null;
    if (key !== null) {
      // By their key and not by their name: the two messages differ.
      const name = `span ${key}`;
      yield eventJson(this.#us(entry.ts), {
        ...event,
        name,
        cat: "span",
        ph: begin === null ? "e" : "b",
        id: key,
      });
      return;
    }
    const took = find(this.#options.duration, text);
    if (took !== null && /^\d{1,18}$/.test(took)) {
      const ns = BigInt(took);
      const name = entry.event ?? (text.split(/[\s(]/, 1)[0] || event.name);
      yield eventJson(this.#us(entry.ts - ns), { ...event, name, ph: "X" }, microseconds(ns));
    } else yield eventJson(this.#us(entry.ts), { ...event, ph: "i", s: "t" });
  }

  *#nameProcessor(processor: number): Generator<string> {
    if (this.#named.has(processor)) return;
    if (this.#named.size === 0) {
      yield metadata("process_name", 0, { name: "processors" });
      yield metadata("process_sort_index", 0, { sort_index: -1 });
    }
    this.#named.add(processor);
    yield metadata("thread_name", processor, { name: `processor ${processor}` });
    yield metadata("thread_sort_index", processor, { sort_index: processor });
  }

  #us(ns: bigint): string {
    return microseconds(ns - this.zeroNs);
  }
}

function metadata(name: string, tid: number, args: Record<string, JsonValue>): string {
  return JSON.stringify({ name, ph: "M", pid: PROCESSORS_PID, tid, args });
}

/** With the times as they are written: as numbers of JavaScript they would be rounded. */
function eventJson(ts: string, event: Record<string, unknown>, dur?: string): string {
  const times = dur === undefined ? `"ts":${ts}` : `"ts":${ts},"dur":${dur}`;
  return `{${times},${JSON.stringify(event).slice(1)}`;
}

function microseconds(ns: bigint): string {
  const size = ns < 0n ? -ns : ns;
  const fraction = size % NS_PER_US;
  const whole = `${ns < 0n ? "-" : ""}${size / NS_PER_US}`;
  return fraction === 0n ? whole : `${whole}.${String(fraction).padStart(3, "0")}`;
}

function argsOf(entry: Entry): Record<string, JsonValue> {
  const { idx, ts, processor, seq, message, data, type, remarks } = entryJson(entry, "");
  const known = { idx, ts, processor, seq, message, data, type, remarks };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== null));
}

/** The first group of a match; the whole match where the pattern has none. */
function find({ regex }: Pattern, text: string): string | null {
  regex.lastIndex = 0; // of a global one, whose search would go on where the last one ended
  const found = regex.exec(text);
  return found === null ? null : found[1] ?? found[0];
}

function textOf(value: bigint | null): string | null {
  return value === null ? null : String(value);
}
