/**
 * Golden images with a few bytes changed, the same ones in every run.
 *
 * The places are those where a wrong value means something: state words, header fields, reserve words, counters, intent
 * records, checkpoints and what belongs to them, mode and order.
 * @module
 */
import {
  abi,
  checkpoint,
  consumerRing,
  consumerSet,
  entryHeader,
  intent,
  intentRecord,
  ringPage,
  setHeader,
  sharedPage,
} from "../../runtime/abi/layout.ts";
import { goldenCases } from "./golden_cases.ts";

/** An image and what was done to it. */
export interface DamagedImage {
  /** The golden image and the bytes that were changed in it. */
  readonly name: string;
  readonly image: Uint8Array<ArrayBuffer>;
}

/** Numbers from 0 to below `limit`, by a linear congruence (Numerical Recipes, 7.1). */
class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  roll(limit: number): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return Math.floor(this.#state / 2 ** 32 * limit);
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.roll(choices.length)]!;
  }
}

/** Where the parts of an image lie that are damaged. */
class Places {
  readonly #view: DataView;
  readonly #dice: Dice;

  constructor(view: DataView, dice: Dice) {
    this.#view = view;
    this.#dice = dice;
  }

  choose(): number {
    const ring = this.#dice.roll(this.#view.getUint32(setHeader.ringCount, true));
    return this.#dice.pick([
      () => this.#stateWord(ring),
      () => this.#stateWord(ring),
      () => this.#entryField(ring),
      () => this.#entryField(ring),
      () => this.#entryField(ring),
      () => this.#ringPage(ring),
      () => this.#intent(),
      () => this.#checkpoint(ring),
      () => this.#checkpoint(ring),
      () => this.#rest(),
    ])();
  }

  #at(offset: number): number {
    return Number(this.#view.getBigUint64(offset, true));
  }

  #pageOff(ring: number): number {
    return this.#at(setHeader.ringOff) + ring * ringPage.bytes;
  }

  /** A word of what was written last in the ring, which may begin an entry. */
  #unit(ring: number): number {
    const ringBytes = this.#at(setHeader.ringBytes);
    const position = this.#at(this.#pageOff(ring) + ringPage.reserve);
    const used = position > ringBytes ? ringBytes : position % ringBytes || 512;
    return this.#at(setHeader.dataOff) + ring * ringBytes + 8 * this.#dice.roll(used / 8);
  }

  #stateWord(ring: number): number {
    return this.#unit(ring) + this.#dice.roll(8);
  }

  #entryField(ring: number): number {
    const { index, seq, ticks, length, kind, severity, flags } = entryHeader;
    return this.#unit(ring) + this.#dice.pick([index, seq, ticks, length, kind, severity, flags]);
  }

  #ringPage(ring: number): number {
    const { reserve, oldestPos, lostFull, tooBig, missed } = ringPage;
    const field = this.#dice.pick([reserve, reserve + 8, oldestPos, oldestPos, lostFull, tooBig, missed]);
    return this.#pageOff(ring) + field + this.#dice.roll(2);
  }

  #intent(): number {
    const slot = this.#at(setHeader.intentOff) + this.#dice.roll(2) * intent.bytes;
    const { position, ringPlus1, units } = intentRecord;
    // An owner of another namespace counts as alive.
    return slot + this.#dice.pick([
      intent.records + position,
      intent.records + ringPlus1,
      intent.records + units,
      intent.ownerNamespace,
      intent.deepWrites,
    ]);
  }

  #checkpoint(ring: number): number {
    const consumerOff = this.#at(setHeader.consumerOff);
    const ringOff = consumerOff + consumerSet.bytes + ring * consumerRing.bytes;
    const word = (words: number) => 8 * this.#dice.roll(words);
    return this.#dice.pick([
      ringOff + consumerRing.checkpoint + word(2 * checkpoint.bytes / 8),
      ringOff + consumerRing.checkpoint + word(2 * checkpoint.bytes / 8),
      ringOff + consumerRing.passed + word(2 * abi.passedMax),
      ringOff + consumerRing.storedRead,
      consumerOff + consumerSet.baseIndex + word(2),
      consumerOff + consumerSet.baseTicks + word(6) + this.#dice.roll(2),
    ]);
  }

  #rest(): number {
    const sharedOff = this.#at(setHeader.sharedOff);
    return this.#dice.pick([
      setHeader.mode,
      setHeader.order,
      setHeader.creatorNamespace,
      sharedOff + sharedPage.nextIndex + this.#dice.roll(2),
      sharedOff + sharedPage.unlistedWriters,
    ]);
  }
}

/** `count` images from `seed`. */
export function* damageImages(seed: number, count: number): Generator<DamagedImage> {
  const dice = new Dice(seed);
  const sound = Object.entries(goldenCases).filter(([name]) => !/^(header|cut|no_bytes)/.test(name));
  for (let n = 0; n < count; n++) {
    const [name, build] = dice.pick(sound);
    const image = build();
    const places = new Places(new DataView(image.buffer), dice);
    const changes: string[] = [];
    for (let left = 1 + dice.roll(3); left > 0; left--) {
      const place = places.choose();
      const old = image[place]!;
      const value = dice.pick([old ^ 1 << dice.roll(8), (old + 1) & 0xff, dice.roll(256)]);
      image[place] = value;
      changes.push(`0x${place.toString(16)}: ${old} -> ${value}`);
    }
    yield { name: `${name}, ${changes.join(", ")}`, image };
  }
}
