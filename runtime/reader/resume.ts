/**
 * Where a reader begins in one ring: where an earlier one stopped, or in overwrite mode with the oldest entry that is there.
 * @module
 */
import { DriverError } from "../errors.ts";
import type { RingCheckpoint } from "./checkpoint.ts";
import { isBeyond, minus, type Place, type RingView } from "./ring_view.ts";

type Committed = Extract<Place, { what: "committed" | "discarded" }>;

/** A reader has been here before, or nobody has. */
export interface RingStart {
  readonly checkpoint: RingCheckpoint;
  /** Whether it is known where the account begins. */
  readonly isBegun: boolean;
}

function contradiction(ring: number): DriverError {
  return new DriverError(
    `cannot go on where an earlier reader stopped: its page for ring ${ring} contradicts the ring; ` +
      "let the program make new rings",
  );
}

function arePassedPossible({ readPos, scannedPos, passed, passedCount }: RingCheckpoint): boolean {
  return passedCount === BigInt(passed.length) && passed.every((position, n) => {
    const least = n === 0 ? readPos : passed[n - 1]! + 8n;
    return (position & 7n) === 0n && position >= least && position < scannedPos;
  });
}

/**
 * Attempts that the reader before had looked at and not delivered.
 *
 * @param stored How many of its delivered entries are in a capture folder.
 * @throws {DriverError} When what it left contradicts the ring or itself.
 */
export function countHeld(view: RingView, found: RingCheckpoint, stored: bigint): bigint {
  const { readPos, scannedPos, nextSeq } = found;
  const position = view.loadPosition();
  const isPossible = minus(position, readPos) <= view.ringBytes &&
    minus(position, scannedPos) <= view.ringBytes &&
    readPos <= scannedPos && ((readPos | scannedPos) & 7n) === 0n && nextSeq <= view.loadAttempts() &&
    arePassedPossible(found);
  const held = nextSeq - found.read - found.discarded - found.refused - found.abandoned - found.corrupt -
    found.overwritten;
  if (!isPossible || held < 0n || stored > found.read) throw contradiction(view.number);
  return held;
}

/** What {@link findHeld} asks of the order that entries wait in. */
export interface HeldEntries {
  /** Whether the entry may not have been delivered. */
  mayWait(position: bigint, place: Committed): boolean;
  /** Takes it up; false: its place is taken. */
  hold(position: bigint, place: Committed): boolean;
}

/**
 * Finds them again. What that reader had refused or stepped over lies between them and is counted already.
 *
 * Behind a passed entry there may be more than were held: a reader that ended delivered them without the index before them that
 * could still come. They lie before those that are held.
 *
 * @returns How many there are.
 * @throws {DriverError} More than its account tells of.
 */
export function findHeld(view: RingView, found: RingCheckpoint, held: bigint, entries: HeldEntries): bigint {
  const waiting: [bigint, Committed][] = [];
  for (let position = found.readPos; position < found.scannedPos;) {
    const place = view.look(position, found.scannedPos);
    if (place.what === "unmarked" || place.what === "unsized") {
      position = view.nextMark(position, found.scannedPos);
      continue;
    }
    const mayBeHeld = place.what === "committed" && place.header.seq < found.nextSeq &&
      !found.passed.includes(position);
    if (mayBeHeld && entries.mayWait(position, place)) waiting.push([position, place]);
    position += BigInt(place.bytes);
  }
  const delivered = found.passedCount > 0n ? Math.max(0, waiting.length - Number(held)) : 0;
  const count = BigInt(waiting.slice(delivered).filter((entry) => entries.hold(...entry)).length);
  if (count > held) throw contradiction(view.number);
  return count;
}

/**
 * Overwrite mode: every reader begins with the oldest entries that are there.
 *
 * @throws {DriverError} There is no such place in the ring.
 */
export function beginAtOldest(view: RingView): RingStart {
  // Never beyond the position that is loaded after it.
  const oldest = view.loadOldest();
  if ((oldest & 7n) !== 0n || isBeyond(oldest, view.loadPosition())) {
    throw new DriverError(
      `cannot read ring ${view.number}: its oldest entry lies beyond its newest; let the program make new rings`,
    );
  }
  const checkpoint: RingCheckpoint = {
    readPos: oldest,
    nextSeq: 0n,
    read: 0n,
    discarded: 0n,
    refused: 0n,
    abandoned: 0n,
    corrupt: 0n,
    late: 0n,
    stalled: 0n,
    overwritten: 0n,
    scannedPos: oldest,
    passedCount: 0n,
    openAbandoned: 0n,
    openCorrupt: 0n,
    passed: [],
  };
  // Nothing has made room yet: the account begins with the first attempt.
  return { checkpoint, isBegun: oldest === 0n };
}
