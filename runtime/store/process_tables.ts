/**
 * Who wrote into the captures of a store: two tables over all of them.
 *
 * @module
 */
import { parseRecords, type ProcessRecord, type ThreadRecord } from "../processes/process_file.ts";
import { literal } from "./base_tables.ts";
import type { Engine } from "./engine.ts";

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

/** Rows of the text of a capture's file. */
export function readProcesses(text: string): Record<string, string[]> {
  const records = parseRecords(text);
  return {
    _processes: records.filter((record) => record.kind === "process").map(processValues),
    _threads: records.filter((record) => record.kind === "thread").map(threadValues),
  };
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
