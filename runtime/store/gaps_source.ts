/**
 * The holes of a capture folder, segment by segment, behind the entries: a hole whose batch is not there belongs to what was lost
 * with it.
 *
 * @module
 */
import type { SegmentReader } from "../arrow/segment_reader.ts";
import { GAPS_FORMAT, type WireGaps } from "../arrow/wire.ts";
import { gapsOfSealed } from "../seal/sealed_rows.ts";
import type { Retired } from "../retain/retired.ts";
import type { SourceItem } from "./capture_source.ts";
import type { LogsSource } from "./logs_source.ts";
import {
  findForm,
  isRetired,
  openArrows,
  problemOf,
  readSealed,
  type SourceContext,
} from "./segment_table.ts";
import { gapRows, retiredGaps } from "./table_rows.ts";

/** The segments of `gaps/`. A segment without holes has none. */
export class GapsSource implements Disposable {
  readonly #context: SourceContext;
  readonly #logs: LogsSource;
  #number = 0;
  #sealed: AsyncGenerator<SourceItem> | null = null;
  #open: SegmentReader<WireGaps> | null = null;
  #held: WireGaps | null = null;
  /** Lost attempts of the holes that were given out, by processor and cause; null where not all holes from the first on were. */
  #given: Map<string, bigint> | null = new Map();

  constructor(context: SourceContext, logs: LogsSource) {
    this.#context = context;
    this.#logs = logs;
  }

  /** Begins with the holes of a logs segment; where it is open, at `offset` of its file if that is known. */
  async startAt(segment: number, offset: number | null): Promise<void> {
    this.#number = segment - 1;
    this.#given = null;
    const open = offset === null ? null : await openArrows(this.#context, "gaps", segment, GAPS_FORMAT);
    if (open === null || offset === null) return;
    this.#number = segment;
    this.#open = open;
    await open.goTo(offset);
  }

  /** Whether the last holes are from a sealed segment, which does not tell whose batch they are. */
  get isSealed(): boolean {
    return this.#open === null;
  }

  /**
   * What has come since the last time and belongs to batches that were read. With `isAhead` the holes of a segment that is sealed
   * while its open form is read come at once, also those of batches that are still to be read.
   */
  async *look(isAhead = false): AsyncGenerator<SourceItem> {
    for (;;) {
      const sealed = await this.#sealed?.next();
      if (sealed?.done) this.#sealed = null;
      const gaps = sealed === undefined ? this.#held ?? await this.#open?.read() ?? null : null;
      this.#held = null;
      if (sealed !== undefined) {
        if (!sealed.done) yield this.#count(sealed.value);
      } else if (gaps !== null) {
        if (gaps.batch > this.#logs.lastBatch) {
          this.#held = gaps;
          return;
        }
        yield this.#count({ kind: "gaps", rows: gapRows(gaps) });
      } else if (!await this.#advance(isAhead)) return;
    }
  }

  /** What stands at the end of the last segment, while it is an open one. */
  problem(): string | null {
    return problemOf(this.#open, "gaps", this.#number);
  }

  async #advance(isAhead: boolean): Promise<boolean> {
    const { path, damage } = this.#context;
    for (let next = this.#number + 1; next <= this.#logs.number;) {
      const { retired } = this.#context.info();
      if (next <= retired.segments) {
        this.#open?.[Symbol.dispose]();
        this.#open = null;
        this.#number = retired.segments;
        this.#sealed = this.#pass(retired);
        return true;
      }
      const isKnown = this.#logs.isKnown(next);
      const form = await findForm(path, "gaps", next);
      // A sealed segment's holes are all those of its batches. One whose batches are not all known may still get some.
      if (form !== "arrows" && !isKnown && !(isAhead && form === "parquet")) return false;
      const open = form === "arrows" ? await openArrows(this.#context, "gaps", next, GAPS_FORMAT) : null;
      if (form === "arrows" && open === null) continue;
      // It had no holes, or has been retired since the last look.
      if (form === null && this.#given !== null && await isRetired(this.#context, next)) continue;
      const problem = this.problem();
      if (problem !== null) damage.push(`damaged: ${problem}`);
      this.#open?.[Symbol.dispose]();
      this.#open = open;
      this.#number = next;
      if (form === "parquet") this.#sealed = this.#enter(next);
      if (form !== null) return true;
      next++;
    }
    return false;
  }

  /** What was not given out of the holes of segments that are retired. */
  async *#pass({ losses }: Retired): AsyncGenerator<SourceItem> {
    if (this.#given === null) return;
    const left = losses.map((loss) => ({
      ...loss,
      lost: loss.lost - (this.#given?.get(`${loss.processor} ${loss.cause}`) ?? 0n),
    })).filter(({ lost }) => lost > 0n);
    if (left.length > 0) yield { kind: "gaps", rows: retiredGaps(left) };
  }

  #count(item: SourceItem): SourceItem {
    if (this.#given === null || item.kind !== "gaps") return item;
    const { rows, columns: [processors, causes, lost] } = item.rows;
    for (let row = 0; row < rows; row++) {
      const key = `${(processors!.values as Uint16Array)[row]} ${(causes!.values as Uint8Array)[row]}`;
      this.#given.set(key, (this.#given.get(key) ?? 0n) + (lost!.values as BigUint64Array)[row]!);
    }
    return item;
  }

  async *#enter(number: number): AsyncGenerator<SourceItem> {
    const part = await this.#context.attach?.("gaps", number) ?? null;
    if (part !== null) {
      yield { kind: "sealed", part };
      return;
    }
    const groups = readSealed(this.#context, "gaps", number);
    let group = await groups.next();
    if (group.done && group.value === null) this.#number = number - 1;
    else if (group.done && !group.value) {
      this.#open = await openArrows(this.#context, "gaps", number, GAPS_FORMAT);
    }
    for (; !group.done; group = await groups.next()) yield { kind: "gaps", rows: gapsOfSealed(group.value) };
  }

  [Symbol.dispose](): void {
    this.#open?.[Symbol.dispose]();
    this.#open = null;
    void this.#sealed?.return(undefined);
  }
}
