/**
 * The ring set that `control` means.
 * @module
 */
import { join } from "@std/path";
import { isBeingRecorded } from "../../capture/recording_lock.ts";
import { openKernelDevice } from "../../capture/kernel/kernel_rings.ts";
import { systemOfPath } from "../../capture/kernel/kernel_options.ts";
import { CliError, DriverError } from "../../errors.ts";
import { parseDevicePath, resolveRings } from "../../reader/device_path.ts";
import { readRingsPart } from "../../reader/rings_part.ts";
import { selectDeviceSet } from "../../reader/ring_source.ts";
import type { SetHeader } from "../../reader/set_header.ts";
import { readRingsHeader } from "../../sites/ring_sites.ts";
import { readCaptureInfo, resolveCapture } from "../../store/folder.ts";
import { newestRunning } from "../capture/newest_running.ts";

/** A ring set, and the capture through which it was found. */
export interface FoundRings {
  readonly path: string;
  readonly header: SetHeader;
  /** The capture's folder; null where the rings were named. */
  readonly capture: string | null;
  readonly isRecorded: boolean;
}

/**
 * Finds the rings of the newest running capture in `dir`, of the capture that is named, or in the file that is named.
 *
 * @throws {CliError} Nothing is being recorded, or there is nothing of that name.
 * @throws {DriverError | CaptureError} The rings are gone, cannot be read, are others, or are none.
 */
export async function findRings(named: string | undefined, dir: string): Promise<FoundRings> {
  if (named === undefined) {
    return await ringsOf(await newestRunning(dir, "name the rings of the program: control RINGS"));
  }
  // As everywhere a bare name is a capture first: its program may lie in the user's folder under the same name.
  if (!/[\\/]/.test(named) && await isCapture(join(dir, named))) return await ringsOf(join(dir, named));
  const path = resolveRings(named);
  checkDevice(path);
  if (isReadable(path)) return { ...openRings(path), capture: null, isRecorded: false };
  if (/^\/(dev|proc)\//.test(path)) {
    throw new CliError(
      `control the sites of the rings ${path}: there is nothing that you may read; check the path, or name a capture`,
    );
  }
  return await ringsOf(await resolveCapture(named, dir));
}

async function ringsOf(capture: string): Promise<FoundRings> {
  const { rings, setId } = await readCaptureInfo(capture);
  const isRecorded = await isBeingRecorded(capture);
  const attempted = `control the sites of the capture ${capture}`;
  if (isRecorded) checkDevice(rings);
  if (!isReadable(rings)) {
    throw new DriverError(
      isRecorded
        ? `${attempted}: its rings ${rings} cannot be read; control them as the user who records, on the same machine`
        : `${attempted}: it is not being recorded any more, and its rings ${rings} are gone; name a running one, or rings`,
    );
  }
  const found = openRings(rings);
  if (found.header.setId.toHex() === setId) return { ...found, capture, isRecorded };
  throw new DriverError(
    `${attempted}: at ${rings} there are other rings now; to control those, name them: control ${rings}`,
  );
}

/** A driver that cannot be used says more than that there is nothing to read. */
function checkDevice(path: string): void {
  const place = parseDevicePath(path);
  if (place === null) return;
  openKernelDevice(`control the sites of ${path}`, systemOfPath(place))[Symbol.dispose]();
  selectDeviceSet(path, place.set, "read")[Symbol.dispose]();
}

function isReadable(path: string): boolean {
  return readRingsPart(path, 0, 1) !== null;
}

async function isCapture(folder: string): Promise<boolean> {
  try {
    return (await Deno.stat(join(folder, "capture.json"))).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
    throw error;
  }
}

function openRings(path: string): { path: string; header: SetHeader } {
  const header = readRingsHeader(path);
  if (header !== null) return { path, header };
  throw new DriverError(
    `control the sites of the rings ${path}: the file cannot be read any more; try again`,
  );
}
