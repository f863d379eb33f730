/**
 * What is recorded of the driver's writers, each in a set of its own.
 * @module
 */

/** One load into one set. */
export interface Scenario {
  readonly name: string;
  /** Beginning of the tests' names. */
  readonly what: string;
  readonly ringBytes: number;
  readonly mode: "discard" | "overwrite";
  readonly order: "index" | "clock";
  readonly threads: number;
  /** Data entries of each thread; texts and events come beside them. */
  readonly writes: number;
  /** How many timers have a DPC that writes. */
  readonly timers: number;
  readonly tooBigEvery?: number;
  readonly discardEvery?: number;
  /** Whether entries have to find no room. */
  readonly isLossy: boolean;
}

export const SCENARIOS: readonly Scenario[] = [
  {
    name: "single",
    what: "one writer",
    ringBytes: 1 << 20,
    mode: "discard",
    order: "index",
    threads: 1,
    writes: 500,
    timers: 0,
    isLossy: false,
  },
  {
    name: "wide",
    what: "large rings, threads of every processor and DPCs",
    ringBytes: 1 << 20,
    mode: "discard",
    order: "index",
    threads: 4,
    writes: 2000,
    timers: 2,
    discardEvery: 17,
    isLossy: false,
  },
  {
    name: "narrow",
    what: "small rings, more writers than processors",
    ringBytes: 1 << 16,
    mode: "discard",
    order: "index",
    threads: 8,
    writes: 2000,
    timers: 1,
    tooBigEvery: 41,
    discardEvery: 17,
    isLossy: true,
  },
  {
    name: "flight",
    what: "overwrite mode",
    ringBytes: 1 << 16,
    mode: "overwrite",
    order: "index",
    threads: 4,
    writes: 3000,
    timers: 2,
    isLossy: false,
  },
  {
    name: "clock",
    what: "clock order",
    ringBytes: 1 << 20,
    mode: "discard",
    order: "clock",
    threads: 4,
    writes: 2000,
    timers: 2,
    isLossy: false,
  },
];

/** Words of guest/device/record.c. */
export function recordWords(scenario: Scenario, path: string): string[] {
  const { ringBytes, mode, order, threads, writes, timers, tooBigEvery = 0, discardEvery = 0 } = scenario;
  const numbers = [threads, writes, timers, tooBigEvery, discardEvery].map(String);
  return ["record", path, String(ringBytes), mode, order, ...numbers];
}
