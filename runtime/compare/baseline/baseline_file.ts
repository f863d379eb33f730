/**
 * A baseline on disk: what its runs measured, so that the captures themselves may go. Two files:
 *
 *     baseline.json   runs with their facts, and each measure; numbers that JSON lacks are "Infinity" and "-Infinity"
 *     samples.gz      single values of all measures one after the other: float64, little endian, compressed
 *
 * @module
 */
import { join } from "@std/path";
import { CaptureError } from "../../errors.ts";
import type { Dimension, RunMeasure } from "../judge/types.ts";
import type { MeasuredFile, MeasuredRun } from "../metrics/measure_capture.ts";
import type { RunFacts } from "../metrics/run_facts.ts";

/** The newest form that is understood. */
export const BASELINE_FORMAT = 1;

/** Runs that later ones are compared with. */
export interface Baseline {
  /** That it is called by. */
  readonly name: string;
  /** RFC 3339. */
  readonly saved: string;
  /** With everything that was measured of them. */
  readonly runs: readonly MeasuredRun[];
  /** Of each metric that it was measured by: see `fingerprint`. */
  readonly fingerprints: ReadonlyMap<string, string>;
}

type Written = number | "Infinity" | "-Infinity" | null;

interface WrittenMeasure {
  value: Written;
  count: number;
  exposure?: number;
  trials?: number;
  lowest: Written;
  highest: Written;
  /** Place of the first in `samples`, and how many there are. */
  samples?: [first: number, count: number];
}

interface WrittenFile {
  dimensions: { dimension: Dimension; measure: WrittenMeasure }[];
  nothing: WrittenMeasure;
}

interface WrittenBaseline {
  format_version: number;
  name: string;
  saved: string;
  metrics: Record<string, string>;
  runs: { run: string; facts: RunFacts; hidden: Written; measures: Record<string, WrittenFile> }[];
}

/** Writes a baseline into a folder, which has to be there and be nobody else's. */
export async function writeBaseline(folder: string, baseline: Baseline): Promise<void> {
  const samples: Float64Array[] = [];
  let count = 0;
  const keep = (measure: RunMeasure): WrittenMeasure => {
    const { value, exposure, trials, lowest, highest } = measure;
    const written: WrittenMeasure = {
      value: toWritten(value),
      count: measure.count,
      ...(exposure !== undefined && { exposure }),
      ...(trials !== undefined && { trials }),
      lowest: toWritten(lowest),
      highest: toWritten(highest),
    };
    if (measure.samples !== undefined) {
      written.samples = [count, measure.samples.length];
      samples.push(measure.samples);
      count += measure.samples.length;
    }
    return written;
  };
  const runs = baseline.runs.map(({ run, facts, hidden, measures }) => ({
    run,
    facts,
    hidden: toWritten(hidden),
    measures: Object.fromEntries(
      Array.from(measures, ([name, { dimensions, nothing }]): [string, WrittenFile] => [name, {
        dimensions: dimensions.map(({ dimension, measure }) => ({ dimension, measure: keep(measure) })),
        nothing: keep(nothing),
      }]),
    ),
  }));
  const written: WrittenBaseline = {
    format_version: BASELINE_FORMAT,
    name: baseline.name,
    saved: baseline.saved,
    metrics: Object.fromEntries(baseline.fingerprints),
    runs,
  };
  const bytes = new Uint8Array(count * Float64Array.BYTES_PER_ELEMENT);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const values of samples) for (const value of values) view.setFloat64(8 * at++, value, true);
  await Deno.writeFile(join(folder, "samples.gz"), await pump(bytes, new CompressionStream("gzip")));
  await Deno.writeTextFile(join(folder, "baseline.json"), `${JSON.stringify(written, null, 1)}\n`);
}

/**
 * Reads a baseline.
 *
 * @throws {CaptureError} It is missing, damaged, or of a newer form.
 */
export async function readBaseline(folder: string): Promise<Baseline> {
  try {
    const written = JSON.parse(await Deno.readTextFile(join(folder, "baseline.json"))) as WrittenBaseline;
    if (typeof written?.format_version !== "number") {
      throw new SyntaxError("baseline.json has no format_version");
    }
    if (written.format_version > BASELINE_FORMAT) {
      throw new SyntaxError(
        `its format_version is ${written.format_version}, this program reads up to ${BASELINE_FORMAT}; use a newer ringscope`,
      );
    }
    const packed = await Deno.readFile(join(folder, "samples.gz"));
    const bytes = await pump(packed, new DecompressionStream("gzip"));
    return toBaseline(written, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable || !(error instanceof Error)) throw error;
    const reason = error instanceof Deno.errors.NotFound ? "it is not whole" : error.message;
    throw new CaptureError(`read the baseline ${folder}: ${reason}; save it again`, { cause: error });
  }
}

function toBaseline(written: WrittenBaseline, samples: DataView): Baseline {
  const restore = (
    run: string,
    { samples: place, value, lowest, highest, ...numbers }: WrittenMeasure,
  ): RunMeasure => {
    const measure: RunMeasure = {
      run,
      ...numbers,
      value: fromWritten(value),
      lowest: fromWritten(lowest) ?? -Infinity,
      highest: fromWritten(highest) ?? Infinity,
    };
    if (place !== undefined) {
      const [first, count] = place;
      if ((first + count) * 8 > samples.byteLength) throw new SyntaxError("samples.gz is cut short");
      measure.samples = Float64Array.from(
        { length: count },
        (_, at) => samples.getFloat64(8 * (first + at), true),
      );
    }
    return measure;
  };
  return {
    name: written.name,
    saved: written.saved,
    fingerprints: new Map(Object.entries(written.metrics)),
    runs: written.runs.map(({ run, facts, hidden, measures }) => ({
      run,
      facts,
      hidden: fromWritten(hidden) ?? Infinity,
      measures: new Map(
        Object.entries(measures).map(([name, { dimensions, nothing }]): [string, MeasuredFile] => [name, {
          dimensions: dimensions.map(({ dimension, measure }) => ({
            dimension,
            measure: restore(run, measure),
          })),
          nothing: restore(run, nothing),
        }]),
      ),
    })),
  };
}

function toWritten(value: number | null): Written {
  return value === Infinity ? "Infinity" : value === -Infinity ? "-Infinity" : value;
}

function fromWritten(value: Written): number | null {
  return value === null ? null : Number(value);
}

async function pump(
  bytes: Uint8Array<ArrayBuffer>,
  through: CompressionStream | DecompressionStream,
): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(through);
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
