/** Something that takes longer than CI's share. */
export interface Step {
  readonly name: string;
  /** What it does, as the table in driver/README.md says it. */
  readonly what: string;
  /** What is run, in the project's folder: a program of the build folder, or a script of this Deno with the users' permissions. */
  readonly file: string;
  readonly args: readonly string[];
  /** What of its output says how much it did; default: its last line `N passed, N failed`. */
  readonly count?: RegExp;
}

/**
 * In the order in which they run. The suite comes first: it builds the programs of the others. Each step ends with exit status 0
 * when all is well.
 */
export const STEPS: readonly Step[] = [
  { name: "suite", what: "every test of the project", file: "tests/run.ts", args: [] },
  {
    name: "model",
    what: "all interleavings of the protocol, also of the large configurations",
    file: "build/tests/model",
    args: ["--full"],
  },
  {
    name: "fuzz",
    what: "a million corrupted images, then libFuzzer from the corpus for 5 minutes",
    file: "tests/fuzz/main.ts",
    args: ["--runs", "1000000"],
    count: /^\d+ scripts( guided)?/gm,
  },
  {
    name: "kill",
    what: "`kill -9` of producers and readers, 10,000 times",
    file: "build/tests/kill",
    args: ["--times", "10000"],
    count: /\b\d+ kills$/gm,
  },
  {
    name: "linux",
    what: "the Linux driver in a guest of 4 processors",
    file: "tests/kernel/linux/main.ts",
    args: ["--processors", "4"],
  },
  {
    name: "linux-checked",
    what: "the Linux driver in kernels with KASAN, lockdep and PROVE_RCU, then with KCSAN",
    file: "tests/kernel/linux/main.ts",
    args: ["--instrumented"],
  },
  {
    name: "windows-deno",
    what: "the unmodified Deno for Windows under Debian 13's Wine: the driver's service, capture, SQL",
    file: "tests/kernel/windows/deno/main.ts",
    args: [],
  },
  {
    name: "soak",
    what: "30 minutes of changing load with faults",
    file: "tests/soak/main.ts",
    args: ["--minutes", "30"],
    count: /^[\d,]+ producers and [\d,]+ readers killed/gm,
  },
];
