// SPDX-License-Identifier: MIT
/*
 * ringscope.windbg.js - the ring sets of ringscope.sys in WinDbg, of a running kernel or of a dump that holds its memory.
 *
 *      .scriptload C:\path\ringscope.windbg.js
 *      !ringscope                         sets and rings
 *      !ringscope_last 50                 the last 50 entries of a set, in their order
 *      !ringscope_losses                  what was refused and lost, and the holes among the entries that are still there
 *
 * Which set, where there are several, is said by its name or by the address of its first page, as the last argument: "net" or
 * 0xffffa80012340000. Sets are found by the symbol ringscope!ringscope_debugger (debugger.h, ringscope.pdb); without a PDB an address has
 * to be said, and where the reader stands is not known then.
 *
 * The layout is that of driver/include/rs_abi.h and driver/EVENTS.md. Memory is not trusted: every number is bounded before it is used.
 * Error numbers, NTSTATUS and HRESULT are shown as numbers (!error names them), floating point with at most 20 digits.
 *
 * A classic script of ECMAScript 2015, as the debugger's engine wants it: no modules, no BigInt. A word of 64 bits is {high, low}.
 */
"use strict";

const PAGE = 4096, REGION = 65536;
const SET_MAGIC = { high: 0x0053474e, low: 0x49525352 };
const DEBUGGER_MAGIC = { high: 0x52474244, low: 0x57435352 };
const BYTE_ORDER_MARK = 0x01020304, ABI_MAJOR = 1, ABI_MINOR_SITES = 3;
const STATE_MAKING = 0;
const SETS_MAX = 64, NAME_BYTES = 32;
const RINGS_MAX = 65536, RING_BYTES_MIN = 4096, RING_BYTES_MAX = 0x40000000, INTENTS_MAX = 65536;
const HEADER_BYTES = 56, ENTRY_BYTES_MAX = 524280;
const SITES_MAX = 65536,
  SITE_TEXT_MIN = 4096,
  SITE_TEXT_MAX = 0x4000000,
  SITE_BYTES_MAX = 4096,
  ARGUMENTS_MAX = 16;
