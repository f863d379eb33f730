/**
 * How a capture was made, and whether its numbers may be trusted, from rows of `captures` and `capture_health`.
 *
 * @module
 */
import { numberOf, type Row, textOf, textOrNull } from "./ask.ts";
import type { CaptureHead } from "./report_data.ts";

/** Reads a capture's head. A capture whose health nobody told is not trustworthy. */
export function readHead(facts: Row, health: Row): CaptureHead {
  const reasons = Array.isArray(health.reasons) ? health.reasons.map(String) : [];
  return {
    name: textOf(facts.capture),
    path: textOf(facts.path),
    isComplete: facts.complete === true,
    started: toTime(facts.started),
    stopped: toTime(facts.stopped),
    host: textOf(facts.host),
    os: textOf(facts.os),
    arch: textOf(facts.arch),
    processors: numberOf(facts.processors),
    driver: textOf(facts.driver),
    version: textOf(facts.version),
    abi: textOf(facts.abi),
    mode: textOf(facts.mode),
    order: textOf(facts.order),
    clockKind: textOf(facts.clock_kind),
    ringCount: numberOf(facts.ring_count),
    ringBytes: numberOf(facts.ring_bytes),
    selection: textOrNull(facts.selection),
    isTrustworthy: health.trustworthy === true,
    reasons,
  };
}

function toTime(value: unknown): bigint | null {
  return value === null || value === undefined ? null : BigInt(value as bigint);
}
