/**
 * What a scenario left in the guest's output: the module's account, the driver's snapshot, and each reader's capture.
 * @module
 */
import { join } from "@std/path";
import { type Captured, readCaptured } from "../../../stress/oracle/captured.ts";
import {
  type ContextAccount,
  parseAccount,
  parseSnapshot,
  type SnapshotRing,
} from "../check/module_account.ts";

/** One scenario's outcome. */
export interface Recorded {
  readonly folder: string;
  readonly accounts: readonly ContextAccount[];
  readonly rings: readonly SnapshotRing[];
  readonly nextIndex: number;
}

/** @throws {Error} The guest never came so far, or a reader or the device refused; the message says what they said. */
export async function readRecorded(output: string, name: string): Promise<Recorded> {
  const folder = join(output, name);
  const read = async (file: string) => {
    try {
      return await Deno.readTextFile(join(folder, file));
    } catch (error) {
      throw new Error(`scenario ${name}: the guest left no ${file}`, { cause: error });
    }
  };
  const refused = await read("device.err");
  if (refused !== "") throw new Error(`scenario ${name}: the device refused: ${refused}`);
  const { nextIndex, rings } = parseSnapshot(await read("snapshot"));
  return { folder, accounts: parseAccount(await read("account")), rings, nextIndex };
}

/** A capture of the scenario by its reader's name. */
export async function readCapture({ folder }: Recorded, reader: string, isWhole = true): Promise<Captured> {
  const said = await Deno.readTextFile(join(folder, `${reader}.err`)).catch(() => "");
  if (said !== "") throw new Error(`the reader ${reader} said: ${said}`);
  return await readCaptured(join(folder, reader), isWhole);
}
