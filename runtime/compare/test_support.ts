/**
 * Comparisons of small captures that a test makes by hand.
 *
 * @module
 */
import { ArgumentType } from "../events/argument_type.ts";
import { number, type SiteParts } from "../events/test_support.ts";
import { type EntryInput, makeBatch, makeCapture, makeGaps } from "../../tests/support/make_capture.ts";

const BEGIN: SiteParts = {
  name: "io",
  role: 1,
  format: "n=%d",
  arguments: [{ type: ArgumentType.i32, key: "n" }],
};

/** Sites of {@linkcode makeSpans}. */
export const SPAN_SITES: ReadonlyMap<number, SiteParts> = new Map([[1, BEGIN], [2, {
  name: "io",
  role: 2,
  format: "",
}]]);

/** Spans of the name io one after the other, each of so many ns. */
export function makeSpans(lengths: readonly number[]): EntryInput[] {
  let ticks = 0;
  return lengths.flatMap((length, at): EntryInput[] => {
    const begin = ticks;
    ticks += length + 10;
    return [
      {
        idx: 2 * at,
        seq: 2 * at,
        ticks: begin,
        kind: "event",
        type: 1,
        payload: Uint8Array.from(number(at, 4)),
      },
      { idx: 2 * at + 1, seq: 2 * at + 1, ticks: begin + length, kind: "event", type: 2 },
    ];
  });
}

/** What is special about a run. */
export interface RunInput {
  /** All of its hundred spans take about so long, ns. */
  readonly aboutNs: number;
  /** Entries that are lost at its end. */
  readonly lost?: number;
  /** Texts that it says as errors. */
  readonly errors?: readonly string[];
  /** Keys of capture.json. */
  readonly info?: Readonly<Record<string, unknown>>;
}

const SPANS = 100;
let made = 0;

/** Makes a capture with spans whose lengths vary by some per mille, from run to run and within one. */
export async function makeRun(dir: string, name: string, input: RunInput): Promise<string> {
  const { aboutNs, lost = 0, errors = [], info = {} } = input;
  made++;
  const drift = aboutNs * ((made * 7) % 5) / 1000;
  const entries = makeSpans(
    Array.from({ length: SPANS }, (_, at) => Math.round(aboutNs + drift + aboutNs * ((at * 13) % 7) / 1000)),
  );
  const last = Number(entries.at(-1)!.ticks);
  for (const [at, payload] of errors.entries()) {
    const idx = 2 * SPANS + at;
    entries.push({ idx, seq: idx, ticks: last + 10 * (at + 1), severity: 5, payload });
  }
  const attempts = entries.length + lost;
  const { idx, seq, ticks } = entries.at(-1)!;
  const prev = { idx: Number(idx), seq: Number(seq), ticks: Number(ticks) };
  return await makeCapture(dir, name, {
    logs: [[makeBatch(entries, { counters: [{ attempts, read: entries.length, lost_full: lost }] })]],
    ...(lost > 0 && { gaps: [makeGaps([{ cause: "lost_full", lost, prev }], 0)] }),
    sites: SPAN_SITES,
    info: { id: `00000000-0000-4000-8000-${String(made).padStart(12, "0")}`, ...info },
  });
}

/** Makes several runs that are alike. */
export async function makeRuns(dir: string, name: string, count: number, input: RunInput): Promise<string[]> {
  return await Promise.all(
    Array.from({ length: count }, (_, at) => makeRun(dir, `${name}-${at + 1}`, input)),
  );
}
