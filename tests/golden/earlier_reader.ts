/**
 * What a reader that came before has left in an image. See image_builder.ts.
 * @module
 */
import { checkpoint, consumerRing, consumerSet, EntryState } from "../../runtime/abi/layout.ts";
import type { ImageBuilder } from "./image_builder.ts";
import type { RingBuilder, Written } from "./ring_builder.ts";

/** What `readByAnEarlierReader` leaves. */
export interface EarlierReader {
  /** Index order: it has delivered the entries below this one; default: all. */
  deliveredBelow?: number;
  /** Clock order: it has delivered the entries up to and including this one; default: all. */
  deliveredUpTo?: { ring: number; seq: number };
  /** So many of each ring's delivered entries did not come into its capture. */
  unstored?: number;
  /** It has passed the entries that are marked and not finished. */
  hasPassed?: boolean;
  /** It had stepped over so many dead writers' entries at the end of each ring, and died before it counted their attempts. */
  openAbandoned?: number;
  /** It had copied what waited in this ring. */
  copiedRing?: number;
  /** Where its page says that the next row is to be; default: behind those that it has delivered. */
  nextRow?: bigint;
}

interface Placed extends Written {
  readonly ring: number;
}

function isBehind(a: Placed, b: Placed): boolean {
  if (a.ticks !== b.ticks) return a.ticks > b.ticks;
  return a.ring !== b.ring ? a.ring > b.ring : a.position > b.position;
}

function committedIn({ written, number }: RingBuilder): Placed[] {
  return written.filter(({ state }) => state === EntryState.committed).map((entry) => ({
    ...entry,
    ring: number,
  }));
}

/** In clock order: the last entry that was delivered. */
function lastDelivered(rings: readonly RingBuilder[], { deliveredUpTo }: EarlierReader): Placed {
  const committed = rings.flatMap(committedIn);
  const last = deliveredUpTo
    ? committed.find(({ ring, seq }) => ring === deliveredUpTo.ring && seq === deliveredUpTo.seq)
    : committed.reduce((a, b) => (isBehind(b, a) ? b : a));
  if (!last) throw new RangeError("there is no such entry");
  return last;
}

/** Stores the checkpoint of every ring, and what has been delivered, in the half that the image's generation names. */
export function leaveCheckpoint(
  image: ImageBuilder,
  rings: readonly RingBuilder[],
  options: EarlierReader,
): void {
  const half = image.generation & 1;
  const last = image.isClockOrdered ? lastDelivered(rings, options) : null;
  const below = options.deliveredBelow ?? image.nextIndex;
  const isDelivered = (entry: Placed) => (last === null ? entry.index < below : !isBehind(entry, last));
  let delivered = 0;
  for (const ring of rings) {
    const off = image.consumerOff + consumerSet.bytes + ring.number * consumerRing.bytes;
    const at = off + consumerRing.checkpoint + half * checkpoint.bytes;
    const committed = committedIn(ring);
    const undelivered = committed.filter((entry) => !isDelivered(entry));
    const [copied, waiting] = options.copiedRing === ring.number ? [undelivered, []] : [[], undelivered];
    const read = committed.length - waiting.length;
    const passed = options.hasPassed ? ring.unfinished : [];
    const discarded = ring.written.filter(({ state }) => state === EntryState.discarded).length;
    const kept = [ring.position, ...passed, ...waiting.map(({ position }) => position)];
    const readPos = kept.reduce((least, position) => (position < least ? position : least));
    const open = options.openAbandoned ?? 0;
    const refused = ring.attempts - open - committed.length - discarded - passed.length;
    image.put64(at + checkpoint.readPos, readPos);
    image.put64(at + checkpoint.nextSeq, BigInt(ring.attempts - open));
    image.put64(at + checkpoint.read, BigInt(read));
    image.put64(at + checkpoint.discarded, BigInt(discarded));
    image.put64(at + checkpoint.refused, BigInt(refused));
    image.put64(at + checkpoint.abandoned, BigInt(passed.length));
    image.put64(at + checkpoint.stalled, BigInt(passed.length));
    image.put64(at + checkpoint.scannedPos, ring.position);
    image.put64(at + checkpoint.openAbandoned, BigInt(open));
    image.put64(off + consumerRing.readPos, readPos);
    image.put64(off + consumerRing.storedRead, BigInt(read - copied.length - (options.unstored ?? 0)));
    image.putPassed(ring.number, passed);
    ring.readPos = readPos;
    delivered += read - copied.length;
  }
  const setOff = image.consumerOff + 8 * half;
  image.put64(setOff + consumerSet.baseIndex, options.nextRow ?? BigInt(last === null ? below : delivered));
  image.put64(setOff + consumerSet.baseTicks, last?.ticks ?? 0n);
  image.put64(setOff + consumerSet.baseRingPlus1, last === null ? 0n : BigInt(last.ring + 1));
  image.put64(setOff + consumerSet.basePosition, last?.position ?? 0n);
  image.put64(image.consumerOff + consumerSet.generation, BigInt(image.generation));
}
