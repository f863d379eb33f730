import { printWarning } from "../output.ts";

/** Delivery latency (drain time − write time) in nanoseconds. */
export interface Latency {
  p50: number;
  p99: number;
  p999: number;
  max: number;
}

/** Delivery latencies of a capture. */
export interface Latencies {
  byProcessor: ReadonlyMap<number, Latency>;
  /** Over all processors; null when nothing was logged. */
  all: Latency | null;
}

/** Reads the latencies of a capture through its store. A failure is a warning: the capture itself is safe. */
export async function readLatencies(path: string, signal: AbortSignal): Promise<Latencies> {
  try {
    const { openStore } = await import("../../store/store.ts");
    await using store = await openStore([path], { signal });
    const each = await store.query(
      "SELECT processor, p50_ns, p99_ns, p999_ns, max_ns FROM latency_by_processor ORDER BY processor",
      [],
      { signal },
    );
    const all = await store.query(
      `SELECT quantile_cont(latency_ns, 0.5), quantile_cont(latency_ns, 0.99), quantile_cont(latency_ns, 0.999),
              max(latency_ns)
       FROM logs HAVING count(*) > 0`,
      [],
      { signal },
    );
    const [total] = all.rows;
    return {
      byProcessor: new Map(
        each.rows.map(([processor, ...figures]) => [Number(processor), toLatency(figures)]),
      ),
      all: total === undefined ? null : toLatency(total),
    };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    printWarning(
      `the delivery latencies could not be read from ${path}: ${error.message.replace(/\s*\n\s*/g, " ")}`,
    );
    return { byProcessor: new Map(), all: null };
  }
}

function toLatency(figures: readonly unknown[]): Latency {
  const [p50 = 0, p99 = 0, p999 = 0, max = 0] = figures.map((figure) => Math.round(Number(figure)));
  return { p50, p99, p999, max };
}
