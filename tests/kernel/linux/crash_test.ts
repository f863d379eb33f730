/**
 * A real kernel panics while threads, softirqs and hard interrupts log; what they had logged comes out of images of its memory, compared
 * with what they counted themselves in the same memory.
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { basename, join } from "@std/path";
import { CaptureLog } from "../../../runtime/capture_log.ts";
import { projectRoot } from "../../../runtime/build/place.ts";
import { importMemory, type MemoryImportResult } from "../../../runtime/import/memory/import_memory.ts";
import type { Entry } from "../../../runtime/log_entry.ts";
import { CONTEXTS, type CrashAccount, findCrashAccount, SETS } from "./crash_account.ts";
import { type Crash, crashGuest, moveSegmentTable } from "./crash_boot.ts";
import { runTool } from "./harness/guest_error.ts";
import { findMissing } from "./harness/missing.ts";

const missing = await findMissing();
if (!await Deno.stat("/usr/bin/makedumpfile").then(() => true, () => false)) missing.push("makedumpfile");
/** Names the packages in the list of tests that were not run. */
const why = missing.length === 0 ? "" : ` (apt-get install ${missing.join(" ")})`;

/** The driver's bits of an entry's context. */
const FLAGS = { thread: 0, softirq: 8, hardirq: 16 } as const;
const CONTEXT_BITS = 8 | 16 | 32;

interface Imported {
  readonly result: MemoryImportResult;
  readonly entries: readonly Entry[];
}

async function importSet(image: string, set: string, dir: string): Promise<Imported> {
  const result = await importMemory(image, { dir, set, name: `${set}-${basename(image)}` });
  await using log = await CaptureLog.open(result.path, {});
  return { result, entries: await Array.fromAsync(log.entries()) };
}

/** Numbers in the messages of each writer, in the order of the capture; every entry says where and by whom it was written. */
function numbersByWriter(entries: readonly Entry[]): Map<string, number[]> {
  const writers = new Map<string, number[]>();
  for (const { message, processor, flags } of entries) {
    const [, context, on, number] = /^(thread|softirq|hardirq) (\d+) (\d+)$/.exec(message ?? "") ?? [];
    if (context === undefined) continue;
    assertEquals(processor, Number(on), message ?? "");
    assertEquals(flags & CONTEXT_BITS, FLAGS[context as keyof typeof FLAGS], message ?? "");
    const key = `${context} ${on}`;
    const numbers = writers.get(key);
    if (numbers === undefined) writers.set(key, [Number(number)]);
    else numbers.push(Number(number));
  }
  return writers;
}

/** What each writer logged came back without a hole up to what it was at when the machine stopped. */
function checkWriters(entries: readonly Entry[], account: CrashAccount, set: (typeof SETS)[number]): void {
  const writers = numbersByWriter(entries);
  for (let processor = 0; processor < account.processors; processor++) {
    for (const context of CONTEXTS) {
      const { begun, done, refused } = account.count(set, processor, context);
      assert(done > 100, `${context} ${processor} has logged ${done} entries: not enough of a load`);
      assertEquals(refused, 0);
      const numbers = writers.get(`${context} ${processor}`) ?? [];
      const first = numbers[0] ?? NaN, last = numbers.at(-1) ?? NaN;
      assertEquals(numbers, Array.from({ length: numbers.length }, (_, n) => first + n));
      // The one in flight may have been committed before the writer could count it.
      assert(
        last + 1 >= done && last < begun,
        `${context} ${processor}: the last is ${last}, of ${done} done and ${begun} begun`,
      );
      if (set === "default") assertEquals(first, 0);
    }
  }
}

function sumOf(account: CrashAccount, set: (typeof SETS)[number], what: "begun" | "done"): number {
  let sum = 0;
  for (let processor = 0; processor < account.processors; processor++) {
    for (const context of CONTEXTS) sum += account.count(set, processor, context)[what];
  }
  return sum;
}

