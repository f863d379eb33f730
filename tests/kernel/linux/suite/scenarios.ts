/**
 * What is recorded in the guest: each a set of its own, with its readers, under its load.
 * @module
 */

/** A set, who reads it, and what is logged into it. */
export interface Scenario {
  /** Of its folder in the guest's output. */
  readonly name: string;
  /** As the tests' names tell it. */
  readonly what: string;
  readonly ringBytes: number;
  readonly mode: "discard" | "overwrite";
  readonly order: "index" | "clock";
  readonly readers: readonly ("native" | "typescript")[];
  /** Parameters of the test module, where they differ from the usual ones. */
  readonly settings?: Readonly<Record<string, number>>;
  /** Shell lines that do the logging; default: one run. */
  readonly load?: readonly string[];
  /** What has to have happened, or the scenario shows nothing: sums of the module's account. */
  readonly happened: readonly string[];
}

const EVERY_CONTEXT = ["nested_in_call", "nested_in_entry"];

/** In the order in which they run. Those in clock order come last: before them the driver is loaded anew. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: "wide",
    what: "large rings, the native reader",
    ringBytes: 1 << 20,
    mode: "discard",
    order: "index",
    readers: ["native"],
    settings: { too_big_every: 0 },
    load: ["ask nmi 40", "echo 1 > $module/run"],
    happened: EVERY_CONTEXT,
  },
  {
    name: "narrow",
    what: "rings that are too small, the native reader",
    ringBytes: 4096,
    mode: "discard",
    order: "index",
    readers: ["native"],
    settings: { length_max: 400 },
    // At full speed there is seldom room for four entries inside of each other: the second run leaves some.
    load: ["echo 1 > $module/run", "setting count=400 pause_us=400 timer_us=2000", "echo 1 > $module/run"],
    happened: [...EVERY_CONTEXT, "full", "too_big"],
  },
  {
    name: "plain",
    what: "the reader in TypeScript",
    ringBytes: 65536,
    mode: "discard",
    order: "index",
    readers: ["typescript"],
    settings: { count: 800 },
    happened: [...EVERY_CONTEXT, "too_big"],
  },
  {
    name: "flight",
    what: "overwrite mode, both readers at once",
    ringBytes: 16384,
    mode: "overwrite",
    order: "index",
    readers: ["native", "typescript"],
    settings: { count: 1200 },
    happened: [...EVERY_CONTEXT, "too_big"],
  },
  {
    name: "plugged",
    what: "a processor that goes and comes back",
    ringBytes: 1 << 20,
    mode: "discard",
    order: "index",
    readers: ["native"],
    settings: { count: 600, pause_us: 500 },
    load: [
      // Until the processor is gone the load does not end, however fast it is.
      "until [ -e $folder/without ]; do echo 1 > $module/run; done & load=$!",
      "wait_until logs_on 1; echo 0 > /sys/devices/system/cpu/cpu1/online; cat /sys/devices/system/cpu/online > $folder/without",
      "wait $load",
      "echo 1 > $module/run",
      "echo 1 > /sys/devices/system/cpu/cpu1/online; cat /sys/devices/system/cpu/online > $folder/with",
      "echo 1 > $module/run",
    ],
    happened: EVERY_CONTEXT,
  },
  {
    name: "muted",
    what: "a call site that is switched off and on again",
    ringBytes: 1 << 20,
    mode: "discard",
    order: "index",
    readers: ["native"],
    settings: { count: 300, event_every: 5 },
    load: [
      "echo 1 > $module/run; cat $module/account > $folder/loud",
      'control --disable rs_test_happened > "$folder/control.out" 2>&1',
      "echo 1 > $module/run; cat $module/account > $folder/muted",
      'control --reset >> "$folder/control.out" 2>&1',
      "echo 1 > $module/run",
    ],
    happened: [...EVERY_CONTEXT, "off", "event"],
  },
  {
    name: "clock",
    what: "clock order, the native reader",
    ringBytes: 262144,
    mode: "discard",
    order: "clock",
    readers: ["native"],
    happened: EVERY_CONTEXT,
  },
];
