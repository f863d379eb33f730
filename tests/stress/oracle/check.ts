/**
 * The independent oracle: compares a capture with what the writers recorded themselves.
 *
 * Nothing of the product's own reading of the rings is believed: what was tried comes from the records, what was
 * captured from the folder, and each must explain the other.
 * @module
 */
import { type Captured, type Row } from "./captured.ts";
import { checkAccount, type RingWords } from "./check_account.ts";
import { checkOrder } from "./check_order.ts";
import { Findings } from "./findings.ts";
import { fnv1a, parseText, parseWitness, provesItself, textOf, WITNESS_TYPE } from "./payload.ts";
import { type Attempt, How, Status, type ThreadRecord } from "./records.ts";

const TRUNCATED = 1;
const KIND_DATA = 1;
const HEADER_BYTES = 56;
const ENTRY_BYTES_MAX = 524280;
const UNKNOWN_LENGTH = 2 ** 32 - 1;

/** What was captured of one attempt. */
export interface Matched {
  readonly thread: ThreadRecord;
  readonly number: number;
  readonly attempt: Attempt;
  readonly row: Row | null;
}

/** What the check needs to know beside records and capture. */
export interface CheckOptions {
  /** Size of each ring. */
  readonly ringBytes: number;
  /** The words of the rings themselves after the run, or null when they are gone. */
  readonly rings: readonly RingWords[] | null;
  /** In overwrite mode what returned RS_OK may be overwritten before it is read. Default: discard. */
  readonly mode?: "discard" | "overwrite";
  /** In clock order nobody knows the idx of an attempt before it is delivered. Default: index. */
  readonly order?: "index" | "clock";
  /** The least severity that the capture was asked to store. Default: every one. */
  readonly least?: number;
}

/** Compares, and returns everything that does not fit. */
export function check(
  records: readonly ThreadRecord[],
  captured: Captured,
  options: CheckOptions,
): Findings {
  const findings = new Findings();
  const matched = checkRows(records, captured.rows, options, findings);
  checkAccount(matched, captured, options, findings);
  return findings;
}

/** The part of {@link check} that needs no counters: every row, every attempt, every order. */
export function checkRows(
  records: readonly ThreadRecord[],
  rows: readonly Row[],
  options: Omit<CheckOptions, "rings">,
  findings: Findings,
): Matched[] {
  const matched = matchRows(records, rows, findings);
  for (const match of matched) checkAttempt(match, options, findings);
  checkOrder(matched, rows, findings, options.order === "clock");
  return matched;
}

function nameOf(row: Row): string {
  return `row idx ${row.idx} (processor ${row.processor}, seq ${row.seq}, pid ${row.pid}, tid ${row.tid})`;
}

/** Whose attempt a row says that it is. */
function attemptOf({ type, remarks, kind, payload }: Row): { thread: number; number: number } {
  if (kind === KIND_DATA && type === WITNESS_TYPE) return parseWitness(remarks);
  const isUnnamed = type === 0 && remarks === 0 && kind !== KIND_DATA;
  return (isUnnamed ? parseText(payload) : null) ?? { thread: type, number: remarks };
}

/** Finds the attempt of each row. A row that has none, or one that another row has, is a finding. */
function matchRows(records: readonly ThreadRecord[], rows: readonly Row[], findings: Findings): Matched[] {
  const threads = new Map(records.map((record) => [record.thread, record]));
  const found = new Map<ThreadRecord, (Row | undefined)[]>(records.map((record) => [record, []]));
  for (const row of rows) {
    const name = attemptOf(row);
    const thread = threads.get(name.thread);
    const attempt = thread?.attempts[name.number];
    const taken = thread && found.get(thread);
    if (!taken || !attempt) {
      findings.add("invented", () => `${nameOf(row)} is nobody's attempt`);
      continue;
    }
    const other = taken[name.number];
    if (other) findings.add("duplicate", () => `${nameOf(row)} is the same attempt as idx ${other.idx}`);
    taken[name.number] = row;
  }
  return records.flatMap((thread) => {
    const taken = found.get(thread) ?? [];
    return thread.attempts.flatMap((attempt, number) =>
      attempt === undefined ? [] : [{ thread, number, attempt, row: taken[number] ?? null }]
    );
  });
}

