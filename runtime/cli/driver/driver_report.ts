/**
 * What `driver status` shows.
 * @module
 */
import { bold, green, yellow } from "@std/fmt";
import { windowsSystem } from "../../capture/windows/windows_system.ts";
import type { WindowsFacts } from "../../capture/windows/windows_facts.ts";
import { findSignatureProblem } from "../../capture/windows/windows_problem.ts";
import { type KernelProblem, openKernelDevice } from "../../capture/kernel/kernel_rings.ts";
import { DriverError } from "../../errors.ts";
import type { DeviceSet, DeviceVersion } from "../../reader/driver_device.ts";
import { formatSize } from "../format_number.ts";

/** What the driver itself says. */
export interface DriverAnswer {
  readonly version: DeviceVersion;
  readonly sets: readonly DeviceSet[];
}

/** What is there, and what stands in the way. */
export interface DriverStatus {
  readonly facts: WindowsFacts;
  /** Null: it cannot be asked. */
  readonly answer: DriverAnswer | null;
  /** Why it cannot be asked, and what to do; null when it can. */
  readonly problem: string | null;
  /** What a driver with a test signature meets. */
  readonly signing: KernelProblem | null;
}

/** Asks the driver. */
export function readDriverStatus(facts: WindowsFacts): DriverStatus {
  const attempted = "ask the driver";
  const signing = findSignatureProblem(facts);
  try {
    using device = openKernelDevice(attempted, windowsSystem(() => facts));
    return { facts, answer: { version: device.version(), sets: device.sets() }, problem: null, signing };
  } catch (error) {
    if (!(error instanceof DriverError)) throw error;
    return { facts, answer: null, problem: error.message.replace(`${attempted}: `, ""), signing };
  }
}

/** For people. */
export function driverReport({ facts, answer, problem, signing }: DriverStatus): string {
  const { service } = facts;
  const state = service?.state ?? "not installed";
  const lines = [
    `${bold("state")}     ${state === "running" ? green(state) : yellow(state)}` +
    (service?.start === undefined || service.start === null ? "" : `, start ${service.start}`),
  ];
  if (service?.image !== undefined && service.image !== null) {
    lines.push(`${bold("file")}      ${service.image}`);
  }
  if (answer !== null) lines.push(...answerLines(answer));
  if (signing !== null) lines.push(`${bold("signing")}   ${signing.found}`);
  if (problem !== null) {
    const [found = "", ...advice] = problem.split("; ");
    lines.push(`${bold("problem")}   ${found}`, ...advice.map((one) => `          → ${one}`));
  }
  return `${lines.join("\n")}\n`;
}

function answerLines({ version, sets }: DriverAnswer): string[] {
  const memory = `${formatSize(Number(version.memoryUsed))} of ${
    formatSize(Number(version.memoryLimit))
  } in use`;
  return [
    `${bold("version")}   ${version.version}, device ABI ${version.deviceAbi}, rings of ABI ` +
    `${version.ringAbiMajor}.${version.ringAbiMinor}, ${memory}`,
    ...sets.map((set) =>
      `${bold("set")}       ${set.name}: ${set.ringCount} rings of ${formatSize(set.ringBytes)}` +
      `${set.isStarted ? "" : ", stopped"}${set.isClaimed ? `, drained by process ${set.claimerPid}` : ""}`
    ),
  ];
}

/** For machines. */
export function driverJson({ facts, answer, problem, signing }: DriverStatus): Record<string, unknown> {
  const { service } = facts;
  return {
    state: service?.state ?? "not installed",
    start: service?.start ?? null,
    file: service?.image ?? null,
    exit_code: service?.exitCode ?? null,
    version: answer?.version.version ?? null,
    sets: answer?.sets.map((set) => ({
      name: set.name,
      rings: set.ringCount,
      ring_bytes: set.ringBytes,
      started: set.isStarted,
      drained_by: set.isClaimed ? set.claimerPid : null,
    })) ?? [],
    memory_used: answer === null ? null : Number(answer.version.memoryUsed),
    memory_limit: answer === null ? null : Number(answer.version.memoryLimit),
    administrator: facts.isElevated,
    test_signing: facts.isTestSigning,
    secure_boot: facts.isSecureBoot,
    memory_integrity: facts.isMemoryIntegrity,
    signing: signing?.found ?? null,
    problem,
  };
}
