/**
 * Writes one Parquet file, row group by row group: what is held in memory is one row group, never the file.
 *
 * The compression is zstd at its library's own level: parquet-wasm has no other. Version 1 pages are what every reader
 * understands.
 *
 * @module
 */
import {
  Compression,
  EnabledStatistics,
  type RecordBatch,
  Table,
  transformParquetStream,
  type WriterProperties,
  WriterPropertiesBuilder,
  WriterVersion,
} from "parquet-wasm";
import { type Crc32c, crc32c } from "../arrow/crc32c.ts";
import {
  type ColumnSpec,
  columnWidth,
  encodeRecordBatch,
  encodeSchema,
  END_OF_STREAM,
} from "../arrow/ipc.ts";
import type { TableRows } from "../store/table_writer.ts";
import { BlockSums } from "./block_sums.ts";
import { DELTA, type SealedLayout } from "./columns.ts";

/** Rows of a row group; what DuckDB scans as one. */
export const ROW_GROUP_ROWS = 122_880;

/** What was written. */
export interface WrittenFile {
  readonly rows: number;
  readonly bytes: number;
  /** See {@link BlockSums}. */
  readonly sums: readonly number[];
}

/**
 * Writes the rows into a new file and forces it to the disk. The rows' memory may be used again when the next are asked for.
 *
 * @throws {Error} The file cannot be written; what is there of it is the caller's to remove.
 */
export async function writeParquet(
  path: string,
  layout: SealedLayout,
  keyValues: ReadonlyMap<string, string>,
  tables: AsyncIterator<TableRows>,
  checksum: Crc32c = crc32c,
): Promise<WrittenFile> {
  using file = await Deno.open(path, { write: true, create: true, truncate: true });
  const sums = new BlockSums(checksum);
  let rows = 0, bytes = 0;
  for await (const chunk of encodeParquet(layout, keyValues, tables, (more) => rows += more)) {
    for (let done = 0; done < chunk.length;) done += await file.write(chunk.subarray(done));
    sums.add(chunk);
    bytes += chunk.length;
  }
  await file.sync();
  return { rows, bytes, sums: sums.end() };
}

/** The bytes of a Parquet file with these rows, whose memory may be used again when the next are asked for. */
export async function* encodeParquet(
  layout: SealedLayout,
  keyValues: ReadonlyMap<string, string>,
  tables: AsyncIterator<TableRows>,
  onRows: (rows: number) => void = () => {},
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const wasm = new WasmBatches(layout.columns);
  let isEmpty = true;
  let failure: unknown = null;
  const batches = new ReadableStream<RecordBatch>({
    async pull(controller) {
      try {
        const { value, done } = await tables.next();
        if (done && !isEmpty) return controller.close();
        // The columns of a file are those of its first batch, so there is always one.
        isEmpty = false;
        const batch = done ? noRows(layout) : value;
        onRows(batch.rows);
        controller.enqueue(wasm.hand(batch));
      } catch (error) {
        // parquet-wasm hears only that there was an error, not which.
        failure = error;
        throw error;
      }
    },
  }, { highWaterMark: 0 });
  try {
    yield* await transformParquetStream(batches, properties(layout, keyValues));
  } catch (error) {
    throw failure ?? error;
  }
}

function noRows({ columns }: SealedLayout): TableRows {
  const nothing = { validity: null, nullCount: 0, values: new Uint8Array(0) };
  return {
    rows: 0,
    columns: columns.map(({ type }) =>
      columnWidth(type) === 0 ? { ...nothing, offsets: new Int32Array(1) } : nothing
    ),
  };
}

/** Hands batches over to parquet-wasm, which copies them: all in the same memory, because fresh memory costs as much as a copy. */
class WasmBatches {
  readonly #schema: Uint8Array<ArrayBuffer>;
  #memory = new Uint8Array(0);

  constructor(columns: readonly ColumnSpec[]) {
    this.#schema = encodeSchema(columns);
  }

  hand({ rows, columns }: TableRows): RecordBatch {
    const from = this.#schema.length;
    const message = encodeRecordBatch(rows, columns, [], (bytes) => {
      this.#reserve(from + bytes + END_OF_STREAM.length);
      return this.#memory.subarray(from, from + bytes);
    });
    const end = from + message.length;
    this.#memory.set(this.#schema);
    this.#memory.set(END_OF_STREAM, end);
    using table = Table.fromIPCStream(this.#memory.subarray(0, end + END_OF_STREAM.length));
    const batch = table.recordBatch(0);
    if (batch === undefined) throw new Error("a batch of rows was lost on its way into the Parquet writer");
    return batch;
  }

  #reserve(bytes: number): void {
    if (bytes > this.#memory.length) this.#memory = new Uint8Array(bytes + (bytes >> 2));
  }
}

function properties(layout: SealedLayout, keyValues: ReadonlyMap<string, string>): WriterProperties {
  let builder = new WriterPropertiesBuilder()
    .setWriterVersion(WriterVersion.V1)
    .setCompression(Compression.ZSTD)
    .setMaxRowGroupSize(ROW_GROUP_ROWS)
    .setStatisticsEnabled(EnabledStatistics.Chunk)
    .setDictionaryEnabled(false)
    .setKeyValueMetadata(new Map(keyValues));
  for (const name of layout.deltas) builder = builder.setColumnEncoding(name, DELTA);
  for (const name of layout.dictionaries) builder = builder.setColumnDictionaryEnabled(name, true);
  for (const name of layout.withoutStatistics) {
    builder = builder.setColumnStatisticsEnabled(name, EnabledStatistics.None);
  }
  return builder.build();
}
