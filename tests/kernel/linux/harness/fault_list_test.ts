import { assertEquals } from "@std/assert";
import { FaultList } from "./fault_list.ts";

const RULE = "==================================================================";

/** A report as the kernel prints it, with one function on each side. */
function raceOf(one: string, other: string): string[] {
  return [
    RULE,
    `BUG: KCSAN: data-race in ${one.split("+")[0]} / ${other.split("+")[0]}`,
    "",
    "write to 0xffff888004a3c000 of 8 bytes by task 487 on cpu 0:",
    ` ${one}`,
    " kthread+0x19d/0x1d0",
    "read to 0xffff888004a3c000 of 8 bytes by interrupt on cpu 1:",
    ` ${other}`,
    "Reported by Kernel Concurrency Sanitizer on:",
    RULE,
  ].map((line) => `[   12.345678] ${line}`);
}

function take(lines: readonly string[]): FaultList {
  const list = new FaultList();
  for (const line of lines) list.take(line);
  list.end();
  return list;
}

Deno.test("a race that one of our modules takes part in is a fault, on whichever side it is", () => {
  const ours = "rs_target_look_up+0x1d/0x30 [ringscope]";
  const kernel = "tick_nohz_stop_tick+0x8c/0x420";
  for (const report of [raceOf(ours, kernel), raceOf(kernel, "count+0x1/0x9 [rs_test]")]) {
    const { faults, kernelRaces } = take(report);
    assertEquals([faults, kernelRaces], [report.slice(1, 2), []]);
  }
});

Deno.test("a race of the kernel with itself is told apart, and what stands behind it is looked at again", () => {
  const report = raceOf("tick_sched_do_timer+0x2b/0xc0", "tick_nohz_next_event+0x5f/0x1f0");
  const later = "[   13.000000] BUG: KASAN: use-after-free in rs_ring_pad+0x1/0x2 [ringscope]";
  const { faults, kernelRaces } = take([...report, "rs_test: loaded [rs_test]", later]);
  assertEquals([faults, kernelRaces], [[later], report.slice(1, 2)]);
});

Deno.test("a fault that another processor prints in the middle of a report is found", () => {
  const [first = "", ...rest] = raceOf("a+0x1/0x2", "b+0x1/0x2");
  const warning = "[   12.345678] WARNING: suspicious RCU usage";
  const { faults, kernelRaces } = take([first, ...rest.slice(0, 3), warning, ...rest.slice(3)]);
  assertEquals([faults, kernelRaces.length], [[warning], 1]);
});

Deno.test("a report that was cut off is a fault, since nobody knows whose it is", () => {
  const cut = raceOf("a+0x1/0x2", "b+0x1/0x2").slice(0, 5);
  assertEquals(take(cut).faults, cut.slice(1, 2));
  const whole = raceOf("c+0x1/0x2", "d+0x1/0x2");
  const { faults, kernelRaces } = take([...cut, ...whole]);
  assertEquals([faults, kernelRaces], [cut.slice(1, 2), whole.slice(1, 2)]);
});

Deno.test("the clock that is read while it changes is the kernel's, whoever asked for the time", () => {
  const asked = " rs_test_attempt+0x496/0x870 [rs_test]";
  const clock = raceOf("ktime_get_mono_fast_ns+0x8f/0x130", "timekeeping_update+0x1/0x2");
  const alone = [
    RULE,
    "BUG: KCSAN: data-race in ktime_get_mono_fast_ns+0x8f/0x130",
    asked,
    ...clock.slice(-2),
  ];
  for (const report of [[...clock.slice(0, 5), asked, ...clock.slice(5)], alone]) {
    const { faults, kernelRaces } = take(report);
    assertEquals([faults, kernelRaces], [[], report.slice(1, 2)]);
  }
});
