/**
 * `write_cost.json` of a capture folder: what writes cost their callers. Drivers measure every 1,024th write (driver/DESIGN.md);
 * while it is recorded a capture replaces the file now and then, so that it survives the death of the recorder.
 *
 * @module
 */
import { delay } from "@std/async";
import { join } from "@std/path";
import { abi } from "../abi/layout.ts";
import { replaceFile } from "./durable_file.ts";
import type { CaptureEngine } from "./engine.ts";

/** How often the file is brought up to date, in ms. */
const INTERVAL_MS = 5_000;

/** So many measured writes of a processor took from 2^bucket to 2^(bucket + 1) ticks. */
export interface WriteCost {
  readonly processor: number;
  readonly bucket: number;
  readonly writes: bigint;
}

/** The path of the file. */
export function writeCostFile(folder: string): string {
  return join(folder, "write_cost.json");
}

/** The text of the file. */
export function formatWriteCost(costs: readonly WriteCost[]): string {
  const lines = costs.map(({ processor, bucket, writes }) =>
    JSON.stringify({ processor, bucket, writes: String(writes) })
  );
  return `[${lines.join(",\n ")}]\n`;
}

/**
 * What the text of the file says.
 *
 * @throws {SyntaxError} It is not such a text.
 */
export function parseWriteCost(text: string): WriteCost[] {
  const json: unknown = JSON.parse(text);
  if (!Array.isArray(json)) throw new SyntaxError("it is not a list");
  return json.map((item: unknown, at) => {
    const { processor, bucket, writes } = (item ?? {}) as Record<string, unknown>;
    const isNumber = (value: unknown, end: number): value is number =>
      Number.isInteger(value) && value as number >= 0 && value as number < end;
    const isCount = typeof writes === "string" && /^\d{1,20}$/.test(writes) && BigInt(writes) < 1n << 64n;
    if (!isNumber(processor, abi.ringCountMax) || !isNumber(bucket, abi.costBuckets) || !isCount) {
      throw new SyntaxError(`item ${at} is not a processor, a bucket and a count of writes`);
    }
    return { processor, bucket, writes: BigInt(writes) };
  });
}

/** Keeps the file of a capture that is being recorded. */
export class WriteCostKeeper {
  readonly #path: string;
  readonly #engine: CaptureEngine;
  readonly #stopping = new AbortController();
  #written = "";
  #running: Promise<void> = Promise.resolve();
  #problem: string | null = null;

  constructor(folder: string, engine: CaptureEngine) {
    this.#path = writeCostFile(folder);
    this.#engine = engine;
  }

  /** What kept the file from being written; else null. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Writes it now and then. */
  start(): void {
    this.#running = this.#run();
  }

  /** Ends that, with what is known now. */
  async finish(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    await this.#write();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await delay(INTERVAL_MS, { signal }).catch(() => {});
      if (!signal.aborted) await this.#write();
    }
  }

  /** Nothing where no write was measured yet. */
  async #write(): Promise<void> {
    const costs = costsOf(this.#engine);
    const text = formatWriteCost(costs);
    if (costs.length === 0 || text === this.#written) return;
    try {
      await replaceFile(this.#path, text);
      this.#written = text;
      this.#problem = null;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.#problem = `what writes cost could not be stored: ${error.message}`;
    }
  }
}

function costsOf(engine: CaptureEngine): WriteCost[] {
  const { rings } = engine.counters();
  return engine.writeCost().flatMap((counts, ring) =>
    Array.from(counts, (writes, bucket) => ({ processor: Number(rings[ring]!.processor), bucket, writes }))
      .filter(({ writes }) => writes > 0n)
  );
}
