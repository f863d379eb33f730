/**
 * Whether the kernel driver of this system can be recorded through. Whoever records programs can do without it.
 * @module
 */
import { type KernelSystem, openKernelDevice } from "../../capture/kernel/kernel_rings.ts";
import { DriverError } from "../../errors.ts";
import { formatSize } from "../format_number.ts";
import type { Finding } from "./finding.ts";

/** Asks the device, or says what is missing. */
export function checkKernelDriver(system: KernelSystem): Finding {
  const attempted = `capture --${system.name}`;
  try {
    using device = openKernelDevice(attempted, system);
    const { version, setCount, memoryUsed, memoryLimit } = device.version();
    const sets = device.sets().map(({ name, isStarted }) => isStarted ? name : `${name} (stopped)`);
    const memory = `${formatSize(Number(memoryUsed))} of ${formatSize(Number(memoryLimit))} in use`;
    const refusal = system.findSignaturePolicy();
    return {
      state: "ok",
      found: `version ${version}, ${setCount === 0 ? "no sets" : `sets ${sets.join(", ")}`}, ${memory}` +
        (refusal === null ? "" : `; ${refusal}`),
    };
  } catch (error) {
    if (!(error instanceof DriverError)) throw error;
    const [found = "", ...advice] = error.message.replace(`${attempted}: `, "").split("; ");
    return {
      state: "warning",
      found,
      ...(advice.length === 0 ? {} : { advice: `${attempted} needs it: ${advice.join("; ")}` }),
    };
  }
}
