/**
 * Why the Linux kernel driver cannot be used here, and the one command that is next: found out from what the system shows.
 *
 * The same look serves `capture --linux` and `doctor`.
 * @module
 */
import { join } from "@std/path";
import { device } from "../../abi/device_layout.ts";
import { projectRoot } from "../../build/place.ts";
import { listSpecialFolder, readSpecialFile } from "../../ffi/special_files.ts";
import type { KernelProblem } from "../kernel/kernel_rings.ts";

/** Where the system's folders are; tests have them elsewhere. */
export interface SystemRoots {
  readonly dev: string;
  readonly proc: string;
  readonly sys: string;
  readonly etc: string;
  /** `/lib`. */
  readonly lib: string;
  /** The project's folder, in which the driver is built. */
  readonly project: string;
  /** As `uname -r` says it. */
  readonly release: string;
  /** This user's name; null where it is not known. */
  readonly user: string | null;
}

const GROUP = "ringscope";
/** The efivarfs file of the firmware's switch: four bytes of attributes, then the value (UEFI 2.10, 3.3 and 8.2). */
const SECURE_BOOT = "SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";

/** As `uname -r` says it, without a permission of its own. */
export function kernelRelease(): string {
  return readText("/proc/sys/kernel/osrelease")?.trim() ?? "unknown";
}

/** The folders of this system. */
export function systemRoots(): SystemRoots {
  return {
    dev: "/dev",
    proc: "/proc",
    sys: "/sys",
    etc: "/etc",
    lib: "/lib",
    project: projectRoot(),
    release: kernelRelease(),
    user: Deno.env.get("USER") || Deno.env.get("LOGNAME") || null,
  };
}

/** What stands in the way when the device is not there. */
export function findMissingDevice(roots: SystemRoots): KernelProblem {
  if (isLoaded(roots)) {
    return {
      found:
        `the module ringscope is loaded, and ${device.path} is not there: nothing makes device files here, as in a container`,
      advice: makeNode(roots),
    };
  }
  const module = findModule(roots);
  if (module === null) return findMissingBuild(roots);
  const locked = findLockdown(roots);
  const load = module.isInstalled ? "sudo modprobe ringscope" : `sudo insmod ${module.path}`;
  if (locked === null) return { found: "the module ringscope is built and not loaded", advice: load };
  return {
    found: `the module ringscope is built and not loaded, and ${locked}: an unsigned module is refused`,
    advice:
      `sign it with a key that this machine trusts: sudo ${
        signer(roots)
      } sha256 KEY.priv KEY.der ${module.path} ` +
      `(a new key first: sudo mokutil --import KEY.der, and a restart); then ${load}`,
  };
}

/** The kernel's own program for it, which its headers bring. */
function signer(roots: SystemRoots): string {
  return join(roots.lib, "modules", roots.release, "build/scripts/sign-file");
}

/** What stands in the way when the device is there and may not be opened. */
export function findMissingRight(roots: SystemRoots): KernelProblem {
  const found = `${device.path} may not be opened by this user`;
  const group = readGroup(roots);
  const user = roots.user ?? "$USER";
  if (group === null) {
    return {
      found: `${found}: there is no group ${GROUP}`,
      advice:
        `sudo groupadd --system ${GROUP}, sudo usermod -aG ${GROUP} ${user}, ${installRule()}; then newgrp ${GROUP}`,
    };
  }
  if (readOwnGroups(roots).includes(group.id)) {
    return {
      found: `${found}, who is in the group ${GROUP}: the device is not that group's`,
      advice: installRule(),
    };
  }
  if (roots.user !== null && group.members.includes(roots.user)) {
    return {
      found: `${found}: this shell is older than its membership in the group ${GROUP}`,
      advice: `newgrp ${GROUP}`,
    };
  }
  return {
    found: `${found}, who is not in the group ${GROUP}`,
    advice: `sudo usermod -aG ${GROUP} ${user}; then newgrp ${GROUP}`,
  };
}

