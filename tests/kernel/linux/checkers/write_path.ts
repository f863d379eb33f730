/**
 * What the objects of the write path may need from outside: a write can come in an NMI, where nothing else may be called.
 * @module
 */
import { join } from "@std/path";
import { findForbiddenSymbols, type Nm } from "../../object_symbols.ts";

/** Every symbol that the write path may take from the kernel or the rest of the module, and why it may. */
export const ALLOWED: Readonly<Record<string, string>> = {
  memcpy: "no tracing, no state",
  memset: "no tracing, no state",
  strnlen: "no state",
  vsnprintf: "printk formats with it in an NMI; writes to the caller's buffer only",
  siphash_1u64: "arithmetic",
  ktime_get_mono_fast_ns: "made for NMIs: reads one of two copies",
  __per_cpu_offset: "data",
  __preempt_count: "data, of this processor",
  pcpu_hot: "data, of this processor (since Linux 6.2)",
  const_pcpu_hot: "the same",
  cpu_number: "data, of this processor",
  current_task: "data, of this processor",
  __SCT__preempt_schedule_notrace:
    "only where preemption was on before the write, so in no NMI; traces nothing",
  preempt_schedule_notrace: "the same without static calls",
  __stack_chk_fail: "ends the machine",
  fortify_panic: "ends the machine",
  __fortify_panic: "ends the machine",
  __x86_return_thunk: "the compiler's return",
  __ubsan_handle_out_of_bounds: "reports a bug",
  __sanitizer_cov_trace_pc: "instrumented kernels only, made for every context",
};

/** The compiler's indirect calls, and what the kernel's own checkers put into every object. */
const ALLOWED_PATTERN =
  /^(?:__x86_indirect_thunk_\w+|__asan_\w+|__tsan_\w+|__kasan_check_\w+|__kcsan_\w+|kcsan_\w+)$/;

/** The lists of objects in Kbuild: `ringscope-write := a b` as paths without their ending. */
export async function readObjects(folder: string, list: "core" | "write" | "sources"): Promise<string[]> {
  const text = await Deno.readTextFile(join(folder, "Kbuild"));
  const names = new RegExp(`^ringscope-${list} := (.*)$`, "m").exec(text)?.[1]?.trim().split(/\s+/) ?? [];
  return names.map((name) => list === "write" ? name : `${list}/${name}`);
}

/** Lists the symbols of the driver's objects. */
export const NM: Nm = { program: "nm", package: "binutils" };

/** What those objects need that none of them gives and the list does not allow. */
export async function findForbidden(folder: string, objects: readonly string[]): Promise<string[]> {
  const isAllowed = (name: string) => Object.hasOwn(ALLOWED, name) || ALLOWED_PATTERN.test(name);
  return await findForbiddenSymbols(NM, objects.map((name) => join(folder, `${name}.o`)), isAllowed);
}
