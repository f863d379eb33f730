/**
 * The Linux kernel's log as the tests use it: real records, written to /dev/kmsg and read from it.
 * @module
 */
import { readSpecialFile } from "../../runtime/ffi/special_files.ts";
import { isTaskOf, listProcesses } from "./processes.ts";
import { type User, waitFor } from "./ringscope.ts";

/** A record of the log, as the kernel itself numbers it. */
export interface KernelRecord {
  readonly seq: number;
  /** Since boot. */
  readonly microseconds: number;
  readonly text: string;
}

/** Why the log cannot be written and read here; null when it can. */
export function findObstacle(): string | null {
  if (Deno.build.os !== "linux") return `this is ${Deno.build.os}`;
  for (const [attempt, redirection] of [["read", "< /dev/kmsg"], ["written", "> /dev/kmsg"]]) {
    const { success } = new Deno.Command("sh", { args: ["-c", `: ${redirection}`], stderr: "null" })
      .outputSync();
    if (!success) return `/dev/kmsg cannot be ${attempt}`;
  }
  const writing = readSpecialFile("/proc/sys/kernel/printk_devkmsg");
  if (writing !== null && new TextDecoder().decode(writing).trim() === "off") {
    return "the kernel drops what is written to /dev/kmsg (kernel.printk_devkmsg)";
  }
  return null;
}

/** Writes one record each; `<4>text` has the level 4. Each is a file of its own: the kernel takes only ten in a row from one. */
export async function writeRecords(texts: readonly string[]): Promise<void> {
  const script = `while IFS= read -r line; do printf '%s\\n' "$line" > /dev/kmsg; done`;
  const child = new Deno.Command("sh", { args: ["-euc", script], stdin: "piped" }).spawn();
  await new Blob(texts.map((text) => `${text}\n`)).stream().pipeTo(child.stdin);
  if (!(await child.status).success) throw new Error("write /dev/kmsg: the shell could not");
}

/** Every record that the kernel holds. */
export async function readRecords(): Promise<KernelRecord[]> {
  const { stdout } = await new Deno.Command("dd", {
    args: ["if=/dev/kmsg", "iflag=nonblock", "bs=16384"],
    stderr: "null", // it ends where there is nothing more to read now
  }).output();
  return new TextDecoder().decode(stdout).split("\n").flatMap((line) => {
    const [, seq, microseconds, text] = /^\d+,(\d+),(\d+),[^;]*;(.*)$/.exec(line) ?? [];
    return text === undefined ? [] : [{ seq: Number(seq), microseconds: Number(microseconds), text }];
  });
}

/** The record with this text, once the kernel shows it. */
export async function findRecord(text: string): Promise<KernelRecord> {
  return await waitFor(async () => (await readRecords()).find((record) => record.text === text) ?? null);
}

/** Waits until the capture `name` passes records on; gives the processes that record and that read the log. */
export async function waitForReader(user: User, name: string): Promise<{ recorder: number; reader: number }> {
  return await waitFor(() => {
    const processes = listProcesses();
    const recorder = processes.find(({ pid, arguments: given }) =>
      given.includes("run") && given.includes(name) && isTaskOf(user.folder, pid)
    );
    const reader = processes.find(({ parent, arguments: given }) =>
      parent === recorder?.pid && given.some((word) => word.endsWith("ringscope-kmsg")) &&
      given.includes("follow")
    );
    if (recorder === undefined || reader === undefined) return null;
    // It maps the rings when it stands where it begins.
    const maps = readSpecialFile(`/proc/${reader.pid}/maps`);
    const isReady = maps !== null && /\.rings/.test(new TextDecoder().decode(maps));
    return isReady ? { recorder: recorder.pid, reader: reader.pid } : null;
  });
}
