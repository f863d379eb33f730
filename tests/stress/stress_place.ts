/**
 * Where a stress run happens: a ring set, a folder for the writers' records, a folder for captures.
 * @module
 */
import { join } from "@std/path";
import { Mode, Order } from "../../runtime/abi/layout.ts";
import { buildProducer, run } from "./programs.ts";

/** Everything in it is removed when it is disposed of. */
export interface StressPlace extends AsyncDisposable {
  /** Path of the ring set. */
  readonly rings: string;
  /** Folder of the writers' records. */
  readonly records: string;
  /** Folder for captures. */
  readonly folder: string;
}

/** What rings do when they are full, and what their entries are ordered by. */
export interface RingKind {
  readonly mode?: keyof typeof Mode;
  readonly order?: keyof typeof Order;
}

/** Makes a place with new rings. `ringCount` 0: one for each processor. */
export async function makeStressPlace(
  ringCount: number,
  ringBytes: number,
  { mode = "discard", order = "index" }: RingKind = {},
): Promise<StressPlace> {
  const maker = await buildProducer("stress");
  const folder = await Deno.makeTempDir({ prefix: "ringscope-stress-" });
  const rings = join(await ringFolder(folder), `ringscope-stress-${crypto.randomUUID()}.rings`);
  const records = join(folder, "records");
  await using undo = new AsyncDisposableStack();
  undo.defer(() => Deno.remove(folder, { recursive: true }));
  await Deno.mkdir(records);
  await run(maker, ["make", rings, ...[ringCount, ringBytes, Mode[mode], Order[order]].map(String)]);
  undo.defer(() => Deno.remove(rings));
  const all = undo.move();
  return { rings, records, folder, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

/** Memory where there is some that can be had as files. */
async function ringFolder(otherwise: string): Promise<string> {
  const inMemory = await Deno.stat("/dev/shm").catch(() => null);
  return inMemory?.isDirectory ? "/dev/shm" : otherwise;
}
