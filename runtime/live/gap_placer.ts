/**
 * Puts holes between the entries where they belong: before the entry that follows them on their processor. It goes by attempt
 * numbers, which every entry has in both orders.
 *
 * @module
 */
import type { ExpandedRows } from "../arrow/expand.ts";
import type { Gap } from "./gap.ts";

/** A hole and the row before which it stands; the number of rows is the end of the batch. */
export interface PlacedGap {
  readonly row: number;
  readonly gap: Gap;
}

/** Places the holes of batch after batch. */
export class GapPlacer {
  /** Holes whose next neighbour has not come, by processor, in its order. */
  readonly #waiting = new Map<number, Gap[]>();
  /** The highest attempt number of each processor that has gone by. */
  readonly #passed = new Map<number, bigint>();

  /** The holes that stand in or around these rows, in the order of the rows. */
  place(rows: Pick<ExpandedRows, "rows" | "processor" | "seq">, gaps: readonly Gap[]): PlacedGap[] {
    const first: PlacedGap[] = [], placed: PlacedGap[] = [], last: PlacedGap[] = [];
    for (const gap of gaps) {
      if (gap.nextSeq === null) last.push({ row: rows.rows, gap });
      else if (gap.nextSeq <= (this.#passed.get(gap.processor) ?? -1n)) first.push({ row: 0, gap });
      else this.#wait(gap);
    }
    for (let row = 0; row < rows.rows; row++) {
      const processor = rows.processor[row]!, seq = rows.seq[row]!;
      if (seq > (this.#passed.get(processor) ?? -1n)) this.#passed.set(processor, seq);
      const waiting = this.#waiting.get(processor);
      while (waiting !== undefined && waiting.length > 0 && waiting[0]!.nextSeq! <= seq) {
        placed.push({ row, gap: waiting.shift()! });
      }
    }
    return [...first, ...placed, ...last];
  }

  /** What still waits when no more entries will come. */
  rest(): Gap[] {
    const left = [...this.#waiting.values()].flat();
    this.#waiting.clear();
    return left;
  }

  #wait(gap: Gap): void {
    const waiting = this.#waiting.get(gap.processor);
    if (waiting === undefined) this.#waiting.set(gap.processor, [gap]);
    else if (waiting.at(-1) !== undefined && waiting.at(-1)!.nextSeq! > gap.nextSeq!) {
      waiting.push(gap);
      waiting.sort((a, b) => (a.nextSeq! < b.nextSeq! ? -1 : a.nextSeq! > b.nextSeq! ? 1 : 0));
    } else waiting.push(gap);
  }
}
