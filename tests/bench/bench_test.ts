import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { projectRoot } from "../../runtime/build/place.ts";
import type { BenchReport } from "./report.ts";

const PERMISSIONS = ["read", "write", "env", "sys", "run", "ffi"].map((name) => `--allow-${name}`);

Deno.test("the quick bench measures every row, and leaves nothing behind", async () => {
  const dir = await Deno.makeTempDir({ dir: projectRoot(), prefix: ".bench-test-" });
  try {
    // LTTng's daemon of the bench is another user where this one is root.
    await Deno.chmod(dir, 0o755);
    const { code, stdout } = await runQuick(["--dir", dir]);
    assertEquals(code, 0);
    const report: BenchReport = JSON.parse(new TextDecoder().decode(stdout));

    assertEquals(report.rows.map((row) => row.name), [
      ...["counter", "counter_two", "counter_four", "handover"],
      ...["clock", "clock_ordered", "call", "copy", "bandwidth", "index_cap", "disk"],
      ...[
        "send_64",
        "send_64_two",
        "send_64_four",
        "send_64_clock",
        "send_64_clock_two",
        "send_64_clock_four",
      ],
      ...["send_64_overwrite", "send_64_overwrite_two", "send_64_drained", "send_64_clock_drained"],
      ...["send_64_paced", "send_64_paced_drained", "send_0", "send_512", "log"],
      ...["event_five", "event_five_two", "event_five_clock", "event_five_clock_two"],
      ...["event_text", "log_five", "event_off", "refused", "not_recorded"],
      ...["drain_2", "drain_messages_2", "drain_8", "drain_messages_8", "drain_64", "drain_messages_64"],
      ...["ffi_drain_8", "events_format", "events_columns"],
      ...["captured_64", "captured_64_two", "captured_five", "captured_five_two"],
      ...["captured_64_clock", "captured_64_clock_two", "captured_five_clock", "captured_five_clock_two"],
      ...["lttng_64", "lttng_64_two", "lttng_five", "lttng_five_two"],
      ...["lttng_ratio", "lttng_ratio_two", "lttng_ratio_clock", "lttng_ratio_clock_two"],
      ...["lttng_ratio_five", "lttng_ratio_five_two"],
      ...["lttng_ratio_five_clock", "lttng_ratio_five_clock_two"],
      "sustained",
    ]);
    for (const { name, spread, note } of report.rows) {
      if (spread === null) assert(note !== undefined, `${name} has neither figures nor a reason`);
      else assert(spread.min > 0 && spread.min <= spread.median && spread.median <= spread.max, name);
    }
    assertEquals(report.singleCalls.map((calls) => calls.name), [
      ...["single_64", "single_64_two", "single_64_clock", "single_64_clock_two", "single_64_drained"],
    ]);
    for (const { name, spreads, calls, note } of report.singleCalls) {
      if (spreads === null) assert(note !== undefined, `${name} has neither figures nor a reason`);
      else assert(calls >= 2e6 && spreads.p50.median <= spreads.longest.median, name);
    }
    for (const { wanted, attempts, stored, lost } of report.tries) {
      assertEquals({ wanted, accounted: stored + lost }, { wanted: 500_000, accounted: attempts });
    }
    assertEquals(report.tries.length, 1);
    assert(report.machine.processors > 0 && report.machine.compiler !== "none");
    assertEquals(await Array.fromAsync(Deno.readDir(dir)), []);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("rows that are asked for by name are measured, and leave nothing behind", async () => {
  const dir = await Deno.makeTempDir({ dir: projectRoot(), prefix: ".bench-test-" });
  try {
    let report = await measureNamed(dir);
    // A process that stood still while it recorded has not looked at what it did: there is no figure, and none is wrong.
    for (let tries = 1; tries < 5 && !isLookedAt(report); tries++) report = await measureNamed(dir);
    assertEquals(report.rows.map((row) => row.name), [
      ...["seal", "seal_elapsed", "sealed_bytes", "history_made"],
      ...["latency", "loss", "slice"].flatMap((what) => [`history_${what}_cold`, `history_${what}_memory`]),
      ...["latency", "loss", "slice", "templates"].map((what) => `history_${what}_warm`),
      ...["lost", "behind", "rest", "memory_first", "memory_last"].map((what) => `append_and_seal_${what}`),
    ]);
    for (const { name, spread } of report.rows) {
      assert(spread !== null && spread.samples > 0 && spread.min >= 0, name);
    }
    assertEquals(await Array.fromAsync(Deno.readDir(dir)), []);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("a row that there is not is refused with those that there are", async () => {
  const { code, stderr } = await runQuick(["histroy"], "piped");
  assertEquals(code, 2);
  assertStringIncludes(
    new TextDecoder().decode(stderr),
    'measure "histroy": there is no such row; ask for seal, history, append-and-seal',
  );
});

async function measureNamed(dir: string): Promise<BenchReport> {
  const names = ["seal", "history", "append-and-seal"];
  const { code, stdout } = await runQuick([...names, "--seconds", "1", "--dir", dir]);
  assertEquals(code, 0);
  return JSON.parse(new TextDecoder().decode(stdout));
}

function isLookedAt({ rows }: BenchReport): boolean {
  return rows.some(({ name, spread }) => name === "append_and_seal_behind" && spread !== null);
}

async function runQuick(args: readonly string[], stderr: "inherit" | "piped" = "inherit") {
  const main = fromFileUrl(new URL("./main.ts", import.meta.url));
  return await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--no-check", ...PERMISSIONS, main, "--quick", "--json", ...args],
    cwd: projectRoot(),
    stdin: "null",
    stderr,
  }).output();
}
