import { findCompiler } from "../../runtime/build/compiler.ts";

/** One way to compile the core and its tests, and to start them. */
export interface Flavor {
  readonly name: string;
  /** Compilers of this flavor, of which the first that is there is taken; without any it is the one that builds everything. */
  readonly compilers?: readonly string[];
  readonly flags: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Words in front of a program, of which the first that start one are taken. */
  readonly prefixes: readonly (readonly string[])[];
  /** What to install where it cannot be built or started. */
  readonly remedy: string;
  /** Said before its results: what they do not show. */
  readonly caution?: string;
  /** Tests that this flavor cannot run anywhere, by their sentences, with the reason. They count neither way. */
  readonly leftOut: Readonly<Record<string, string>>;
}

const SHARED = ["-fvisibility=default", "-DRS_TEST_POINTS"];
const DIRECTLY: Flavor["prefixes"] = [[]];
/**
 * Sanitizers of some compilers cannot place their memory where the kernel shuffles addresses widely: a program then dies at its start, but
 * not each time, so that one which was started directly says nothing about the next. setarch turns the shuffling off, where it may.
 */
const UNSHUFFLED: Flavor["prefixes"] = [["setarch", Deno.build.arch, "-R"], []];
const USUAL = { env: {}, prefixes: DIRECTLY, leftOut: {} };

const NO_STEPS = "single steps are x86-64's";
const FAKED_START =
  "an emulated process finds another start time of its own than others find of it, and looks dead to them";
const NO_SECOND_START = "the file that an emulated process runs from is the emulator's";

/**
 * A test that an emulated arm64 cannot run. What is not named here and skips itself is reported as not run, as on every
 * machine; a name that no test has any more is a failure.
 */
const EMULATED_LEAVES_OUT: Flavor["leftOut"] = {
  "a writer killed at any step costs at most its own entry, while another process lives and logs":
    FAKED_START,
  "a process whose main thread has ended while another is inside an entry is alive": FAKED_START,
  "the slot of a killed process is kept until a reader has passed what it left behind, then it is free":
    FAKED_START,
  "what is no fault of the rings goes to the program's own handler, or ends it as before": NO_SECOND_START,
  "an attempt between the two loads of a reserve word is no loss": NO_STEPS,
  "an attempt between the two loads of the last look belongs to this capture whole, or to the next one whole":
    NO_STEPS,
  "a reader killed at any instruction between the checkpoint and the return of space has lost nothing":
    NO_STEPS,
  "no batch can be stored before the checkpoint counts it": NO_STEPS,
  "a page of an earlier reader that changes while it is read is read once: what was checked is what is used":
    NO_STEPS,
};

const ALL: readonly Flavor[] = [
  {
    name: "tsan",
    flags: [...SHARED, "-fsanitize=thread"],
    env: { TSAN_OPTIONS: "halt_on_error=1:exitcode=66" },
    prefixes: UNSHUFFLED,
    remedy: "install the compiler's thread sanitizer",
    leftOut: {
      "somebody who scribbles over the table while sites are registered makes nobody touch a byte outside of it":
        "the scribbler is a race on purpose",
      "a consumer that scribbles over its pages makes writers refuse, and neither stops them nor spoils what they count":
        "a lie lets a writer overwrite what another one has not finished",
      "in overwrite mode no word of a consumer reaches a writer":
        "a writer looks at an entry that another one may have evicted; what it finds there counts only where nobody has (O2)",
    },
  },
  {
    name: "asan",
    flags: [
      ...SHARED,
      "-fsanitize=address,undefined",
      "-fno-sanitize-recover=all",
      "-fno-omit-frame-pointer",
    ],
    env: { ASAN_OPTIONS: "detect_leaks=1:abort_on_error=0", UBSAN_OPTIONS: "print_stacktrace=1" },
    prefixes: UNSHUFFLED,
    remedy: "install the compiler's address sanitizer",
    leftOut: {},
  },
  { name: "plain", flags: SHARED, remedy: "see deno task doctor", ...USUAL },
  {
    name: "clang",
    compilers: ["clang", "clang-14"], // Debian's clang-14 alone brings no `clang`
    flags: SHARED,
    remedy: "Debian: apt-get install clang",
    ...USUAL,
  },
  {
    name: "arm64",
    compilers: ["aarch64-linux-gnu-gcc"],
    flags: SHARED,
    env: {},
    prefixes: ["qemu-aarch64-static", "qemu-aarch64"].map((emulator) => [
      emulator,
      "-L",
      "/usr/aarch64-linux-gnu",
    ]),
    remedy: "Debian: apt-get install gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user-static",
    caution: "emulated on this machine's processors, which shows nothing about weak ordering",
    leftOut: EMULATED_LEAVES_OUT,
  },
];

/** The flavors of this machine, the slowest first, so that at the end nobody waits for it alone. */
export const FLAVORS = ALL.filter(({ name }) => name !== Deno.build.arch.replace("aarch64", "arm64"));

/** The first compiler of a flavor that answers; undefined for the usual one, null when there is none. */
export async function compilerOf({ compilers }: Flavor): Promise<string | undefined | null> {
  if (compilers === undefined) return undefined;
  for (const compiler of compilers) {
    if ("version" in await findCompiler(compiler)) return compiler;
  }
  return null;
}
