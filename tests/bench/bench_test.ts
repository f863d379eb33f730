import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { projectRoot } from "../../runtime/build/place.ts";
import type { BenchReport } from "./report.ts";

const PERMISSIONS = ["read", "write", "env", "sys", "run", "ffi"].map((name) => `--allow-${name}`);

Deno.test("the quick bench measures every row, and leaves nothing behind", async () => {
  const dir = await Deno.makeTempDir({ dir: projectRoot(), prefix: ".bench-test-" });
  try {
    // LTTng's daemon of the bench is another user where this one is root.
    await Deno.chmod(dir, 0o755);
    const main = fromFileUrl(new URL("./main.ts", import.meta.url));
    const { code, stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", "--no-check", ...PERMISSIONS, main, "--quick", "--json", "--dir", dir],
      cwd: projectRoot(),
      stdin: "null",
      stderr: "inherit",
    }).output();
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
      ...["send_64_paced", "send_64_paced_drained", "send_0", "send_512", "log", "refused", "not_recorded"],
      ...["drain_2", "drain_messages_2", "drain_8", "drain_messages_8", "drain_64", "drain_messages_64"],
      "ffi_drain_8",
      ...["captured_64", "captured_64_two", "captured_64_clock", "captured_64_clock_two"],
      ...["lttng_64", "lttng_64_two"],
      ...["lttng_ratio", "lttng_ratio_two", "lttng_ratio_clock", "lttng_ratio_clock_two"],
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
