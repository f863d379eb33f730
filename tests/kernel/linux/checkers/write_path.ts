/**
 * What the objects of the write path may need from outside: a write can come in an NMI, where nothing else may be called.
 * @module
 */
import { join } from "@std/path";
import { runTool } from "../harness/guest_error.ts";

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

/** Which symbols an object needs and which it gives. */
export async function readSymbols(object: string): Promise<{ needs: Set<string>; gives: Set<string> }> {
  const listed = new TextDecoder().decode(
    await runTool(["nm", object], `list the symbols of ${object}`, { package: "binutils" }),
  );
  const found = [...listed.matchAll(/^[0-9a-f ]{16} ([A-Za-z]) (\S+)$/gm)];
  const names = (is: (kind: string) => boolean) =>
    new Set(found.filter(([, kind = ""]) => is(kind)).map(([, , name = ""]) => name));
  return {
    needs: names((kind) => kind === "U" || kind === "w"),
    gives: names((kind) => /[A-TV-Z]/.test(kind)),
  };
}

/** What those objects need that neither one of them gives nor the list allows. */
export async function findForbidden(folder: string, objects: readonly string[]): Promise<string[]> {
  const all = await Promise.all(objects.map((name) => readSymbols(join(folder, `${name}.o`))));
  const given = new Set(all.flatMap(({ gives }) => [...gives]));
  return [...new Set(all.flatMap(({ needs }) => [...needs]))]
    .filter((name) => !given.has(name) && !Object.hasOwn(ALLOWED, name) && !ALLOWED_PATTERN.test(name))
    .sort();
}
