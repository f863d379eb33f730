/**
 * The call sites of a ring set, read without a right to write: a copy of the table, as of one moment as far as its writers let it be one.
 *
 * @module
 */
import { intent, setHeader, sitePage, siteSlot } from "../abi/layout.ts";
import { DriverError } from "../errors.ts";
import { decodeLeniently } from "../events/byte_text.ts";
import { linuxThreads } from "../reader/liveness.ts";
import { Owners } from "../reader/owners.ts";
import { SharedBytes } from "../reader/ring_memory.ts";
import { readRingsPart, ringsBytes } from "../reader/rings_part.ts";
import { readSetHeader, type SetHeader } from "../reader/set_header.ts";
import { SiteTable } from "./site_table.ts";

/** A call site and what it writes now. */
export interface ListedSite {
  readonly number: number;
  /** Of a typed event its name, else the function's. */
  readonly name: string;
  /** One of `EntryKind`. */
  readonly kind: number;
  /** One of `SiteRole`. */
  readonly role: number;
  /** The least severity that is written: `Severity`, or `Level.off`; `Level.undecided`: all. */
  readonly level: number;
  /** 1 … 6; 0: given at each call. */
  readonly severity: number;
  readonly file: string;
  readonly line: number;
  readonly function: string;
  readonly format: string;
}

/** A rule; the last one that matches decides. */
export interface ListedRule {
  readonly pattern: string;
  readonly level: number;
}

/** What a ring set says of its sites. */
export interface RingSites {
  readonly header: SetHeader;
  /** By number. */
  readonly sites: readonly ListedSite[];
  readonly rules: readonly ListedRule[];
  /** Where no rule matches. */
  readonly defaultLevel: number;
  /** Sites that could not be registered. */
  readonly refused: bigint;
  /** False while rules are changed, and after somebody died while changing them. */
  readonly isSettled: boolean;
}

/** How often a table is read again whose rules changed meanwhile. */
const TRIES = 20;

/**
 * Reads the header of a ring set.
 *
 * @returns Null where the file cannot be read.
 * @throws {DriverError | AbiMismatchError} As {@link readSetHeader}.
 */
export function readRingsHeader(path: string): SetHeader | null {
  const bytes = readRingsPart(path, 0, setHeader.bytes);
  const size = ringsBytes(path);
  return bytes === null || size === null ? null : readSetHeader(bytes, size, path);
}

/**
 * Reads the table.
 *
 * @throws {DriverError} The file is gone or cut short, or the set has no table.
 */
export function readRingSites(path: string, header: SetHeader): RingSites {
  if (header.siteCount === 0) {
    throw new DriverError(
      `control the sites of the rings ${path}: they have no table of call sites (ABI ${header.abiMajor}.${header.abiMinor}); ` +
        "build the program with this version's rs_event.h or rs_log.h, and let it or capture make new rings",
    );
  }
  let found = readOnce(path, header);
  for (let tries = 1; tries < TRIES && !found.isSettled; tries++) found = readOnce(path, header);
  return found;
}

/** Whether it is certain that nobody logs into these rings any more: their maker and all who wrote have ended. */
export function areWritersGone(path: string, header: SetHeader): boolean {
  if (Deno.build.os !== "linux") return false;
  const bytes = readPart(path, 0, header.intentOff + header.intentCount * intent.bytes);
  const producer = new SharedBytes(bytes);
  const memory = { header, producer, consumer: producer, oversee: () => false, swapWord: () => {} };
  return new Owners(memory, linuxThreads).areGone;
}

function readOnce(path: string, header: SetHeader): RingSites {
  const { siteOff, siteCount } = header;
  const before = new SharedBytes(readPart(path, siteOff, sitePage.bytes));
  const used = Math.min(Number(before.load64(sitePage.textUsed)), header.siteTextBytes);
  const siteTextBytes = Math.ceil(used / 8) * 8;
  const bytes = sitePage.bytes + siteCount * (1 + siteSlot.bytes) + siteTextBytes;
  const table = new SiteTable(new SharedBytes(readPart(path, siteOff, bytes)), 0, {
    siteCount,
    siteTextBytes,
  });
  const after = new SharedBytes(readPart(path, siteOff, sitePage.bytes));
  const generation = before.load64(sitePage.controlGeneration);
  return {
    header,
    sites: listSites(table),
    rules: table.rules().map(({ pattern, level }) => ({ pattern: decodeLeniently(pattern), level })),
    defaultLevel: table.defaultLevel,
    refused: table.refused,
    isSettled: generation % 2n === 0n && after.load64(sitePage.controlGeneration) === generation,
  };
}

function listSites(table: SiteTable): ListedSite[] {
  return Array.from({ length: table.count }, (_, at) => at + 1).flatMap((number) => {
    const head = table.head(number);
    if (head === null) return [];
    const { name, file, function: functionName, format, argumentCount: _, ...rest } = head;
    return [{
      ...rest,
      number,
      level: table.level(number),
      name: decodeLeniently(name),
      file: decodeLeniently(file),
      function: decodeLeniently(functionName),
      format: decodeLeniently(format),
    }];
  });
}

function readPart(path: string, offset: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = readRingsPart(path, offset, length);
  if (bytes?.length === length) return bytes;
  throw new DriverError(
    `read the call sites of the rings ${path}: ${
      bytes === null ? "the file cannot be read any more" : "it was cut short"
    }; let the program make new rings`,
  );
}