const STATE = { reserved: 1, committed: 2, discarded: 3, padding: 4, abandoned: 5 };
const KIND = { text: 0, data: 1, event: 2 };
const FLAG_TRUNCATED = 1;
const LEVELS = ["?", "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];
/** Entries that stand before others of their ring and have a later index: contexts inside of each other. */
const NESTED = 64;
/** Read of a ring in one go, and for one command. */
const WINDOW = 65536, RING_READ_MAX = 0x1000000;
const LINES_MAX = 10000, HOLES_SHOWN = 100, SHOWN_BYTES = 64, WIDTH_MAX = 4095;

// Numbers of 64 bits.

function u16At(bytes, at) {
  return bytes[at] | bytes[at + 1] << 8;
}

function u32At(bytes, at) {
  return (u16At(bytes, at) | u16At(bytes, at + 2) << 16) >>> 0;
}

function wordAt(bytes, at) {
  return { high: u32At(bytes, at + 4), low: u32At(bytes, at) };
}

function wordOf(number) {
  return { high: Math.floor(number / 0x100000000), low: number % 0x100000000 };
}

/** Exact below 2^53, else infinite. */
function numberOf(word) {
  return word.high < 0x200000 ? word.high * 0x100000000 + word.low : Infinity;
}

function numberAt(bytes, at) {
  return numberOf(wordAt(bytes, at));
}

function isSameWord(a, b) {
  return a.high === b.high && a.low === b.low;
}

function compareWords(a, b) {
  return a.high - b.high || a.low - b.low;
}

function negated(word) {
  const low = -word.low >>> 0;
  return { high: ~word.high + (low === 0 ? 1 : 0) >>> 0, low: low };
}

function plusOne(word) {
  const low = (word.low + 1) % 0x100000000;
  return { high: (word.high + (low === 0 ? 1 : 0)) % 0x100000000, low: low };
}

/** a - b as a floating-point number. */
function difference(a, b) {
  return (a.high - b.high) * 0x100000000 + (a.low - b.low);
}

function isNegative(word) {
  return word.high >= 0x80000000;
}

function digitsOf(word, base) {
  if (numberOf(word) !== Infinity) return numberOf(word).toString(base);
  let digits = "";
  let parts = [word.high >>> 16, word.high & 0xffff, word.low >>> 16, word.low & 0xffff];
  while (parts.some((part) => part !== 0)) {
    let rest = 0;
    parts = parts.map((part) => {
      const value = rest * 0x10000 + part;
      rest = value % base;
      return Math.floor(value / base);
    });
    digits = rest.toString(base) + digits;
  }
  return digits;
}

function signedText(word) {
  return isNegative(word) ? "-" + digitsOf(negated(word), 10) : digitsOf(word, 10);
}

// The tag of an entry's place (driver/core/tag.h): 45 bits, as three digits of 15.

function limbsOf(word) {
  return [word.low & 0x7fff, word.low >>> 15 & 0x7fff, word.low >>> 30 | (word.high & 0x1fff) << 2];
}

function times45(a, b) {
  const first = a[0] * b[0];
  const second = a[1] * b[0] + a[0] * b[1] + Math.floor(first / 0x8000);
  const third = a[2] * b[0] + a[1] * b[1] + a[0] * b[2] + Math.floor(second / 0x8000);
  return [first % 0x8000, second % 0x8000, third % 0x8000];
}

const GOLDEN = limbsOf({ high: 0x9e3779b9, low: 0x7f4a7c15 });

function tagOfPosition(position, key) {
  const place = limbsOf(wordOf(Math.floor(position / 8)));
  const odd = [key.second[0] | 1, key.second[1], key.second[2]];
  const mixed = times45(place.map((limb, n) => limb ^ key.first[n]), odd);
  const above = mixed[1] >>> 8 | mixed[2] << 7;
  return times45([mixed[0] ^ above & 0x7fff, mixed[1] ^ above >>> 15, mixed[2]], GOLDEN);
}

function tagOfWord(word) {
  return [word.low >>> 19 | (word.high & 3) << 13, word.high >>> 2 & 0x7fff, word.high >>> 17];
}

// A ring set. Its memory is two regions: what the driver writes, and what the reader does (null where nobody knows where that is). A region
// gives bytes by their offset, and null where they are not its own or cannot be read.

function readSet(name, shared, reader) {
  const bytes = shared.read(0, 512);
  const header = bytes === null ? { problem: "its first page cannot be read" } : readHeader(bytes);
  return {
    name: name,
    shared: shared,
    reader: reader,
    header: header,
    anchor: bytes === null ? null : newestAnchor(bytes),
  };
}

/** As runtime/reader/set_header.ts: the sizes are bounded, and every offset follows from them. */
function readHeader(bytes) {
  if (!isSameWord(wordAt(bytes, 0), SET_MAGIC)) return { problem: "it is no ring set" };
  if (u32At(bytes, 12) !== BYTE_ORDER_MARK || u16At(bytes, 8) !== ABI_MAJOR) {
    return {
      problem: "it is of ABI " + u16At(bytes, 8) + "." + u16At(bytes, 10) + ", and this script reads " +
        ABI_MAJOR,
    };
  }
  if (u32At(bytes, 148) === STATE_MAKING) return { problem: "it is not finished" };
  const hasSites = u16At(bytes, 10) >= ABI_MINOR_SITES;
  const header = {
    problem: null,
    ringCount: u32At(bytes, 20),
    ringBytes: numberAt(bytes, 56),
    intentCount: u32At(bytes, 104),
    isOverwriting: u32At(bytes, 108) === 1,
    isClockOrdered: u32At(bytes, 112) === 1,
    ticksPerSecond: numberAt(bytes, 120),
    key: { first: limbsOf(wordAt(bytes, 128)), second: limbsOf(wordAt(bytes, 136)) },
    siteCount: hasSites ? u32At(bytes, 176) : 0,
    siteTextBytes: hasSites && u32At(bytes, 176) > 0 ? u32At(bytes, 180) : 0,
  };
  if (!areSizesPossible(header, u32At(bytes, 108), u32At(bytes, 112))) {
    return { problem: "its sizes cannot be" };
  }
  placeRegions(header);
  const named = [[64, header.sharedOff], [72, header.intentOff], [80, header.ringOff], [88, header.dataOff], [
    96,
    header.readerOff,
  ]];
  const fits = named.every((pair) => numberAt(bytes, pair[0]) === pair[1]) &&
    (!hasSites || numberAt(bytes, 168) === header.siteOff);
  return fits ? header : { problem: "its offsets do not follow from its sizes" };
}

function areSizesPossible(header, mode, order) {
  const areSitesPossible = header.siteCount === 0 ||
    header.siteCount % 64 === 0 && header.siteCount <= SITES_MAX && header.siteTextBytes % 8 === 0 &&
      header.siteTextBytes >= SITE_TEXT_MIN && header.siteTextBytes <= SITE_TEXT_MAX;
  return header.ringCount > 0 && header.ringCount <= RINGS_MAX && header.ringBytes >= RING_BYTES_MIN &&
    header.ringBytes <= RING_BYTES_MAX && Number.isInteger(Math.log2(header.ringBytes)) &&
    header.intentCount <= INTENTS_MAX && mode <= 1 && order <= 1 && header.ticksPerSecond > 0 &&
    areSitesPossible;
}

function placeRegions(header) {
  const align = (offset) => Math.ceil(offset / REGION) * REGION;
  header.sharedOff = REGION;
  header.intentOff = 2 * REGION;
  const intentEnd = align(header.intentOff + header.intentCount * 128);
  header.siteOff = header.siteCount === 0 ? 0 : intentEnd;
  header.ringOff = header.siteCount === 0
    ? intentEnd
    : align(header.siteOff + PAGE + header.siteCount * 17 + header.siteTextBytes);
  header.dataOff = align(header.ringOff + header.ringCount * PAGE);
  header.readerOff = align(header.dataOff + header.ringCount * header.ringBytes);
  header.readerBytes = PAGE * (1 + header.ringCount);
}

/** A moment on the driver's clock: ticks, and unix time as seconds and nanoseconds; null where none is told. */
function newestAnchor(bytes) {
  let newest = null;
  for (let at = 256; at < 512; at += 32) {
    const generation = wordAt(bytes, at);
    if (newest !== null && compareWords(generation, newest.generation) <= 0) continue;
    const digits = digitsOf(wordAt(bytes, at + 16), 10);
    newest = {
      generation: generation,
      ticks: wordAt(bytes, at + 8),
      seconds: Number(digits.slice(0, -9)),
      nanoseconds: Number(digits.slice(-9)),
    };
  }
  return newest;
}

/** The counters of a ring, or null where its page cannot be read. */
function readRing(set, number) {
  const header = set.header;
  const page = set.shared.read(header.ringOff + number * PAGE, 512);
  if (page === null) return null;
  const ring = {
    number: number,
    processor: u16At(page, 384),
    position: numberAt(page, 0),
    attempts: wordAt(page, 8),
    oldest: numberAt(page, 128),
    full: wordAt(page, 256),
    tooBig: wordAt(page, 264),
    wraps: wordAt(page, 272),
    missed: wordAt(page, 280),
    reader: readReader(set, number),
  };
  ring.isPossible = isPlace(ring.position) && isPlace(ring.oldest) && ring.oldest <= ring.position;
  // Everything before it has been written over.
  ring.least = Math.max(header.isOverwriting ? ring.oldest : 0, ring.position - header.ringBytes);
  const scanned = ring.reader === null ? Infinity : ring.reader.scanned;
  if (!(scanned >= ring.least && scanned <= ring.position)) ring.reader = null;
  return ring;
}

function isPlace(position) {
  return position !== Infinity && position % 8 === 0;
}

/** What the reader says of a ring (runtime/reader/checkpoint.ts); null in overwrite mode, where it says nothing. */
function readReader(set, number) {
  if (set.reader === null || set.header.isOverwriting) return null;
  const own = set.reader.read(0, 16), page = set.reader.read(PAGE * (1 + number), 384);
  if (own === null || page === null) return null;
  const at = 128 + 128 * (u32At(own, 0) & 1);
  return {
    nextSeq: wordAt(page, at + 8),
    read: wordAt(page, at + 16),
    refused: wordAt(page, at + 32),
    abandoned: wordAt(page, at + 40),
    corrupt: wordAt(page, at + 48),
    scanned: numberAt(page, at + 80),
  };
}

// Entries.

/** The bytes of a ring from one position to another, at most its size apart. */
function readPositions(set, ring, from, to) {
  const header = set.header;
  const at = header.dataOff + ring.number * header.ringBytes;
  const offset = from % header.ringBytes;
  const length = to - from;
  const first = Math.min(length, header.ringBytes - offset);
  const head = set.shared.read(at + offset, first);
  const rest = length === first ? [] : set.shared.read(at, length - first);
  if (head === null || rest === null) return null;
  const bytes = new Uint8Array(length);
  bytes.set(head);
  bytes.set(rest, first);
  return bytes;
}

/** What stands at a position: null where nothing is marked there that ends before the limit. */
function lookAt(set, bytes, base, position, limit) {
  const word = wordAt(bytes, position - base);
  const tag = tagOfWord(word), own = tagOfPosition(position, set.header.key);
  if (tag[0] !== own[0] || tag[1] !== own[1] || tag[2] !== own[2]) return null;
  const state = word.low & 7, length = (word.low >>> 3 & 0xffff) * 8;
  const ringBytes = set.header.ringBytes;
  const room = Math.min(ringBytes / 8, ENTRY_BYTES_MAX, ringBytes - position % ringBytes, limit - position);
  if (length < (state === STATE.padding ? 8 : HEADER_BYTES) || length > room) return null;
  return { state: state, length: length };
}

/**
 * Walks over what a ring holds from `from` on.
 *
 * @returns {entries, numbers, unfinishedBefore}: committed entries; the attempts whose numbers can be read; and how many entries before
 *          the first of these have none.
 */
function walkRing(set, ring, bytes, from) {
  const found = { entries: [], numbers: [], unfinishedBefore: 0 };
  const end = from + bytes.length;
  let nextSeq = { high: 0, low: 0 };
  for (let position = from; position < end;) {
    const place = lookAt(set, bytes, from, position, end);
    if (place === null) {
      // An entry that was claimed and not marked; in front of it all, perhaps the rest of one that begins before.
      if (found.numbers.length === 0 && (position > from || from === ring.least)) found.unfinishedBefore++;
      position += 8;
      while (position < end && lookAt(set, bytes, from, position, end) === null) position += 8;
      continue;
    }
    const entry = place.state === STATE.committed || place.state === STATE.discarded
      ? readEntry(bytes, position - from, place)
      : null;
    if (
      entry !== null && compareWords(entry.seq, nextSeq) >= 0 && compareWords(entry.seq, ring.attempts) < 0
    ) {
      nextSeq = plusOne(entry.seq);
      found.numbers.push(entry);
      entry.ring = ring.number;
      entry.processor = ring.processor;
      entry.position = position;
      if (place.state === STATE.committed) found.entries.push(entry);
    } else if (place.state !== STATE.padding && found.numbers.length === 0) found.unfinishedBefore++;
    position += place.length;
  }
  return found;
}

/** Null for an entry that contradicts itself. */
function readEntry(bytes, at, place) {
  const length = u32At(bytes, at + 48),
    kind = bytes[at + 52],
    severity = bytes[at + 53],
    flags = u16At(bytes, at + 54);
  const isSound = Math.ceil((HEADER_BYTES + length) / 8) * 8 === place.length && kind <= KIND.event &&
    severity >= 1 &&
    severity <= 6 && ((flags & FLAG_TRUNCATED) === 0 || length >= 4);
  if (!isSound) return null;
  return {
    index: wordAt(bytes, at + 8),
    seq: wordAt(bytes, at + 16),
    ticks: wordAt(bytes, at + 24),
    pid: u32At(bytes, at + 32),
    tid: u32At(bytes, at + 36),
    remarks: u32At(bytes, at + 40),
    type: u32At(bytes, at + 44),
    kind: kind,
    severity: severity,
    flags: flags,
    payload: bytes.slice(at + HEADER_BYTES, at + HEADER_BYTES + length),
  };
}

/** The last entries of a ring; {entries, isCut}: isCut where so many were not looked for any farther. */
function lastOfRing(set, ring, count) {
  for (let window = WINDOW;; window *= 4) {
    const from = Math.max(ring.least, ring.position - Math.min(window, RING_READ_MAX));
    const bytes = readPositions(set, ring, from, ring.position);
    if (bytes === null) return null;
    const entries = walkRing(set, ring, bytes, from).entries;
    if (entries.length >= count || from === ring.least) {
      return { entries: entries.slice(-count), isCut: false };
    }
    if (window >= RING_READ_MAX) return { entries: entries, isCut: true };
  }
}

/** The last entries of a set in their order; {entries, problems}. */
function lastEntries(set, count) {
  const problems = [];
  let entries = [];
  for (let number = 0; number < set.header.ringCount; number++) {
    const ring = readRing(set, number);
    const last = ring !== null && ring.isPossible ? lastOfRing(set, ring, count + NESTED) : null;
    if (last === null) problems.push("ring " + number + " cannot be read");
    else {
      if (last.isCut) {
        problems.push("ring " + number + ": only its last " + RING_READ_MAX + " bytes were looked at");
      }
      entries = entries.concat(last.entries);
    }
  }
  return { entries: inOrder(set, entries).slice(-count), problems: problems };
}

/** By index, or by clock, ring and place; an index that was given twice, or not at all, is left out. */
function inOrder(set, entries) {
  if (set.header.isClockOrdered) {
    return entries.sort((a, b) =>
      compareWords(a.ticks, b.ticks) || a.ring - b.ring || a.position - b.position
    );
  }
  const shared = set.shared.read(set.header.sharedOff, 8);
  const next = shared === null ? { high: 0xffffffff, low: 0xffffffff } : wordAt(shared, 0);
  const sorted = entries.filter((entry) => compareWords(entry.index, next) < 0).sort((a, b) =>
    compareWords(a.index, b.index) || a.ring - b.ring || a.position - b.position
  );
  return sorted.filter((entry, n) => n === 0 || !isSameWord(entry.index, sorted[n - 1].index));
}

/** The first attempt that nobody has accounted for; null where the first entry that is met has to tell. */
function firstSeqOf(set, ring) {
  if (ring.reader !== null) return ring.reader.nextSeq;
  const isFirst = set.header.isOverwriting ? ring.oldest === 0 : ring.least === 0;
  return isFirst ? { high: 0, low: 0 } : null;
}

/** Attempts without an entry between those that a ring still holds; null where it cannot be read. */
function holesOf(set, ring) {
  const begin = ring.reader === null ? ring.least : ring.reader.scanned;
  const from = Math.max(begin, ring.position - RING_READ_MAX);
  const bytes = readPositions(set, ring, from, ring.position);
  if (bytes === null) return null;
  const found = walkRing(set, ring, bytes, from);
  const holes = [];
  let previous = null;
  let next = from > begin ? null : firstSeqOf(set, ring);
  const meet = (seq, entry) => {
    const lost = next === null ? Math.min(found.unfinishedBefore, numberOf(seq)) : difference(seq, next);
    if (lost > 0) holes.push({ lost: lost, previous: previous, next: entry });
  };
  for (const entry of found.numbers) {
    meet(entry.seq, entry);
    previous = entry;
    next = plusOne(entry.seq);
  }
  meet(ring.attempts, null);
  return { holes: holes, entries: found.entries.length, isCut: from > begin };
}

// Texts.

/** UTF-8, with U+FFFD for what is none; control characters as \xNN. */
function textOf(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length;) {
    const first = bytes[at];
    const more = first < 0x80
      ? 0
      : first >= 0xc2 && first < 0xe0
      ? 1
      : first >= 0xe0 && first < 0xf0
      ? 2
      : first >= 0xf0 && first < 0xf5
      ? 3
      : -1;
    let code = more <= 0 ? first : first & 0x3f >> more;
    let n = 1;
    while (
      n <= more && at + n < bytes.length && (bytes[at + n] & 0xc0) === 0x80 &&
      isSecondOf(first, bytes[at + 1])
    ) {
      code = code << 6 | bytes[at + n] & 0x3f;
      n++;
    }
    text += more >= 0 && n === more + 1 ? characterOf(code) : "\ufffd";
    at += n;
  }
  return text;
}