/** Whether the kernel refuses modules without a signature, in words; null where it does not say so. */
export function findLockdown(roots: SystemRoots): string | null {
  const mode = /\[(\w+)\]/.exec(readText(join(roots.sys, "kernel/security/lockdown")) ?? "")?.[1];
  const isLocked = mode !== undefined && mode !== "none";
  const isEnforced = readText(join(roots.sys, "module/module/parameters/sig_enforce"))?.trim() === "Y";
  if (!isLocked && !isEnforced) return null;
  const how = isLocked ? `the kernel is locked down (${mode})` : "the kernel takes signed modules only";
  return isSecureBoot(roots) ? `${how} because of Secure Boot` : how;
}

function isSecureBoot(roots: SystemRoots): boolean {
  return readSpecialFile(join(roots.sys, "firmware/efi/efivars", SECURE_BOOT))?.[4] === 1;
}

function isLoaded(roots: SystemRoots): boolean {
  return listSpecialFolder(join(roots.sys, "module")).includes("ringscope");
}

function makeNode(roots: SystemRoots): string {
  const [major, minor] = (readText(join(roots.sys, "class/misc/ringscope/dev")) ?? "").trim().split(":");
  return minor === undefined
    ? "mount the system's /dev into it"
    : `mount the system's /dev into it, or sudo mknod -m 660 ${device.path} c ${major} ${minor}`;
}

/** Installed, or built in the project's folder. */
function findModule(roots: SystemRoots): { readonly path: string; readonly isInstalled: boolean } | null {
  const modules = join(roots.lib, "modules", roots.release);
  const listed = /^(\S*\/ringscope\.ko(?:\.\w+)?):/m.exec(readWhole(join(modules, "modules.dep")) ?? "")?.[1];
  if (listed !== undefined) return { path: join(modules, listed), isInstalled: true };
  const built = join(roots.project, "build", "linux", roots.release, "ringscope.ko");
  return isThere(built) ? { path: built, isInstalled: false } : null;
}

function findMissingBuild(roots: SystemRoots): KernelProblem {
  const found = `the module ringscope is not built for this kernel (${roots.release})`;
  if (isThere(join(roots.lib, "modules", roots.release, "build", "Makefile"))) {
    return { found, advice: "deno task build:linux" };
  }
  return {
    found: `${found}, and the kernel's headers are not installed`,
    advice: `sudo apt-get install linux-headers-${roots.release}, then deno task build:linux`,
  };
}

function installRule(): string {
  return "sudo cp driver/linux/99-ringscope.rules /etc/udev/rules.d/, sudo udevadm control --reload, " +
    "sudo udevadm trigger /dev/ringscope";
}

function readGroup(roots: SystemRoots): { readonly id: number; readonly members: readonly string[] } | null {
  const line = new RegExp(`^${GROUP}:[^:]*:(\\d+):(.*)$`, "m").exec(
    readWhole(join(roots.etc, "group")) ?? "",
  );
  return line === null ? null : { id: Number(line[1]), members: (line[2] ?? "").split(",").filter(Boolean) };
}

/** By proc(5), the groups of this process: its own and the further ones. */
function readOwnGroups(roots: SystemRoots): number[] {
  const status = readText(join(roots.proc, "self/status")) ?? "";
  const numbers = (key: string) =>
    (new RegExp(`^${key}:\\s*(.*)$`, "m").exec(status)?.[1] ?? "").trim().split(/\s+/);
  return [...numbers("Gid"), ...numbers("Groups")].map(Number);
}

function isThere(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    return false;
  }
}

/** The first 16 KiB of a file that may lie below /proc or /sys, whose files are small. */
function readText(path: string): string | null {
  const bytes = readSpecialFile(path);
  return bytes === null ? null : new TextDecoder().decode(bytes);
}

function readWhole(path: string): string | null {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    return null;
  }
}