const name = `linux: the log up to a kernel panic comes out of images of its memory${why}`;
Deno.test(name, { ignore: missing.length > 0 }, async (t) => {
  const folder = await Deno.makeTempDir();
  try {
    const captures = join(folder, "captures");
    let crash!: Crash, image = "", account!: CrashAccount, whole!: Imported;
    const isUp = await t.step("the guest panics, stands still, and is dumped", async () => {
      crash = await crashGuest(folder);
      assertEquals(crash.run.faults, []);
      assert(Number.isInteger(crash.lastWords), crash.run.console.slice(-20).join("\n"));
      image = crash.images.elf ?? "";
      account = await findCrashAccount(image);
      assertEquals(account.lastWords, crash.lastWords);
    });
    if (!isUp) return;
    await t.step("every entry of every context is back, without a hole, up to the crash", async () => {
      whole = await importSet(image, "default", captures);
      assertEquals(whole.result.warnings, []);
      checkWriters(whole.entries, account, "default");
    });
    await t.step(
      "the last words before the panic are there, and behind them nothing of the thread that said them",
      () => {
        const at = whole.entries.findIndex(({ message }) => message === `last words ${crash.lastWords}`);
        assert(at >= 0, "they are not there");
        const { processor, tid, level } = whole.entries[at]!;
        assertEquals(level, "fatal");
        assertEquals(
          whole.entries.slice(at + 1).filter((entry) =>
            entry.tid === tid && entry.processor === processor && !entry.flags
          ),
          [],
        );
      },
    );
    await t.step("the account adds up, and what was in flight is abandoned, not shown", () => {
      const { attempts, read, abandoned, lost, balanced, missingPages } = whole.result;
      assert(balanced);
      assertEquals([read + abandoned, lost, missingPages], [attempts, abandoned, 0]);
      // Beside what the contexts were at: the entry that was reserved before the last words, and those.
      const inFlight = sumOf(account, "default", "begun") - sumOf(account, "default", "done");
      assert(abandoned >= 1 && abandoned <= 1 + inFlight, `${abandoned} abandoned, ${inFlight} in flight`);
      assert(
        read >= sumOf(account, "default", "done") + 1 && attempts <= sumOf(account, "default", "begun") + 2,
      );
      assertEquals(whole.entries.filter(({ message }) => message?.includes("never committed")), []);
    });
    await t.step("SQL names the entries that were in flight, and finds nothing out of order", async () => {
      await using log = await CaptureLog.open(whole.result.path, {});
      const gaps = await log.sql`SELECT cause, sum(lost)::INTEGER AS lost FROM gaps GROUP BY cause`;
      assertEquals(gaps.map(({ cause, lost }) => [cause, lost]), [["abandoned", whole.result.abandoned]]);
      assertEquals(await log.sql`SELECT * FROM accounting WHERE NOT balanced`, []);
      assertEquals(await log.sql`SELECT * FROM order_violations`, []);
      const [facts] = await log.sql`SELECT driver, os, arch, processors FROM captures`;
      const os = `linux ${basename(crash.run.console.join(" ").match(/6\.\d+\.\d+-[\w-]+/)?.[0] ?? "")}`;
      assertEquals(facts, { driver: "linux", os, arch: "x86_64", processors: 2 });
    });
    await t.step("a flight recorder has the newest entries of every context", async () => {
      const { result, entries } = await importSet(image, "recorder", captures);
      assert(result.balanced && entries.length > 1000);
      checkWriters(entries, account, "recorder");
    });
    for (const [format, path] of Object.entries(crash.images)) {
      if (format === "elf") continue;
      await t.step(`QEMU's ${format} gives the same entries`, async () => {
        const { entries } = await importSet(path, "default", captures);
        assertEquals(
          entries.map(({ idx, message }) => [idx, message]),
          whole.entries.map(({ idx, message }) => [idx, message]),
        );
      });
    }
    const movable = join(folder, "vmcore.moved");
    await moveSegmentTable(image, movable);
    for (const packing of ["-c", "-l", "-E"]) {
      await t.step(
        `makedumpfile ${packing} -d 31, as kdump services call it, gives the same entries`,
        async () => {
          const path = join(folder, `vmcore${packing}`);
          await runTool(["makedumpfile", packing, "-d", "31", movable, path], "filter the image", {
            package: "makedumpfile",
          });
          const { result, entries } = await importSet(path, "default", captures);
          assertEquals([result.missingPages, result.warnings], [0, []]);
          assertEquals(
            entries.map(({ idx, message }) => [idx, message]),
            whole.entries.map(({ idx, message }) => [idx, message]),
          );
          await Deno.remove(path);
        },
      );
    }
    await t.step(
      "the session in README.md, After a crash, goes as it is printed",
      () => checkSession(image, folder),
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** The numbers of another crash are other ones, and so is what "were" hangs on. */
function withoutNumbers(text: string): string {
  return text.replaceAll(/\b[0-9a-f]{8}\b/g, "#").replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "#").replaceAll(
    /\d[\d,.]*/g,
    "#",
  ).replaceAll(/\b(?:was|were) being written/g, "being written")
    .replaceAll(/[─-╿]+/g, "─").replaceAll(/ +/g, " ").replaceAll(/ $/gm, "").trim();
}

async function checkSession(image: string, folder: string): Promise<void> {
  const readme = await Deno.readTextFile(join(projectRoot(), "README.md"));
  const section = /^## After a crash\n([\s\S]*?)(?=^## )/m.exec(readme)?.[1] ?? "";
  const session = /^```console\n([\s\S]*?)^```$/m.exec(section)?.[1] ?? "";
  assert(session.startsWith("$ "), "the section has no session");
  const user = join(folder, "user");
  await Deno.mkdir(user);
  await Deno.rename(image, join(user, "vmcore"));
  for (const part of session.split(/^\$ /m).slice(1)) {
    const [command = "", ...expected] = part.split("\n");
    const words = command.match(/"[^"]*"|\S+/g)?.map((word) => word.replaceAll('"', "")) ?? [];
    assertEquals(words.slice(0, 2), ["deno", "task"]);
    const args = ["task", "--quiet", "--config", join(projectRoot(), "deno.json"), ...words.slice(2)];
    const answer = await new Deno.Command(Deno.execPath(), {
      args,
      cwd: user,
      stdin: "null",
      env: { NO_COLOR: "1", INIT_CWD: user },
    }).output();
    const [out, error] = [answer.stdout, answer.stderr].map((bytes) => new TextDecoder().decode(bytes));
    assert(answer.success, `${command}: ${error}`);
    assertEquals(withoutNumbers(out!), withoutNumbers(expected.join("\n")), command);
  }
}