/** No long form, no surrogate, nothing above U+10FFFF (The Unicode Standard, table 3-7). */
function isSecondOf(first, second) {
  if (first === 0xe0) return second >= 0xa0;
  if (first === 0xed) return second < 0xa0;
  if (first === 0xf0) return second >= 0x90;
  return first !== 0xf4 || second < 0x90;
}

function characterOf(code) {
  if (code < 0x20 || code === 0x7f) return "\\x" + padStart(code.toString(16), 2, "0");
  return String.fromCodePoint(code);
}

function padStart(text, width, fill) {
  return text.length >= width ? text : fill.repeat(width - text.length) + text;
}

function padEnd(text, width) {
  return text.length >= width ? text : text + " ".repeat(width - text.length);
}

function hexBytes(bytes) {
  return Array.from(bytes, (byte) => padStart(byte.toString(16), 2, "0")).join(" ");
}

function messageOf(set, sites, entry) {
  const isCut = (entry.flags & FLAG_TRUNCATED) !== 0;
  const whole = isCut ? entry.payload.slice(0, -4) : entry.payload;
  if (entry.kind === KIND.text) return textOf(whole) + (isCut ? "…" : "");
  if (entry.kind === KIND.event) return eventText(siteOf(set, sites, entry.type), entry.payload);
  const shown = whole.slice(0, SHOWN_BYTES);
  return "type " + entry.type + ", remarks " + entry.remarks + ", " + whole.length + " bytes: " +
    hexBytes(shown) +
    (shown.length < whole.length || isCut ? " …" : "");
}

