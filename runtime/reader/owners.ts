/**
 * Who is writing the entry that a reader cannot pass, and how far it extends when nobody is left to finish it.
 *
 * Passing an entry returns its space, so it is right only when nobody can still write into it. Owners are found by the
 * intent records that writers leave before they reserve. The
 * writers of a kernel are its contexts, which do not die one by one: they live for as long as their machine runs.
 * @module
 */
import { abi, Feature, intent, intentRecord, sharedPage } from "../abi/layout.ts";
import type { Liveness, Writer } from "./liveness.ts";
import type { RingMemory } from "./ring_memory.ts";
import { minus, type RingView } from "./ring_view.ts";

/** Whether the writers of a ring set are a kernel's contexts. */
export function isKernel({ features }: { readonly features: bigint }): boolean {
  return (features & BigInt(Feature.kernel)) !== 0n;
}

/** The threads that write into a ring set now, or wrote until they died; of a kernel's set none: its writers are processors. */
export function listWriters({ header, producer }: RingMemory): Writer[] {
  if (isKernel(header)) return [];
  const writers: Writer[] = [];
  for (let slot = 0; slot < header.intentCount; slot++) {
    const slotOff = header.intentOff + slot * intent.bytes;
    const owner = producer.load64(slotOff + intent.owner);
    if (owner === 0n) continue;
    writers.push({
      pid: Number(owner >> 32n),
      tid: Number(owner & 0xffff_ffffn),
      start: producer.load64(slotOff + intent.ownerStart),
      namespace: producer.load64(slotOff + intent.ownerNamespace),
    });
  }
  return writers;
}

/** An extent that no living writer owns. */
export interface DeadExtent {
  readonly bytes: number;
  /** Abandoned: a dead writer's. Corrupt: nothing tells whose. */
  readonly cause: "abandoned" | "corrupt";
}

/** A writer that meant to reserve an extent. */
interface Claim {
  readonly begin: bigint;
  /** Padding and entry together. */
  readonly bytes: bigint;
  readonly isAlive: boolean;
}

/** The writers of one ring set. */
export class Owners {
  readonly #memory: RingMemory;
  readonly #liveness: Liveness;
  readonly #isKernel: boolean;

  constructor(memory: RingMemory, liveness: Liveness) {
    this.#memory = memory;
    this.#liveness = liveness;
    this.#isKernel = isKernel(memory.header);
  }

  /**
   * What may be stepped over at `position`; null while its writer may live.
   *
   * @param marked Length of what is marked there; null where nothing is.
   * @param limit The position up to which the ring has been looked at or reserved.
   */
  findDeadExtent(ring: RingView, marked: number | null, position: bigint, limit: bigint): DeadExtent | null {
    const claims = this.#claimsOf(ring.number);
    // A claim of padding and entry together also covers the entry behind the padding.
    const here = claims.filter((claim) => minus(position, claim.begin) < claim.bytes);
    if (here.some((claim) => claim.isAlive) || this.#mayBeUnrecorded()) return null;
    if (marked !== null) {
      return here.length > 0 || this.#areAllDead() ? { bytes: marked, cause: "abandoned" } : null;
    }
    // Of several dead writers that meant to reserve here one has done it: its extent ends where something begins.
    const beginsAt = (end: bigint) =>
      end === limit ||
      (end < limit && (claims.some((claim) => claim.begin === end) || ring.isMarkedWell(end, limit)));
    const extents = here.map((claim) => claim.bytes - minus(position, claim.begin))
      .filter((bytes) => bytes <= limit - position && beginsAt(position + bytes));
    const [shortest] = extents.sort((a, b) => (a < b ? -1 : 1));
    if (shortest !== undefined) return { bytes: Number(shortest), cause: "abandoned" };
    if (!this.#areAllDead()) return null;
    return { bytes: Number(ring.nextMark(position, limit) - position), cause: "corrupt" };
  }

  /** Nobody is left who has written here, and the process that made the rings, which may be this one, has ended. */
  get areGone(): boolean {
    return !this.#isCreatorAlive() && !this.#mayBeUnrecorded() && this.#areAllDead();
  }

  /** Somebody who lives may write without a record: where a dead writer only meant to be, it may be the one who is. */
  #mayBeUnrecorded(): boolean {
    const { header, producer } = this.#memory;
    if (this.#liveness.isOver === true) return false;
    if (producer.load64(header.sharedOff + sharedPage.unlistedWriters) !== 0n) return true;
    for (let slot = 0; slot < header.intentCount; slot++) {
      const slotOff = header.intentOff + slot * intent.bytes;
      const owner = producer.load64(slotOff + intent.owner);
      if (
        owner !== 0n && producer.load64(slotOff + intent.deepWrites) !== 0n &&
        this.#isOwnerAlive(slotOff, owner)
      ) return true;
    }
    return false;
  }

  /** Nobody who ever wrote here is left, so what is unfinished stays so, whether an intent record tells of it or not. */
  #areAllDead(): boolean {
    const { header, producer } = this.#memory;
    if (header.creatorPid !== Deno.pid && this.#isCreatorAlive()) return false;
    for (let slot = 0; slot < header.intentCount; slot++) {
      const slotOff = header.intentOff + slot * intent.bytes;
      const owner = producer.load64(slotOff + intent.owner);
      if (owner !== 0n && this.#isOwnerAlive(slotOff, owner)) return false;
    }
    return true;
  }

  #isCreatorAlive(): boolean {
    if (this.#isKernel) return this.#liveness.isOver !== true;
    const { creatorPid, creatorStart, creatorNamespace } = this.#memory.header;
    return this.#liveness.isAlive({
      pid: creatorPid,
      tid: 0,
      start: creatorStart,
      namespace: creatorNamespace,
    });
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
        const bytes = BigInt(producer.load32(recordOff + intentRecord.units) * 8);
        claims.push({ begin, bytes, isAlive: this.#isOwnerAlive(slotOff, owner) });
      }
    }
    return claims;
  }

  #isOwnerAlive(slotOff: number, owner: bigint): boolean {
    if (this.#isKernel) return this.#liveness.isOver !== true;
    const { producer } = this.#memory;
    return this.#liveness.isAlive({
      pid: Number(owner >> 32n),
      tid: Number(owner & 0xffff_ffffn),
      start: producer.load64(slotOff + intent.ownerStart),
      namespace: producer.load64(slotOff + intent.ownerNamespace),
    });
  }
}
