/**
 * Who wrote into the captures of a store: two tables over all of them. What is known of one capture is brought in again whenever its
 * file has changed, since it is small, and by statements that every engine understands.
 *
 * @module
 */
import {
  parseRecords,
  processFile,
  type ProcessRecord,
  type ThreadRecord,
} from "../processes/process_file.ts";
import { literal } from "./base_tables.ts";
import type { Engine } from "./engine.ts";
import { fileVersion } from "./file_version.ts";

/** So many rows are inserted by one statement. */
const ROWS_AT_ONCE = 1000;

/** Makes the tables, empty. */
export async function createProcessTables(engine: Engine): Promise<void> {
  await engine.run(
    `CREATE TABLE _processes (capture VARCHAR, pid UINTEGER, born UBIGINT, name VARCHAR, path VARCHAR,
    command_line VARCHAR, parent_pid UINTEGER, start_ts TIMESTAMP_NS, end_ts TIMESTAMP_NS)`,
  );
  await engine.run(
    `CREATE TABLE _threads (capture VARCHAR, tid UINTEGER, pid UINTEGER, born UBIGINT, name VARCHAR,
    start_ts TIMESTAMP_NS, end_ts TIMESTAMP_NS)`,
  );
}

/** The processes and threads of one capture. */
export class ProcessRows {
  readonly #engine: Engine;
  readonly #name: string;
  readonly #path: string;
  #version = "";

  /** Of the capture in `folder`, which is called `name` in the tables. */
  constructor(engine: Engine, name: string, folder: string) {
    this.#engine = engine;
    this.#name = name;
    this.#path = processFile(folder);
  }

  /** Loads the file if it has changed; of a capture without one there are no rows. */
  async load(): Promise<void> {
    const version = await fileVersion(this.#path);
    if (version === this.#version) return;
    const records = version === "" ? [] : parseRecords(await Deno.readTextFile(this.#path));
    const capture = literal(this.#name);
    for (const table of ["_processes", "_threads"]) {
      await this.#engine.run(`DELETE FROM ${table} WHERE capture = ${capture}`);
    }
    const processes = records.filter((record) => record.kind === "process");
    const threads = records.filter((record) => record.kind === "thread");
    await this.#insert("_processes", processes.map((record) => `(${capture}, ${processValues(record)})`));
    await this.#insert("_threads", threads.map((record) => `(${capture}, ${threadValues(record)})`));
    this.#version = version;
  }

  async #insert(table: string, rows: readonly string[]): Promise<void> {
    for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
      await this.#engine.run(`INSERT INTO ${table} VALUES ${rows.slice(at, at + ROWS_AT_ONCE).join(", ")}`);
    }
  }
}

function processValues(record: ProcessRecord): string {
  const { pid, born, name, path, command_line, parent_pid, start_ns, end_ns } = record;
  return [
    pid,
    born ?? "NULL",
    ...[name, path, command_line].map(text),
    parent_pid ?? "NULL",
    ...[start_ns, end_ns].map(time),
  ].join(", ");
}

function threadValues({ tid, pid, born, name, start_ns, end_ns }: ThreadRecord): string {
  return [tid, pid, born ?? "NULL", text(name), time(start_ns), time(end_ns)].join(", ");
}

function text(value: string | null): string {
  return value === null ? "NULL" : literal(value);
}

function time(ns: string | null): string {
  return ns === null ? "NULL" : `make_timestamp_ns(${ns})`;
}