// Call sites and typed events (driver/EVENTS.md).

/** The site of a number, parsed once; null where there is none, or none that can be. */
function siteOf(set, sites, number) {
  if (!sites.has(number)) sites.set(number, readSite(set, number));
  return sites.get(number);
}

function readSite(set, number) {
  const header = set.header;
  if (number < 1 || number > header.siteCount) return null;
  const slots = header.siteOff + PAGE + header.siteCount;
  const slot = set.shared.read(slots + (number - 1) * 16, 16);
  if (slot === null) return null;
  const length = u16At(slot, 8);
  const offset = Math.floor(numberAt(slot, 8) / 0x10000);
  if (length === 0 || length > SITE_BYTES_MAX || offset % 8 !== 0 || offset > header.siteTextBytes - length) {
    return null;
  }
  const bytes = set.shared.read(slots + header.siteCount * 16 + offset, length);
  return bytes === null ? null : parseSite(bytes);
}

/** What is left of a descriptor; takes nothing where it ends too early, and says so once. */
function cursorOver(bytes) {
  let at = 0;
  const cursor = {
    isBroken: false,
    take: (count) => {
      if (count > bytes.length - at) {
        cursor.isBroken = true;
        return new Uint8Array(count > 8 ? 0 : 8);
      }
      at += count;
      return bytes.slice(at - count, at);
    },
    string: () => cursor.take(u16At(cursor.take(2), 0)),
    left: () => bytes.length - at,
  };
  return cursor;
}

