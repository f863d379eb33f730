/**
 * Who is writing the entry that a reader cannot pass, and how far it extends when nobody is left to finish it.
 *
 * Passing an entry returns its space, so it is right only when nobody can still write into it. Owners are found by the
 * intent records that writers leave before they reserve.
 * @module
 */
import { abi, intent, intentRecord, sharedPage } from "../abi/layout.ts";
import type { Liveness } from "./liveness.ts";
import type { RingMemory } from "./ring_memory.ts";
import type { Place, RingView } from "./ring_view.ts";

/** An extent that no living writer owns. */
export interface DeadExtent {
  readonly bytes: number;
  /** Abandoned: a dead writer's. Corrupt: nothing tells whose. */
  readonly cause: "abandoned" | "corrupt";
}

/** A writer that meant to reserve an extent. */
interface Claim {
  readonly begin: bigint;
  readonly end: bigint;
  readonly isAlive: boolean;
}

/** The writers of one ring set. */
export class Owners {
  readonly #memory: RingMemory;
  readonly #liveness: Liveness;

  constructor(memory: RingMemory, liveness: Liveness) {
    this.#memory = memory;
    this.#liveness = liveness;
  }

  /**
   * What may be stepped over at `position`; null while its writer may live.
   *
   * @param place What stands there: `reserved` or `unmarked`.
   * @param limit The position up to which the ring has been reserved.
   */
  findDeadExtent(ring: RingView, place: Place, position: bigint, limit: bigint): DeadExtent | null {
    const claims = this.#claimsOf(ring.number);
    // A claim of padding and entry together also covers the entry behind the padding.
    const here = claims.filter((claim) => claim.begin <= position && position < claim.end);
    if (here.some((claim) => claim.isAlive)) return null;
    if (place.what === "reserved") {
      return here.length > 0 || this.#areAllDead() ? { bytes: place.bytes, cause: "abandoned" } : null;
    }
    // Of several dead writers that meant to reserve here one has done it: its extent ends where something begins.
    const beginsAt = (end: bigint) =>
      end === limit || ring.isMarked(end) || claims.some((claim) => !claim.isAlive && claim.begin === end);
    const ends = here.map((claim) => claim.end).filter((end) => end <= limit && beginsAt(end));
    const [first] = ends.sort((a, b) => (a < b ? -1 : 1));
    if (first !== undefined) return { bytes: Number(first - position), cause: "abandoned" };
    if (!this.#areAllDead()) return null;
    return { bytes: Number(ring.nextMark(position, limit) - position), cause: "corrupt" };
  }

  #claimsOf(ringNumber: number): Claim[] {
    const { header, producer } = this.#memory;
    const claims: Claim[] = [];
    for (let slot = 0; slot < header.intentCount; slot++) {
      const slotOff = header.intentOff + slot * intent.bytes;
      const owner = producer.load64(slotOff + intent.owner);
      if (owner === 0n) continue;
      for (let depth = 0; depth < abi.intentDepth; depth++) {
        const recordOff = slotOff + intent.records + depth * intentRecord.bytes;
        if (producer.load32(recordOff + intentRecord.ringPlus1) !== ringNumber + 1) continue;
        const begin = producer.load64(recordOff + intentRecord.position);
        // Nothing in a ring begins elsewhere, so no writer meant that.
        if (begin & 7n) continue;
        const end = begin + BigInt(producer.load32(recordOff + intentRecord.units) * 8);
        claims.push({ begin, end, isAlive: this.#isOwnerAlive(slotOff, owner) });
      }
    }
    return claims;
  }

  #isOwnerAlive(slotOff: number, owner: bigint): boolean {
    const start = this.#memory.producer.load64(slotOff + intent.ownerStart);
    return this.#liveness.isAlive(Number(owner >> 32n), start);
  }

  /** Nobody who ever wrote here is left, so what is unfinished stays so, whether an intent record tells of it or not. */
  #areAllDead(): boolean {
    const { header, producer } = this.#memory;
    if (producer.load64(header.sharedOff + sharedPage.unlistedWriters) !== 0n) return false;
    if (header.creatorPid !== Deno.pid && this.#liveness.isAlive(header.creatorPid, header.creatorStart)) {
      return false;
    }
    for (let slot = 0; slot < header.intentCount; slot++) {
      const slotOff = header.intentOff + slot * intent.bytes;
      const owner = producer.load64(slotOff + intent.owner);
      if (owner !== 0n && this.#isOwnerAlive(slotOff, owner)) return false;
    }
    return true;
  }
}
