import { join } from "@std/path";
import { GuestError } from "./guest_error.ts";

const PROGRAM = "qemu-system-x86_64";

/** What one QEMU is started with. */
export interface QemuOptions {
  readonly kernel: string;
  readonly image: string;
  /** What the guest sees as its only disk. */
  readonly disk: string;
  /** Gets console.log (the kernel's console) and report.log (the second port). */
  readonly folder: string;
  readonly processors: number;
  readonly takesTurns: boolean;
  readonly memoryMib: number;
  readonly commandLine: string;
  /** Beside the ones that every guest has: values of -device. */
  readonly devices: readonly string[];
}

/** A virtual processor may stand still for longer than the watchdogs of a real one expect, where the machine has other work. */
const PATIENCE =
  "watchdog_thresh=60 rcupdate.rcu_cpu_stall_timeout=300 sysctl.kernel.hung_task_timeout_secs=600";

/**
 * Starts QEMU without acceleration: /dev/kvm may be there and boot nothing. A reset, by a panic, ends it.
 *
 * @throws {GuestError} QEMU is not installed.
 */
export function startQemu(options: QemuOptions): Deno.ChildProcess {
  // The level of 5 shows warnings, which "quiet" would hide. Oopses end the run: what comes after one says nothing.
  const commandLine =
    `console=ttyS0 loglevel=5 rdinit=/init panic=-1 oops=panic no_timer_check tsc=reliable ${PATIENCE} ${options.commandLine}`;
  try {
    return new Deno.Command(PROGRAM, {
      args: [
        ...[
          "-accel",
          `tcg,thread=${options.takesTurns ? "single" : "multi"}`,
          "-cpu",
          "max",
          "-M",
          "q35",
          "-nodefaults",
          "-no-reboot",
          "-display",
          "none",
        ],
        ...["-smp", String(options.processors), "-m", String(options.memoryMib)],
        ...["-chardev", "stdio,id=qmp,signal=off", "-mon", "chardev=qmp,mode=control"],
        ...["-serial", `file:${join(options.folder, "console.log")}`],
        ...["-serial", `file:${join(options.folder, "report.log")}`],
        ...["-drive", `if=virtio,format=raw,file=${options.disk}`],
        ...options.devices.flatMap((device) => ["-device", device]),
        ...["-kernel", options.kernel, "-initrd", options.image, "-append", commandLine.trim()],
      ],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new GuestError(`start a guest: there is no program ${PROGRAM}: apt-get install qemu-system-x86`, {
      cause: error,
    });
  }
}
