/**
 * rs_event.h as the compilers of its users see it: what has to compile without a warning, what must not compile, and what C++ writes.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { ensureBuilt } from "../../runtime/build/build.ts";
import { buildFolder } from "../../runtime/build/place.ts";

interface Compiler {
  readonly name: string;
  readonly args: readonly string[];
}

const C: readonly Compiler[] = ["gcc", "clang"].map((name) => ({
  name,
  // Kernels forbid the last of them.
  args: ["-xc", "-std=gnu11", "-Wdeclaration-after-statement"],
}));
const CPP: readonly Compiler[] = ["g++", "clang++"].map((name) => ({
  name,
  args: ["-xc++", "-std=c++17", "-Wold-style-cast", "-Wzero-as-null-pointer-constant"],
}));

const STRICT = ["-Wall", "-Wextra", "-Werror", "-Wconversion", "-Wshadow", "-Wpedantic", "-Wcast-qual"];

const include = fromFileUrl(new URL(".", import.meta.url));

async function isThere(name: string): Promise<boolean> {
  try {
    return (await new Deno.Command(name, { args: ["--version"], stdout: "null", stderr: "null" }).output())
      .success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function isEachThere(compilers: readonly Compiler[]): Promise<boolean> {
  return (await Promise.all(compilers.map(({ name }) => isThere(name)))).every((there) => there);
}

/** Runs a compiler over a source; its messages, or null when it was content. */
async function complaintsOf(
  compiler: Compiler,
  source: string,
  args: readonly string[],
): Promise<string | null> {
  const child = new Deno.Command(compiler.name, {
    args: [...compiler.args, "-fsyntax-only", `-I${include}`, ...args, "-"],
    stdin: "piped",
    stdout: "null",
    stderr: "piped",
    env: { LC_ALL: "C" },
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(source));
  await writer.close();
  const { success, stderr } = await child.output();
  return success ? null : new TextDecoder().decode(stderr);
}

/** A function around a statement, with something of every kind at hand. */
function around(statement: string): string {
  return `
    #include "rs_event.h"
    struct pair { int a, b; };
    struct hidden;
    void use(int n, const char *text, struct pair pair, struct hidden *hidden, double ratio, unsigned long size);
    void use(int n, const char *text, struct pair pair, struct hidden *hidden, double ratio, unsigned long size)
    {
      static const rs_enum_name_t names[] = {{1, "one"}};
      static const rs_enum_names_t numbers = {"numbers", 1, names};
      const void *const address = hidden;
      (void)address, (void)n, (void)text, (void)pair, (void)hidden, (void)ratio, (void)size, (void)numbers;
      ${statement};
    }\n`;
}

const GOOD: readonly string[] = [
  `(void)RS_EVENT(RS_INFO, e, "nothing")`,
  `(void)RS_EVENT(RS_INFO, e, "")`,
  `(void)RS_EVENT(RS_INFO, e, "%d %s %p %f %lu", n, text, address, ratio, size)`,
  `(void)RS_EVENT(n, e, "n=%d", n++)`,
  `(void)RS_EVENT(RS_INFO, e, "%s %s", rs_enum(n, &numbers), rs_bytes(&pair, sizeof(pair)))`,
  `(void)RS_EVENT(RS_INFO, e, "%d %d", RS_ARG(a, pair.a), RS_ARG(b, pair.b))`,
  `if (RS_EVENT(RS_INFO, e, "%d", n) == RS_FULL) return`,
  `if (n) RS_EVENT(RS_INFO, e, "%d", n); else rs_log(RS_INFO, "%d", n)`,
  `(void)RS_EVENT(RS_INFO, if_, "%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)`,
  `RS_SCOPE(RS_INFO, outer, "n=%d", n); { RS_SCOPE(RS_INFO, inner, ""); }`,
  `for (;;) { RS_SCOPE(RS_INFO, lap, ""); if (n) break; }`,
  `(void)rs_log(RS_INFO, "%d", n), (void)rs_log(n, "%s", text), (void)rs_send(1, 2, text, size)`,
  `(void)(rs_log)(RS_INFO, "%d", n), (void)(rs_send)(1, 2, text, size)`,
  `(void)(n ? rs_log(RS_INFO, "x") : rs_log(RS_WARN, "y"))`,
];

/** Statements that must not compile, and what one of the messages has to be about. */
const BAD: readonly (readonly [string, RegExp])[] = [
  [`(void)RS_EVENT(RS_INFO, e, "%d", text)`, /format/],
  [`(void)RS_EVENT(RS_INFO, e, "%s", n)`, /format/],
  [`(void)RS_EVENT(RS_INFO, e, "%d", ratio)`, /format/],
  [`(void)RS_EVENT(RS_INFO, e, "%d", size)`, /format/],
  [`(void)RS_EVENT(RS_INFO, e, "%p", n)`, /format/],
  [`(void)RS_EVENT(RS_INFO, e, "%d %d", n)`, /format|more '%' conversions/],
  [`(void)RS_EVENT(RS_INFO, e, "%d", n, n)`, /too many arguments|data argument not used/],
  [`(void)RS_EVENT(RS_INFO, e, "%k", n)`, /conversion/],
  [`(void)RS_EVENT(RS_INFO, e, "%d", rs_errno(n))`, /format/],
  [`(void)RS_EVENT(RS_INFO, e, "%x", rs_bytes(text, 2))`, /format/],
  [`(void)RS_EVENT(RS_INFO, e, text)`, /expected/],
  [`(void)RS_EVENT(RS_INFO, e, "%d", pair)`, /pair/],
  [`(void)RS_EVENT(RS_INFO, e, "%p", pair)`, /pair/],
  [`(void)RS_EVENT(RS_INFO, 1x, "")`, /rs_event_|expected/],
  [`(void)RS_EVENT(RS_INFO, a-b, "")`, /expected|'-'/],
  [`(void)RS_EVENT(RS_INFO, "e", "")`, /expected|paste|pasting|invalid|anonymous/],
  [
    `(void)RS_EVENT(RS_INFO, e, "%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17)`,
    /RS_TOO_MANY_ARGUMENTS/,
  ],
  [`RS_SCOPE(RS_INFO, e, "%d", text)`, /format/],
];

Deno.test({
  name: "what rs_event.h promises compiles without a warning in C and in C++, optimised and not",
  ignore: !await isEachThere([...C, ...CPP]),
  fn: async () => {
    for (const compiler of [...C, ...CPP]) {
      const all = GOOD.map((statement) => `{ ${statement}; }`).join("\n");
      for (const flags of [["-O0"], ["-O2"], ["-O2", "-DRS_PLAIN_CALLS"]]) {
        const complaints = await complaintsOf(compiler, around(all), [...STRICT, ...flags]);
        assertEquals(complaints, null, `${compiler.name} ${flags.join(" ")}`);
      }
    }
  },
});

Deno.test({
  name:
    "an event whose format and arguments do not fit does not compile, in C or in C++, with warnings or without",
  ignore: !await isEachThere([...C, ...CPP]),
  fn: async () => {
    for (const compiler of [...C, ...CPP]) {
      for (const [statement, about] of BAD) {
        for (const flags of [["-Wall"], ["-Wno-format"]]) {
          const complaints = await complaintsOf(compiler, around(statement), flags);
          assert(complaints !== null, `${compiler.name} ${flags.join(" ")} compiles ${statement}`);
          assertMatch(complaints, about, `${compiler.name}: ${statement}`);
          assertMatch(complaints, /error/);
        }
      }
    }
  },
});

Deno.test({
  name: "rs_log takes no arguments that do not fit, as before",
  ignore: !await isEachThere([...C, ...CPP]),
  fn: async () => {
    for (const compiler of [...C, ...CPP]) {
      const complaints = await complaintsOf(compiler, around(`(void)rs_log(RS_INFO, "%s", n)`), STRICT);
      assertMatch(complaints ?? "", /format/);
    }
  },
});

/** What testdata/events.cc prints of its entries, in the order in which it wrote them. */
const ENTRIES = [
  "integers 3 0 01fe030004000000fbffffffffffffff0600000000000000",
  "others 3 0 780000c03f00000000000000c0000000000000e03f00000000000000003412000000000000",
  "enums 3 0 c801000000050000000100000001000000ff000000",
  "texts 4 0 0600737472696e6704007669657705006172726179ff7f090074656d706f72617279",
  "wide 4 0 0200e90002006100",
  "coded 4 0 0200010205000000220000c005400080",
  "named 4 0 0600737472696e67",
  "any 2 0 08006320737472696e67",
  "any 2 0 0a00632b2b20737472696e67",
  "request 3 0 01000000",
  "retry 3 0 02000000",
  "inside 3 0 ",
  "retry 3 0 ",
  "request 3 0 ",
  // left by an exception
  "request 3 0 01000000",
  "retry 3 0 02000000",
  "retry 3 0 ",
  "request 3 0 ",
  "(text) 3 0 746578742037",
];

const SITES = [
  "site any 2 0 value=%s",
  "site coded 4 0 %s %s %s %s",
  "site enums 3 0 %d %u %d ready=%u lba=%llu",
  "site inside 3 0 ",
  "site integers 3 0 %d %hhd %hu %u %lld %lu",
  "site main 3 0 text %d",
  "site named 4 0 %s",
  "site others 3 0 %c %f %f %Lf %p %p",
  "site request 3 1 n=%d",
  "site request 3 2 ",
  "site retry 3 1 n=%d",
  "site retry 3 2 ",
  "site texts 4 0 %s %s %s %s %s",
  "site wide 4 0 %s %s",
];

Deno.test({
  name: "C++ writes what its types say, once for each site and without a guard that is asked at each call",
  ignore: !await isEachThere(CPP),
  fn: async () => {
    await ensureBuilt();
    const folder = await Deno.makeTempDir({ prefix: "ringscope-events-" });
    try {
      for (const compiler of CPP) {
        for (const level of ["-O0", "-O2"]) {
          const program = join(folder, `${compiler.name}${level}`);
          const source = fromFileUrl(new URL("testdata/events.cc", import.meta.url));
          const build = buildFolder();
          const args = [...compiler.args, ...STRICT, level, `-I${include}`, source, "-o", program];
          const link = [`-L${build}`, `-Wl,-rpath,${build}`, "-lringscope"];
          const compiled = await new Deno.Command(compiler.name, { args: [...args, ...link] }).output();
          assert(compiled.success, new TextDecoder().decode(compiled.stderr));
          const { stdout, stderr, success } = await new Deno.Command(program).output();
          assert(success, new TextDecoder().decode(stderr));
          const lines = new TextDecoder().decode(stdout).replace(/\n$/, "").split("\n");
          assertEquals(lines.slice(0, ENTRIES.length), ENTRIES, program);
          assertEquals(lines.slice(ENTRIES.length).sort(), SITES, program);
          const guards = new TextDecoder("latin1").decode(await Deno.readFile(program)).match(
            /_ZGV\w*rs_\w*/g,
          );
          assertEquals(guards, null);
        }
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
