import { encodeHex } from "@std/encoding";
import type { MetricFile } from "./parse_metric.ts";

/**
 * A text that is the same as long as a metric measures the same. Its title, its smallest effect and whether it is a gate may
 * change without measuring again.
 */
export async function fingerprint({ metric, sql, loss, range, absent }: MetricFile): Promise<string> {
  const { kind, quantile = null, unit, dimensions } = metric;
  const text = JSON.stringify([
    kind,
    quantile,
    unit,
    dimensions,
    loss,
    range.map(String),
    absent,
    sql.trim(),
  ]);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return encodeHex(new Uint8Array(digest)).slice(0, 16);
}
