import { assertEquals } from "@std/assert";
import { isFault, unexpectedTaint } from "./kernel_faults.ts";

Deno.test("what each of the kernel's checkers prints is a fault", () => {
  const lines = [
    "BUG: unable to handle page fault for address: ffffc90000123000",
    "BUG: KASAN: vmalloc-out-of-bounds in rs_ring_pad+0x1/0x2 [ringscope]",
    "BUG: KCSAN: data-race in rs_shell_enter / rs_shell_leave",
    "WARNING: CPU: 1 PID: 77 at kernel/softirq.c:376 __local_bh_enable_ip+0x6e/0xb0",
    "WARNING: possible recursive locking detected",
    "WARNING: suspicious RCU usage",
    "rcu: INFO: rcu_preempt self-detected stall on CPU",
    "watchdog: BUG: soft lockup - CPU#0 stuck for 26s!",
    "INFO: task rmmod:99 blocked for more than 120 seconds.",
    "Oops: 0002 [#1] PREEMPT SMP PTI",
    "Kernel panic - not syncing: Fatal exception in interrupt",
    "general protection fault, probably for non-canonical address",
    "BUG: sleeping function called from invalid context at mm/vmalloc.c:2",
    "UBSAN: shift-out-of-bounds in core/ring.c:1",
    "unreferenced object 0xffff888004a3c000 (size 64):",
    "device[101]: segfault at 8 ip 0000000000401000 sp 00007ffd",
  ];
  assertEquals(lines.filter((line) => !isFault(`[   12.345678] ${line}`)), []);
});

Deno.test("what a sound kernel prints is none", () => {
  const lines = [
    "ringscope: loading out-of-tree module taints kernel.",
    "rs_test: module verification failed: signature and/or required key missing - tainting kernel",
    "mtrr: your CPUs had inconsistent fixed MTRR settings",
    "hrtimer: interrupt took 16359165 ns",
    "kasan: KernelAddressSanitizer initialized",
    "reboot: Power down",
  ];
  assertEquals(lines.filter((line) => isFault(`[    1.000000] ${line}`)), []);
  assertEquals(isFault("BUG: expected here", [/expected here/]), false);
});

Deno.test("a module from outside of the tree is no taint to speak of, a warning is", () => {
  assertEquals(unexpectedTaint(0x3000), 0);
  assertEquals(unexpectedTaint(0x3000 | 1 << 9), 1 << 9);
});
