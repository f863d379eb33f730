/**
 * Golden images with a few bytes changed, the same ones in every run.
 *
 * The places are those where a wrong value means something: state words, header fields, reserve words, counters, intent
 * records, checkpoints.
 * @module
 */
import {
  checkpoint,
  consumerRing,
  consumerSet,
  entryHeader,
  intent,
  intentRecord,
  ringPage,
  setHeader,
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

function choosePlace(view: DataView, dice: Dice): number {
  const at = (offset: number) => Number(view.getBigUint64(offset, true));
  const ring = dice.roll(view.getUint32(setHeader.ringCount, true));
  const pageOff = at(setHeader.ringOff) + ring * ringPage.bytes;
  const ringBytes = at(setHeader.ringBytes);
  const dataOff = at(setHeader.dataOff) + ring * ringBytes;
  const word = dice.roll(8);
  const unit = 8 * dice.roll((at(pageOff + ringPage.reserve) % ringBytes || 512) / 8);
  const entryField = dice.pick([
    entryHeader.index,
    entryHeader.seq,
    entryHeader.length,
    entryHeader.kind,
    entryHeader.severity,
    entryHeader.flags,
  ]);
  const record = intent.records +
    dice.pick([intentRecord.position, intentRecord.ringPlus1, intentRecord.units]);
  const page = dice.pick([ringPage.reserve, ringPage.reserve + 8, ringPage.lostFull, ringPage.tooBig]);
  return dice.pick([
    dataOff + unit + word,
    dataOff + unit + word,
    dataOff + unit + entryField,
    dataOff + unit + entryField,
    dataOff + unit + entryField,
    pageOff + page + dice.roll(2),
    at(setHeader.intentOff) + dice.roll(2) * intent.bytes + record,
    at(setHeader.consumerOff) + consumerSet.bytes + ring * consumerRing.bytes + consumerRing.checkpoint +
    8 * dice.roll(2 * checkpoint.bytes / 8),
  ]);
}

/** `count` images from `seed`. */
export function* damageImages(seed: number, count: number): Generator<DamagedImage> {
  const dice = new Dice(seed);
  const sound = Object.entries(goldenCases).filter(([name]) => !/^(header|cut|no_bytes)/.test(name));
  for (let n = 0; n < count; n++) {
    const [name, build] = dice.pick(sound);
    const image = build();
    const view = new DataView(image.buffer);
    const changes: string[] = [];
    for (let left = 1 + dice.roll(3); left > 0; left--) {
      const place = choosePlace(view, dice);
      const old = image[place]!;
      const value = dice.pick([old ^ 1 << dice.roll(8), (old + 1) & 0xff, dice.roll(256)]);
      image[place] = value;
      changes.push(`0x${place.toString(16)}: ${old} -> ${value}`);
    }
    yield { name: `${name}, ${changes.join(", ")}`, image };
  }
}
