/**
 * Entries of one ring that their writers have not finished: whose writers are dead, or live and stand still inside them.
 *
 * Passing is not freeing: the order goes on without an entry whose writer lives, and its space stays taken until the writer has left it
 * or is known to be dead.
 * @module
 */
import { abi, Mode } from "../abi/layout.ts";
import type { Owners } from "./owners.ts";
import type { RingMemory } from "./ring_memory.ts";
import { isBeyond, type Place, type RingView } from "./ring_view.ts";

/** How often the owner of one unfinished entry is looked up. */
const ownerRecheckMs = 100;

/** What all rings of a reader share here. */
export interface StallState {
  readonly memory: RingMemory;
  readonly owners: Owners;
  /** When the entry of a writer that lives and stands still inside it is passed. */
  stallMs: number;
  /** The last snapshot is taken: a writer that is inside an entry is not given another round. */
  isFinishing: boolean;
}

/** What is to be stepped over. */
export interface StepOver {
  readonly bytes: number;
  readonly cause: "abandoned" | "corrupt";
}

/** An entry that is not finished. */
export type UnfinishedPlace = Extract<Place, { what: "reserved" | "unmarked" }>;

type PassedFate = "stays" | "late" | "dead";

/** The unfinished entries of one ring. */
export class StalledEntries {
  readonly #state: StallState;
  readonly #view: RingView;
  readonly #isOverwriting: boolean;
  /** Marked entries that were passed, rising: from the first of them on the space is not free. */
  #passed: readonly bigint[];
  #stalled = 0n;
  #late = 0n;
  #blockedAt: bigint | null = null;
  #blockedSinceMs = 0;
  #ownerCheckedMs = -Infinity;
  #passedCheckedMs = -Infinity;

  /** @param found What an earlier reader has passed. */
  constructor(state: StallState, view: RingView, found: readonly bigint[]) {
    this.#state = state;
    this.#view = view;
    this.#isOverwriting = state.memory.header.mode === Mode.overwrite;
    this.#passed = found;
  }

  /** The positions that were passed and are not free. */
  get passed(): readonly bigint[] {
    return this.#passed;
  }

  /** Passed since this reader began. */
  get stalled(): bigint {
    return this.#stalled;
  }

  /** Finished by their writers after they had been passed, since this reader began. */
  get late(): bigint {
    return this.#late;
  }

  /** The next look at an owner is not put off. */
  hurry(): void {
    this.#ownerCheckedMs = -Infinity;
  }

  /**
   * What may be stepped over where the scan is blocked: null while its writer may come back, "changed" when it has done so.
   *
   * @param limit The position up to which the ring has been reserved.
   */
  resolve(place: UnfinishedPlace, position: bigint, limit: bigint): StepOver | "changed" | null {
    if (!this.#isOwnerDue(position)) return null;
    const marked = place.what === "reserved" ? place.bytes : null;
    const dead = this.#state.owners.findDeadExtent(this.#view, marked, position, limit);
    if (dead !== null) {
      // It may have marked or finished its entry before it died, after the first look.
      if (this.#view.look(position, limit).what !== place.what || this.#hasMadeRoom(position)) {
        return "changed";
      }
      if (this.#isOverwriting) this.#view.abandon(position, dead.bytes);
      return dead;
    }
    const isStalled = performance.now() - this.#blockedSinceMs >= this.#state.stallMs;
    // The extent of what is not marked is not known while somebody may still choose it.
    if (marked === null || !isStalled || this.#passed.length === abi.passedMax) return null;
    this.#passed = [...this.#passed, position];
    this.#stalled++;
    return { bytes: marked, cause: "abandoned" };
  }

  /**
   * Looks what has become of the entries that were passed. A late one is counted and not delivered: what came after it has been.
   *
   * @param scanned Where the scan stands.
   */
  lookAfter(scanned: bigint): void {
    if (this.#passed.length === 0) return;
    const now = performance.now();
    const isOwnerDue = now - this.#passedCheckedMs >= ownerRecheckMs || this.#state.isFinishing;
    if (isOwnerDue) this.#passedCheckedMs = now;
    this.#passed = this.#passed.filter((position) => {
      const fate = this.#findFate(position, scanned, isOwnerDue);
      if (fate === "late") this.#late++;
      return fate === "stays";
    });
  }

  #findFate(position: bigint, scanned: bigint, isOwnerDue: boolean): PassedFate {
    const place = this.#view.look(position, scanned);
    // Only what is finished makes room.
    if (this.#hasMadeRoom(position)) return "late";
    const isMarked = place.what !== "unmarked" && place.what !== "unsized";
    if (isMarked && place.what !== "reserved") return "late";
    if (!isOwnerDue) return "stays";
    const marked = isMarked ? place.bytes : null;
    const dead = this.#state.owners.findDeadExtent(this.#view, marked, position, scanned);
    if (dead === null) return "stays";
    if (this.#isOverwriting) this.#view.abandon(position, dead.bytes);
    return "dead";
  }

  #hasMadeRoom(position: bigint): boolean {
    return this.#isOverwriting && isBeyond(this.#view.loadOldest(), position);
  }

  #isOwnerDue(position: bigint): boolean {
    const now = performance.now();
    const isFirstLook = this.#blockedAt !== position;
    if (isFirstLook) {
      this.#blockedAt = position;
      this.#blockedSinceMs = now;
      this.#ownerCheckedMs = -Infinity;
    }
    // A writer that is merely between two steps is done by the next round.
    if (isFirstLook && !this.#state.isFinishing) return false;
    if (now - this.#ownerCheckedMs < ownerRecheckMs) return false;
    this.#ownerCheckedMs = now;
    return true;
  }
}