function parseSite(bytes) {
  const cursor = cursorOver(bytes);
  const head = cursor.take(12);
  const strings = [cursor.string(), cursor.string(), cursor.string(), cursor.string()];
  const count = head[11];
  if (cursor.isBroken || u32At(head, 0) !== bytes.length || head[9] !== KIND.event || count > ARGUMENTS_MAX) {
    return null;
  }
  const args = [];
  while (args.length < count && !cursor.isBroken) args.push(parseArgument(cursor));
  if (cursor.isBroken || cursor.left() > 0) return null;
  const pieces = parseFormat(byteText(strings[3]), args);
  return pieces === null ? null : { name: textOf(strings[0]), args: args, pieces: pieces };
}

function parseArgument(cursor) {
  const type = cursor.take(1)[0];
  const argument = { type: type, key: byteText(cursor.string()), names: [] };
  if (type === 0 || type > TYPES_MAX) cursor.isBroken = true;
  if (type !== TYPE.enum || cursor.isBroken) return argument;
  cursor.string();
  for (let left = u16At(cursor.take(2), 0); left > 0 && !cursor.isBroken; left--) {
    argument.names.push({ value: wordAt(cursor.take(8), 0), name: byteText(cursor.string()) });
  }
  return argument;
}

const TYPE = {
  bool: 1,
  f32: 10,
  f64: 11,
  pointer: 12,
  text: 13,
  text16: 14,
  bytes: 15,
  enum: 16,
  errno: 17,
  ntstatus: 18,
  hresult: 19,
  char: 20,
};
const TYPES_MAX = 20;
/** Bytes of each type in a payload; 0: as many as its head says. */
const WIDTHS = [0, 1, 1, 1, 2, 2, 4, 4, 8, 8, 4, 8, 8, 0, 0, 0, 8, 4, 4, 4, 1];
/** Types whose stored bytes are signed. */
const SIGNED = [2, 4, 6, 8, TYPE.enum, TYPE.errno, TYPE.char];

/** Each character is a byte, as printf counts them. */
function byteText(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at++) text += String.fromCharCode(bytes[at]);
  return text;
}

function lettersOf(type) {
  if (type === TYPE.f32 || type === TYPE.f64) return "eEfFgGaA";
  if (type === TYPE.text || type === TYPE.text16 || type === TYPE.bytes) return "s";
  if (type === TYPE.pointer) return "pdiuxXo";
  return type === TYPE.bool || type >= TYPE.enum && type <= TYPE.hresult ? "sdiuxXoc" : "diuxXoc";
}

