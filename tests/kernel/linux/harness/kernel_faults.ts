/** What a kernel prints when something is wrong with it, by any of its checkers. */
const FAULT = new RegExp(
  [
    /\bBUG[: ]/,
    /\bWARNING: /,
    /\bOops\b/,
    /general protection fault/,
    /Kernel panic/,
    /\bstall(?:s|ed)? (?:on|detected)/,
    /soft lockup/,
    /hard LOCKUP/i,
    /KASAN|KCSAN|UBSAN|KFENCE/,
    /possible (?:circular|recursive|irq lock)/,
    /inconsistent lock state/,
    /suspicious RCU usage/,
    /sleeping function called/,
    /scheduling while atomic/,
    /blocked for more than/,
    /refcount_t: /,
    /list_(?:add|del) corruption/,
    /unable to handle/i,
    /Call Trace:/,
    /bad page state/i,
    /segfault at|trap invalid opcode/,
    /Out of memory|invoked oom-killer/,
    /^.{0,20}unreferenced object/,
  ].map(({ source }) => `(?:${source})`).join("|"),
);

/** Lines that look like faults and tell of the machine, not of what was tested. */
const HARMLESS: readonly RegExp[] = [
  /Spectre V2 : WARNING: Unprivileged eBPF/,
  /kcsan: enabled early|kcsan: (?:selftest|strict|non-strict)/i,
  /KernelAddressSanitizer initialized/,
];

/** Bits of /proc/sys/kernel/tainted that a sound test sets: a module from outside of the tree, and one that is not signed. */
const TAINT_OF_MODULES = (1 << 12) | (1 << 13);

/** The line, where it tells of a fault. */
export function isFault(line: string, expected: readonly RegExp[] = []): boolean {
  return FAULT.test(line) && ![...HARMLESS, ...expected].some((pattern) => pattern.test(line));
}

/** What the kernel's own mark says that no line of the console has to: 0 where nothing happened. */
export function unexpectedTaint(tainted: number): number {
  return tainted & ~TAINT_OF_MODULES;
}