function checkAttempt(match: Matched, options: Omit<CheckOptions, "rings">, findings: Findings): void {
  const { ringBytes, mode, least = 0 } = options;
  const { thread, number, attempt, row } = match;
  const name = () => `thread ${thread.thread} attempt ${number} (how ${attempt.how}, depth ${attempt.depth})`;
  if (attempt.returned) {
    const isCommitted = attempt.status === Status.ok && attempt.how !== How.discard;
    const isWanted = attempt.severity >= least;
    if (!isWanted && row !== null) {
      findings.add("filtered", () => `${name()} has severity ${attempt.severity} and is ${nameOf(row)}`);
    }
    if (isCommitted && isWanted && row === null && mode !== "overwrite") {
      findings.add("missing", () => `${name()} returned RS_OK`);
    }
    if (!isCommitted && row !== null) {
      findings.add("refused", () => `${name()} returned ${attempt.status} and is ${nameOf(row)}`);
    }
    checkStatus(attempt, ringBytes, findings, name);
  } else if (thread.isDone) {
    findings.add("record", () => `${name()} did not return, but its thread ended`);
  }
  if (row !== null) checkRow(match, row, options, findings, name);
}

/** The status is the contract's: too big is what is longer than a ring ever takes, and nothing else. */
function checkStatus(attempt: Attempt, ringBytes: number, findings: Findings, name: () => string): void {
  const most = payloadMax(ringBytes);
  const isTooBig = attempt.how !== How.log && attempt.length > most;
  const expected = isTooBig ? [Status.tooBig] : [Status.ok, Status.full];
  if (!expected.some((status) => status === attempt.status)) {
    findings.add("status", () => `${name()} of ${attempt.length} bytes returned ${attempt.status}`);
  }
}

function payloadMax(ringBytes: number): number {
  return Math.min(ringBytes / 8, ENTRY_BYTES_MAX) - HEADER_BYTES;
}

function checkRow(
  { thread, number, attempt }: Matched,
  row: Row,
  { ringBytes, order }: Omit<CheckOptions, "rings">,
  findings: Findings,
  name: () => string,
): void {
  const same = (what: string, actual: number, expected: number) =>
    findings.equal("field", actual, expected, () => `${name()} ${nameOf(row)} ${what}`);
  same("pid", row.pid, attempt.pid);
  same("tid", row.tid, attempt.tid);
  same("severity", row.severity, attempt.severity);
  same("kind", row.kind, attempt.kind);
  if (thread.pinned !== null) same("processor", row.processor, thread.pinned);
  if (attempt.slot !== null) {
    if (order !== "clock") same("index", row.idx, attempt.slot.index);
    same("seq", row.seq, attempt.slot.seq);
    same("processor", row.processor, attempt.slot.processor);
  }
  const isWhole = attempt.how === How.log
    ? isLogged(textOf(thread.thread, number, attempt.length), row, ringBytes)
    : attempt.length !== UNKNOWN_LENGTH && row.flags === 0 && row.payload.length === attempt.length &&
      fnv1a(row.payload) === attempt.checksum &&
      (row.kind !== KIND_DATA || attempt.how === How.witness ||
        provesItself(row.payload, row.type, row.remarks));
  if (!isWhole) {
    findings.add(
      "torn",
      () =>
        `${name()} of ${attempt.length} bytes is ${
          nameOf(row)
        } with ${row.payload.length} bytes, flags ${row.flags}`,
    );
  }
}

/** Text of rs_log: whole, or cut as rs_log.h says: flagged, with its original length in the last four bytes. */
function isLogged(whole: Uint8Array, row: Row, ringBytes: number): boolean {
  const longest = Math.min(1016, payloadMax(ringBytes));
  const isCut = whole.length > longest;
  if (row.flags !== (isCut ? TRUNCATED : 0) || row.payload.length !== Math.min(whole.length, longest)) {
    return false;
  }
  const kept = isCut ? row.payload.length - 4 : row.payload.length;
  if (!row.payload.subarray(0, kept).every((byte, at) => byte === whole[at])) return false;
  const view = new DataView(row.payload.buffer, row.payload.byteOffset, row.payload.byteLength);
  return !isCut || view.getUint32(kept, true) === whole.length;
}