/** A piece for each argument, and one for what follows the last; null where the format does not fit them. */
function parseFormat(format, args) {
  const conversion = /%([-+ #0]*)(\d*)(?:\.(\d*))?([hljztLq]*)([diuxXocspeEfFgGaA])|%%|%/g;
  const pieces = [];
  let literal = "", end = 0;
  for (let match = conversion.exec(format); match !== null; match = conversion.exec(format)) {
    literal += format.slice(end, match.index);
    end = match.index + match[0].length;
    if (match[0] === "%%") {
      literal += "%";
      continue;
    }
    const argument = args[pieces.length];
    if (match[5] === undefined || argument === undefined || lettersOf(argument.type).indexOf(match[5]) < 0) {
      return null;
    }
    pieces.push({
      literal: literal,
      letter: match[5],
      flags: match[1],
      width: Math.min(Number(match[2]), WIDTH_MAX),
      precision: match[3] === undefined
        ? -1
        : match[5] === "s"
        ? Number(match[3])
        : Math.min(Number(match[3]), WIDTH_MAX),
      bits: match[4] === "hh" ? 8 : match[4] === "h" ? 16 : 64,
    });
    literal = "";
  }
  if (pieces.length < args.length) return null;
  return pieces.concat([{
    literal: literal + format.slice(end),
    letter: "",
    flags: "",
    width: 0,
    precision: -1,
    bits: 64,
  }]);
}

function eventText(site, payload) {
  if (site === null) return "<unknown site>";
  let text = "", at = 0, n = 0;
  for (; n < site.args.length; n++) {
    const value = readArgument(site.args[n].type, payload, at);
    if (value === null) break;
    text += site.pieces[n].literal + formatArgument(site.pieces[n], site.args[n], value);
    at = value.end;
  }
  text += site.pieces[n].literal;
  const left = payload.length - at;
  if (n < site.args.length) text += "<damaged: the payload ends before " + site.args[n].key + ">";
  else if (left > 0) text += " <damaged: " + left + (left === 1 ? " byte is" : " bytes are") + " left over>";
  return textOf(Uint8Array.from(text, (character) => character.charCodeAt(0)));
}

/** {end, bytes or null, isCut} of what has a length, else {end, word}, widened to 64 bits; null where the payload ends too early. */
function readArgument(type, payload, at) {
  const width = WIDTHS[type];
  if (width > 0) {
    if (width > payload.length - at) return null;
    const fill = SIGNED.indexOf(type) >= 0 && payload[at + width - 1] > 0x7f ? 0xff : 0;
    const bytes = new Uint8Array(8).fill(fill);
    bytes.set(payload.slice(at, at + width));
    if (type === TYPE.bool) bytes[0] = Math.min(bytes[0], 1);
    return { end: at + width, word: wordAt(bytes, 0), width: width, stored: bytes };
  }
  if (payload.length - at < 2) return null;
  const head = u16At(payload, at);
  const from = at + 2 + ((head & 0x8000) !== 0 ? 4 : 0);
  const length = head & 0x7fff;
  const end = length === 0x7fff ? from : from + length;
  if (end > payload.length) return null;
  return {
    end: end,
    bytes: length === 0x7fff ? null : payload.slice(from, end),
    isCut: (head & 0x8000) !== 0,
  };
}

function formatArgument(piece, argument, value) {
  const type = argument.type;
  if (WIDTHS[type] === 0) return pad(piece, formatBytes(piece, type, value));
  if (type === TYPE.f32 || type === TYPE.f64) return formatFloat(piece, type, value.stored);
  if (piece.letter === "s") return pad(piece, cut(nameOf(argument, value.word), piece.precision));
  if (piece.letter === "c") return pad(piece, String.fromCharCode(value.word.low & 0xff));
  if (piece.letter === "p" && isSameWord(value.word, { high: 0, low: 0 })) return pad(piece, "(nil)");
  return formatInteger(piece, value);
}

function pad(piece, text) {
  return piece.flags.indexOf("-") >= 0 ? padEnd(text, piece.width) : padStart(text, piece.width, " ");
}

function cut(text, precision) {
  return precision < 0 ? text : text.slice(0, precision);
}

function formatBytes(piece, type, value) {
  if (value.bytes === null) return piece.precision >= 0 && piece.precision < 6 ? "" : "(null)";
  const whole = type === TYPE.bytes
    ? hexBytes(value.bytes)
    : type === TYPE.text
    ? byteText(value.bytes)
    : utf8OfUtf16(value.bytes);
  let shown = cut(whole, piece.precision);
  // %ls: a character is there as a whole or not at all.
  if (type === TYPE.text16) {
    while (shown.length < whole.length && (whole.charCodeAt(shown.length) & 0xc0) === 0x80) {
      shown = shown.slice(0, -1);
    }
  }
  const isWhole = shown.length === whole.length && (piece.precision < 0 || shown.length < piece.precision);
  return value.isCut && isWhole ? shown + "\xe2\x80\xa6" : shown;
}

/** As a text of bytes. */
function utf8OfUtf16(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 2) {
    const unit = at + 1 < bytes.length ? u16At(bytes, at) : 0xfffd;
    const next = at + 3 < bytes.length ? u16At(bytes, at + 2) : 0;
    if (unit >= 0xd800 && unit < 0xdc00 && next >= 0xdc00 && next < 0xe000) {
      text += utf8Of(0x10000 + (unit - 0xd800) * 0x400 + next - 0xdc00);
      at += 2;
    } else text += utf8Of(unit >= 0xd800 && unit < 0xe000 ? 0xfffd : unit);
  }
  return text;
}

function utf8Of(code) {
  const tail = (shift) => 0x80 | code >> shift & 0x3f;
  if (code < 0x80) return String.fromCharCode(code);
  if (code < 0x800) return String.fromCharCode(0xc0 | code >> 6, tail(0));
  if (code < 0x10000) return String.fromCharCode(0xe0 | code >> 12, tail(6), tail(0));
  return String.fromCharCode(0xf0 | code >> 18, tail(12), tail(6), tail(0));
}

function nameOf(argument, word) {
  if (argument.type === TYPE.bool) return word.low === 0 ? "false" : "true";
  if (argument.type === TYPE.enum) {
    const found = argument.names.find((one) => isSameWord(one.value, word));
    return found === undefined ? signedText(word) : found.name;
  }
  return argument.type === TYPE.errno ? signedText(word) : "0x" + padStart(word.low.toString(16), 8, "0");
}

/** With as many bits as are stored, at least 32, or as h and hh say. */
function formatInteger(piece, value) {
  const isSigned = piece.letter === "d" || piece.letter === "i";
  const bits = value.width === 8 ? 64 : Math.min(piece.bits, 32);
  const word = narrowed(value.word, bits, isSigned);
  const isMinus = isSigned && isNegative(word);
  const base = piece.letter === "o"
    ? 8
    : piece.letter === "x" || piece.letter === "X" || piece.letter === "p"
    ? 16
    : 10;
  const isZero = word.high === 0 && word.low === 0;
  const isAlternative = piece.flags.indexOf("#") >= 0 || piece.letter === "p";
  let digits = isZero ? "" : digitsOf(isMinus ? negated(word) : word, base);
  if (piece.letter === "X") digits = digits.toUpperCase();
  digits = padStart(digits, piece.precision < 0 ? 1 : piece.precision, "0");
  if (isAlternative && base === 8 && digits[0] !== "0") digits = "0" + digits;
  let prefix = isMinus ? "-" : isSigned || piece.letter === "p" ? signOf(piece) : "";
  if (isAlternative && base === 16 && !isZero) prefix += piece.letter === "X" ? "0X" : "0x";
  return layOut(piece, prefix, digits, piece.precision < 0);
}

function narrowed(word, bits, isSigned) {
  if (bits === 64) return word;
  const unused = 32 - bits;
  const low = isSigned ? word.low << unused >> unused : word.low << unused >>> unused;
  return { high: low < 0 ? 0xffffffff : 0, low: low >>> 0 };
}

function signOf(piece) {
  return piece.flags.indexOf("+") >= 0 ? "+" : piece.flags.indexOf(" ") >= 0 ? " " : "";
}

function layOut(piece, prefix, digits, mayFill) {
  const isFilled = mayFill && piece.flags.indexOf("0") >= 0 && piece.flags.indexOf("-") < 0;
  return pad(piece, prefix + (isFilled ? padStart(digits, piece.width - prefix.length, "0") : digits));
}

/** By what the engine has: halves may be rounded otherwise than by printf, and %a is shown as %g. */
function formatFloat(piece, type, stored) {
  const view = new DataView(stored.buffer);
  const value = type === TYPE.f32 ? view.getFloat32(0, true) : view.getFloat64(0, true);
  const isMinus = stored[type === TYPE.f32 ? 3 : 7] > 0x7f;
  const isFinite = Number.isFinite(value);
  const lower = piece.letter.toLowerCase();
  const text = isFinite ? floatDigits(piece, lower, Math.abs(value)) : value !== value ? "nan" : "inf";
  return layOut(
    piece,
    isMinus ? "-" : signOf(piece),
    lower === piece.letter ? text : text.toUpperCase(),
    isFinite,
  );
}

function floatDigits(piece, lower, value) {
  const precision = Math.min(piece.precision < 0 ? 6 : piece.precision, 20);
  const exponential = (digits) => value.toExponential(digits).replace(/e([+-])(\d)$/, "e$10$2");
  const isAlternative = piece.flags.indexOf("#") >= 0;
  const pointed = (text) => isAlternative && text.indexOf(".") < 0 ? text.replace(/(e|$)/, ".$1") : text;
  if (lower === "f") return pointed(value.toFixed(precision));
  if (lower === "e") return pointed(exponential(precision));
  const digits = Math.max(precision, 1);
  const power = Number(value.toExponential(digits - 1).split("e")[1]);
  const isLong = power < -4 || power >= digits;
  const text = isLong ? exponential(digits - 1) : value.toFixed(Math.min(digits - 1 - power, 20));
  return isAlternative ? pointed(text) : text.replace(/(\.\d*?)0+(e|$)/, "$1$2").replace(/\.(e|$)/, "$1");
}

// What is shown.

/** UTC with microseconds; "" where the set's clock tells nothing. */
function timeOf(set, ticks) {
  const anchor = set.anchor;
  if (anchor === null) return "";
  const since = difference(ticks, anchor.ticks);
  const micros = Math.floor(anchor.nanoseconds / 1000 + since / set.header.ticksPerSecond * 1000000);
  const date = new Date((anchor.seconds + Math.floor(micros / 1000000)) * 1000);
  if (Number.isNaN(date.getTime())) return "";
  const fraction = padStart(String((micros % 1000000 + 1000000) % 1000000), 6, "0");
  return date.toISOString().slice(0, 19).replace("T", " ") + "." + fraction;
}

function entryLine(set, sites, entry) {
  return [
    padStart(digitsOf(set.header.isClockOrdered ? entry.seq : entry.index, 10), 10, " "),
    timeOf(set, entry.ticks),
    "cpu " + padEnd(String(entry.processor), 3),
    padEnd(LEVELS[entry.severity], 5),
    padStart(entry.pid + ":" + entry.tid, 11, " "),
    messageOf(set, sites, entry),
  ].join(" ");
}

function titleOf(set) {
  const header = set.header;
  if (header.problem !== null) return set.name + ": cannot be read: " + header.problem;
  return set.name + ": " + header.ringCount + " rings of " + header.ringBytes + " bytes, " +
    (header.isOverwriting ? "overwriting" : "discarding") + ", ordered by " +
    (header.isClockOrdered ? "clock" : "index");
}

function ringLine(ring) {
  return "  cpu " + padEnd(String(ring.processor), 4) + " attempts " + digitsOf(ring.attempts, 10) +
    ", full " +
    digitsOf(ring.full, 10) + ", too big " + digitsOf(ring.tooBig, 10) + ", missed " +
    digitsOf(ring.missed, 10) +
    (ring.reader === null ? "" : ", " + (ring.position - ring.reader.scanned) + " bytes wait for the reader");
}

function ringLines(set, lineOf) {
  const lines = [];
  for (let number = 0; set.header.problem === null && number < set.header.ringCount; number++) {
    const ring = readRing(set, number);
    if (ring === null || !ring.isPossible) lines.push("  ring " + number + " cannot be read");
    else Array.prototype.push.apply(lines, lineOf(ring));
    if (lines.length > LINES_MAX) return lines.concat(["  … and more"]);
  }
  return lines;
}

function listLines(sets) {
  return [].concat.apply(
    [],
    sets.map((set) => [titleOf(set)].concat(ringLines(set, (ring) => [ringLine(ring)]))),
  );
}

function lastLines(set, count) {
  if (set.header.problem !== null) return [titleOf(set)];
  const last = lastEntries(set, Math.min(count, LINES_MAX));
  const sites = new Map();
  return [titleOf(set)].concat(last.entries.map((entry) => entryLine(set, sites, entry)), last.problems);
}

function lossLines(set) {
  return [titleOf(set)].concat(ringLines(set, (ring) => {
    const lines = [ringLine(ring)];
    const reader = ring.reader;
    if (reader !== null) {
      lines.push(
        "    the reader: read " + digitsOf(reader.read, 10) + ", abandoned " +
          digitsOf(reader.abandoned, 10) + ", corrupt " +
          digitsOf(reader.corrupt, 10),
      );
    }
    const found = holesOf(set, ring);
    if (found === null) return lines.concat(["    its entries cannot be read"]);
    if (found.isCut) lines.push("    only its last " + RING_READ_MAX + " bytes were looked at");
    const sum = found.holes.reduce((all, hole) => all + hole.lost, 0);
    lines.push(
      "    " + found.entries + " entries stand there that no reader has looked at, with " + sum +
        " attempts lost between them",
    );
    return lines.concat(found.holes.slice(-HOLES_SHOWN).map((hole) => holeLine(set, hole)));
  }));
}

function holeLine(set, hole) {
  const side = (entry) =>
    entry === null ? "the end" : digitsOf(entry.seq, 10) + " (" + timeOf(set, entry.ticks) + ")";
  return "      " + hole.lost + " lost between " +
    (hole.previous === null ? "the beginning" : side(hole.previous)) + " and " +
    side(hole.next);
}

// The debugger: the only part that knows it.

/** Memory at an address of the target. */
function regionAt(address, size) {
  return {
    read: (offset, length) => {
      if (!(offset >= 0 && length >= 0 && offset + length <= size)) return null;
      try {
        return Uint8Array.from(host.memory.readMemoryValues(address.add(offset), length, 1));
      } catch (_) {
        return null;
      }
    },
  };
}

function addressOf(word) {
  return new host.Int64(word.low, word.high);
}

/** The set whose first page lies there. */
function setAt(name, shared, reader) {
  const first = readSet(name, regionAt(shared, PAGE), null);
  if (first.header.problem !== null) return first;
  return readSet(
    name,
    regionAt(shared, first.header.readerOff),
    reader === null ? null : regionAt(reader, first.header.readerBytes),
  );
}

/** Every set of the driver, by its list (debugger.h); null where that is not there. */
function setsOfDriver(address) {
  const bytes = regionAt(address, 64).read(0, 64);
  if (bytes === null || !isSameWord(wordAt(bytes, 0), DEBUGGER_MAGIC) || u32At(bytes, 8) !== 1) return null;
  const list = wordAt(bytes, 16);
  const at = {
    link: u32At(bytes, 24),
    name: u32At(bytes, 28),
    shared: u32At(bytes, 32),
    reader: u32At(bytes, 36),
  };
  const sets = [];
  const next = (link) => {
    const found = regionAt(addressOf(link), 8).read(0, 8);
    return found === null ? list : wordAt(found, 0);
  };
  for (let link = next(list); !isSameWord(link, list) && sets.length < SETS_MAX; link = next(link)) {
    const set = addressOf(link).subtract(at.link);
    const name = regionAt(set.add(at.name), NAME_BYTES).read(0, NAME_BYTES);
    const shared = regionAt(set.add(at.shared), 8).read(0, 8),
      reader = regionAt(set.add(at.reader), 8).read(0, 8);
    if (name === null || shared === null || reader === null) break;
    sets.push(
      setAt(
        textOf(name.slice(0, name.indexOf(0))),
        addressOf(wordAt(shared, 0)),
        addressOf(wordAt(reader, 0)),
      ),
    );
  }
  return sets;
}

/** The sets that are meant: those of an address, or of the symbol, and of these the one with a name. */
function findSets(which) {
  const isName = typeof which === "string";
  let address = which;
  if (which === undefined || isName) {
    try {
      address = host.getModuleSymbolAddress("ringscope", "ringscope_debugger");
    } catch (_) {
      address = null;
    }
    if (!address) {
      throw new Error(
        "find the ring sets: there is no symbol ringscope!ringscope_debugger; load ringscope.pdb (.reload /f ringscope.sys), or give the address of a set's first page",
      );
    }
  }
  const start = typeof address === "number" ? new host.Int64(address) : address;
  const sets = setsOfDriver(start) || [setAt(String(start), start, null)];
  const named = isName ? sets.filter((set) => set.name === which) : sets;
  if (named.length === 0) {
    throw new Error(
      isName
        ? 'find the ring set "' + which + '": there are ' + (sets.map((set) => set.name).join(", ") || "none")
        : "the driver has no ring sets",
    );
  }
  return named;
}

function onlySet(which) {
  const sets = findSets(which);
  if (sets.length > 1) {
    throw new Error("choose a ring set: " + sets.map((set) => '"' + set.name + '"').join(", "));
  }
  return sets[0];
}

function show(lines) {
  lines.forEach((line) => host.diagnostics.debugLog(line + "\n"));
}

function ringscope(which) {
  show(listLines(findSets(which)));
}

function ringscopeLast(count, which) {
  show(lastLines(onlySet(which), count === undefined ? 20 : Number(count)));
}

function ringscopeLosses(which) {
  show(lossLines(onlySet(which)));
}

// deno-lint-ignore no-unused-vars -- the debugger calls it when the script is loaded
function initializeScript() {
  return [
    new host.apiVersionSupport(1, 3),
    new host.functionAlias(ringscope, "ringscope"),
    new host.functionAlias(ringscopeLast, "ringscope_last"),
    new host.functionAlias(ringscopeLosses, "ringscope_losses"),
  ];
}
