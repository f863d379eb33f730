/**
 * Reads one sealed file, row group by row group. Believes nothing: the file has to say whose it is, its blocks have to fit their
 * checksums, its columns have to be those of its table.
 *
 * @module
 */
import { ParquetFile, type ReaderOptions, readParquet, type Table } from "parquet-wasm";
import type { Crc32c } from "../arrow/crc32c.ts";
import { checkEventColumns } from "../events/event_rows.ts";
import type { CaptureInfo } from "../store/folder.ts";
import { CheckedFile, HeldBytes } from "./checked_file.ts";
import { SEALED, type StoredTable } from "./columns.ts";
import { checkKeyValues } from "./key_values.ts";
import { decodeStream, type SpecifiedRows, type WantedColumns } from "./ipc_stream.ts";
import { ROW_GROUP_ROWS } from "./parquet_writer.ts";
import { readMeta, sealedFacts } from "./segment_meta.ts";
import { segmentPath } from "./segment_paths.ts";

const MAGIC = "PAR1";
/** The length of the footer and the magic behind it. */
const TAIL_BYTES = 8;

/** What one row group holds. */
export interface RowGroupSize {
  readonly rows: number;
  /** Before they were compressed. */
  readonly bytes: number;
}

/** One sealed file, open. */
export class SealedFile implements Disposable {
  readonly #table: StoredTable;
  readonly #file: CheckedFile;
  readonly #held: HeldBytes;
  readonly #parquet: ParquetFile;
  /** Where each row group begins; they follow each other. */
  readonly #places: readonly number[];
  readonly #sizes: readonly RowGroupSize[];

  private constructor(
    table: StoredTable,
    file: CheckedFile,
    held: HeldBytes,
    parquet: ParquetFile,
    places: readonly number[],
    sizes: readonly RowGroupSize[],
  ) {
    this.#table = table;
    this.#file = file;
    this.#held = held;
    this.#parquet = parquet;
    this.#places = places;
    this.#sizes = sizes;
  }

  /**
   * Opens the sealed form of a segment's table.
   *
   * @throws {Deno.errors.NotFound} There is none.
   * @throws {Error} It is damaged, foreign or newer.
   */
  static async open(
    folder: string,
    info: CaptureInfo,
    table: StoredTable,
    number: number,
    checksum: Crc32c,
  ): Promise<SealedFile> {
    const facts = sealedFacts(await readMeta(folder, number), table);
    const file = await CheckedFile.open(segmentPath(folder, table, number, "parquet"), facts, checksum);
    let parquet: ParquetFile | null = null;
    try {
      const held = new HeldBytes(file.size);
      await holdFooter(file, held);
      parquet = await ParquetFile.fromFile(held.blob());
      using metadata = parquet.metadata();
      using fileMetadata = metadata.fileMetadata();
      checkKeyValues(fileMetadata.keyValueMetadata(), info, table, number);
      const places = [MAGIC.length], sizes: RowGroupSize[] = [];
      for (let group = 0; group < metadata.numRowGroups(); group++) {
        using rowGroup = metadata.rowGroup(group);
        places.push(places[group]! + rowGroup.compressedSize());
        sizes.push({ rows: rowGroup.numRows(), bytes: rowGroup.totalByteSize() });
      }
      return new SealedFile(table, file, held, parquet, places, sizes);
    } catch (error) {
      parquet?.free();
      file[Symbol.dispose]();
      throw toError(error);
    }
  }

  /** The row groups. */
  get rowGroups(): readonly RowGroupSize[] {
    return this.#sizes;
  }

  /** Whether every byte is what was written; false where that is not known. */
  isWhole(): Promise<boolean> {
    return this.#file.isWhole();
  }

  /**
   * The rows of one row group. They are the caller's.
   *
   * @throws {Error} They are damaged.
   */
  async read(rowGroup: number): Promise<SpecifiedRows[]> {
    const options = { rowGroups: [rowGroup], batchSize: ROW_GROUP_ROWS };
    try {
      const table = this.#file.isChecked
        ? await this.#readHeld(rowGroup, options)
        // Nobody knows what these bytes are; this reader comes back from all that it cannot read, at the price of the whole file.
        : readParquet(await this.#file.read(0, this.#file.size), options);
      return decodeStream(table.intoIPCStream() as Uint8Array<ArrayBuffer>, columnsOf(this.#table));
    } catch (error) {
      throw toError(error);
    }
  }

  async #readHeld(rowGroup: number, options: ReaderOptions): Promise<Table> {
    const from = this.#places[rowGroup]!, to = this.#places[rowGroup + 1]!;
    this.#held.hold(from, await this.#file.read(from, to));
    return await this.#parquet.read(options);
  }

  [Symbol.dispose](): void {
    this.#parquet.free();
    this.#file[Symbol.dispose]();
  }
}

function columnsOf(table: StoredTable): WantedColumns {
  return table === "logs" || table === "gaps" || table === "rings" ? SEALED[table] : checkEventColumns;
}

async function holdFooter(file: CheckedFile, held: HeldBytes): Promise<void> {
  const whole = file.expectedBytes;
  if (whole !== null && whole !== file.size) {
    throw new SyntaxError(`it has ${file.size} bytes, ${whole} were written`);
  }
  if (file.size < MAGIC.length + TAIL_BYTES) {
    throw new SyntaxError(`it has ${file.size} bytes, which is no Parquet`);
  }
  const tail = await file.read(file.size - TAIL_BYTES, file.size);
  const footerBytes = new DataView(tail.buffer, tail.byteOffset).getUint32(0, true);
  const from = file.size - TAIL_BYTES - footerBytes;
  if (new TextDecoder("latin1").decode(tail.subarray(4)) !== MAGIC || from < MAGIC.length) {
    throw new SyntaxError("it does not end as Parquet does");
  }
  held.hold(from, await file.read(from, file.size));
}

/** parquet-wasm throws texts, too. */
function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
