/**
 * The few parts of the FlatBuffers format that Arrow's message headers need: reading a table whose bytes
 * may be anything, and building a small one. Used by ipc.ts only.
 *
 * Written by hand because the generated readers believe every offset and length that they meet; here each
 * access goes through a DataView, so that garbage ends in a RangeError and never in a long loop.
 *
 * @module
 */

/** A table inside of a buffer. Every method throws RangeError where an offset leads outside of it. */
export class FlatTable {
  readonly #view: DataView;
  readonly #position: number;
  readonly #vtable: number;
  readonly #vtableBytes: number;

  constructor(view: DataView, position: number) {
    this.#view = view;
    this.#position = position;
    this.#vtable = position - view.getInt32(position, true);
    this.#vtableBytes = view.getUint16(this.#vtable, true);
  }

  /** The table that the buffer was finished with. */
  static root(view: DataView): FlatTable {
    return new FlatTable(view, view.getUint32(0, true));
  }

  #field(id: number): number {
    const slot = 4 + 2 * id;
    if (slot + 2 > this.#vtableBytes) return 0;
    const offset = this.#view.getUint16(this.#vtable + slot, true);
    return offset === 0 ? 0 : this.#position + offset;
  }

  #target(at: number): number {
    return at + this.#view.getUint32(at, true);
  }

  uint8(id: number, absent = 0): number {
    const at = this.#field(id);
    return at === 0 ? absent : this.#view.getUint8(at);
  }

  int16(id: number, absent = 0): number {
    const at = this.#field(id);
    return at === 0 ? absent : this.#view.getInt16(at, true);
  }

  int32(id: number, absent = 0): number {
    const at = this.#field(id);
    return at === 0 ? absent : this.#view.getInt32(at, true);
  }

  /** A 64-bit integer that counts bytes or rows; RangeError beyond 2^53. */
  size(id: number): number {
    const at = this.#field(id);
    return at === 0 ? 0 : readSize(this.#view, at);
  }

  table(id: number): FlatTable | null {
    const at = this.#field(id);
    return at === 0 ? null : new FlatTable(this.#view, this.#target(at));
  }

  /** Where a string's bytes stand in the buffer. */
  textRange(id: number): { from: number; length: number } | null {
    const at = this.#field(id);
    if (at === 0) return null;
    const from = this.#target(at);
    const length = this.#view.getUint32(from, true);
    if (from + 4 + length > this.#view.byteLength) {
      throw new RangeError("a string leads outside of its buffer");
    }
    return { from: from + 4, length };
  }

  text(id: number): string | null {
    const range = this.textRange(id);
    if (range === null) return null;
    return TEXT.decode(
      new Uint8Array(this.#view.buffer, this.#view.byteOffset + range.from, range.length),
    );
  }

  tables(id: number): FlatTable[] {
    const { from, count } = this.#vector(id, 4);
    return Array.from({ length: count }, (_, n) => new FlatTable(this.#view, this.#target(from + 4 * n)));
  }

  /** A vector of structs, each of two 64-bit sizes. */
  sizePairs(id: number): [number, number][] {
    const { from, count } = this.#vector(id, 16);
    return Array.from({ length: count }, (_, n) => [
      readSize(this.#view, from + 16 * n),
      readSize(this.#view, from + 16 * n + 8),
    ]);
  }

  #vector(id: number, itemBytes: number): { from: number; count: number } {
    const at = this.#field(id);
    if (at === 0) return { from: 0, count: 0 };
    const from = this.#target(at);
    const count = this.#view.getUint32(from, true);
    if (from + 4 + count * itemBytes > this.#view.byteLength) {
      throw new RangeError("a vector leads outside of its buffer");
    }
    return { from: from + 4, count };
  }
}

const TEXT = new TextDecoder();

function readSize(view: DataView, at: number): number {
  const high = view.getInt32(at + 4, true);
  if (high < 0 || high >= 0x20_0000) throw new RangeError("a length is negative or beyond 2^53");
  return high * 0x1_0000_0000 + view.getUint32(at, true);
}

/** One field of a table under construction. `offset` fields point at something built before. */
export type FlatField =
  | { id: number; as: "uint8" | "int16" | "int32"; value: number }
  | { id: number; as: "int64"; value: bigint }
  | { id: number; as: "offset"; value: number };

const FIELD_BYTES = { uint8: 1, int16: 2, int32: 4, int64: 8, offset: 4 } as const;

/**
 * Builds a buffer from its end to its start, as FlatBuffers want it: what is pointed at comes first.
 * Places are counted from the end and stay valid while the buffer grows.
 */
export class FlatBuilder {
  #bytes = new Uint8Array(1024);
  #used = 0;

  #prepare(bytes: number, align: number, following = 0): void {
    const padding = -(this.#used + bytes + following) & (align - 1);
    const needed = this.#used + padding + bytes + following;
    if (needed > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
      grown.set(this.#bytes, grown.length - this.#bytes.length);
      this.#bytes = grown;
    }
    this.#used += padding;
  }

  #push(bytes: number): DataView {
    this.#used += bytes;
    return new DataView(this.#bytes.buffer, this.#bytes.length - this.#used, bytes);
  }

  /** A string; the place of it. */
  text(value: string): number {
    const encoded = ENCODER.encode(value);
    this.#prepare(encoded.length + 1, 4, 4);
    this.#push(1);
    this.#push(encoded.length);
    this.#bytes.set(encoded, this.#bytes.length - this.#used);
    this.#push(4).setUint32(0, encoded.length, true);
    return this.#used;
  }

  /** A vector of places. */
  places(places: number[]): number {
    this.#prepare(4 * places.length, 4, 4);
    for (const place of places.toReversed()) this.#offset(place);
    this.#push(4).setUint32(0, places.length, true);
    return this.#used;
  }

  /** A vector of structs, each of two 64-bit sizes. */
  sizePairs(pairs: [number, number][]): number {
    this.#prepare(16 * pairs.length, 8, 4);
    for (const [first, second] of pairs.toReversed()) {
      this.#push(8).setBigInt64(0, BigInt(second), true);
      this.#push(8).setBigInt64(0, BigInt(first), true);
    }
    this.#prepare(0, 4, 4);
    this.#push(4).setUint32(0, pairs.length, true);
    return this.#used;
  }

  /** A table; absent fields are simply not named. */
  table(fields: FlatField[]): number {
    const end = this.#used;
    const places = new Map<number, number>();
    // Widest first, so that little padding is needed.
    for (const field of fields.toSorted((a, b) => FIELD_BYTES[b.as] - FIELD_BYTES[a.as])) {
      const bytes = FIELD_BYTES[field.as];
      this.#prepare(bytes, bytes);
      if (field.as === "offset") this.#offset(field.value);
      else if (field.as === "int64") this.#push(8).setBigInt64(0, field.value, true);
      else if (field.as === "int32") this.#push(4).setInt32(0, field.value, true);
      else if (field.as === "int16") this.#push(2).setInt16(0, field.value, true);
      else this.#push(1).setUint8(0, field.value);
      places.set(field.id, this.#used);
    }
    this.#prepare(4, 4);
    this.#push(4);
    const table = this.#used;
    const slots = fields.reduce((most, field) => Math.max(most, field.id + 1), 0);
    this.#prepare(2 * slots, 2, 4);
    for (let id = slots - 1; id >= 0; id--) {
      const place = places.get(id);
      this.#push(2).setUint16(0, place === undefined ? 0 : table - place, true);
    }
    this.#push(2).setUint16(0, table - end, true);
    this.#push(2).setUint16(0, 4 + 2 * slots, true);
    new DataView(this.#bytes.buffer).setInt32(this.#bytes.length - table, this.#used - table, true);
    return table;
  }

  #offset(place: number): void {
    this.#prepare(4, 4);
    this.#push(4).setUint32(0, this.#used - place, true);
  }

  /** The finished buffer, a multiple of eight bytes long. */
  finish(root: number): Uint8Array<ArrayBuffer> {
    this.#prepare(4, 8);
    this.#offset(root);
    return this.#bytes.slice(this.#bytes.length - this.#used);
  }
}

const ENCODER = new TextEncoder();
