/**
 * What is wrong with one segment is named with its file and place, is a reason in capture_health, and costs no other segment an
 * entry; nothing in the folder is changed. For both forms, for the first, a middle and the last segment, and through every reader.
 * @module
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { Tail } from "../../runtime/live/tail.ts";
import { openCapture } from "../../runtime/mod.ts";
import { SEALED } from "../../runtime/seal/columns.ts";
import { writeParquet } from "../../runtime/seal/parquet_writer.ts";
import { segmentName, segmentPath } from "../../runtime/seal/segment_paths.ts";
import { openStore } from "../../runtime/store/store.ts";
import { makeBatch, makeCapture } from "../support/make_capture.ts";
import { closeSegment, sealCapture } from "../support/seal_capture.ts";

const ROWS = 50, SEGMENTS = 3;
type Form = "arrows" | "parquet";

interface Fault {
  /** Does it to a segment's file. `foreign` is another capture, of the same form. */
  readonly spoil: (file: string, form: Form, foreign: string) => Promise<unknown>;
  /** What is said of it besides the file's name. */
  readonly says: Readonly<Record<Form, RegExp>>;
}

const FAULTS: Readonly<Record<string, Fault>> = {
  missing: { spoil: (file) => Deno.remove(file), says: { arrows: /missing: /, parquet: /missing: / } },
  truncated: {
    spoil: async (file) => Deno.truncate(file, Math.floor((await Deno.stat(file)).size / 2)),
    says: { arrows: /bytes \d+ to \d+: /, parquet: /it has \d+ bytes, \d+ were written/ },
  },
  "zero-filled inside": {
    spoil: async (file) => {
      const bytes = await Deno.readFile(file);
      bytes.fill(0, Math.floor(bytes.length / 3), Math.floor(bytes.length / 2));
      await Deno.writeFile(file, bytes);
    },
    says: { arrows: /bytes \d+ to \d+: /, parquet: /bytes \d+ to \d+: the checksum does not fit/ },
  },
  foreign: {
    spoil: (file, form, foreign) => Deno.copyFile(segmentPath(foreign, "logs", 1, form), file),
    says: { arrows: /another capture/, parquet: /damaged: / },
  },
  "from a newer version": {
    // An open segment says its columns, a sealed one its version.
    spoil: async (file, form) => {
      if (form === "arrows") return await Deno.writeFile(file, await newerStream(file));
      const meta = file.replace(".parquet", ".meta.json");
      await Deno.writeTextFile(meta, "{}");
      await writeParquet(file, SEALED.logs, new Map([["ringscope.format_version", "2"]]), noRows());
    },
    says: { arrows: /other columns/, parquet: /format_version is 2/ },
  },
};

/** The segment with one of its columns under another name, as long as the old one. */
async function newerStream(file: string): Promise<Uint8Array> {
  const bytes = await Deno.readFile(file);
  const name = new TextEncoder().encode("seq_delta");
  const at = bytes.findIndex((_, at) => name.every((byte, n) => bytes[at + n] === byte));
  bytes.set(new TextEncoder().encode("seq_newer"), at);
  return bytes;
}

async function* noRows(): AsyncGenerator<never> {}

async function makeSegments(dir: string, name: string, form: Form): Promise<string> {
  const logs = Array.from({ length: SEGMENTS }, (_, segment) => [
    makeBatch(
      Array.from({ length: ROWS }, (_, n) => {
        const idx = segment * ROWS + n;
        return { idx, seq: idx, ticks: 1_000 + idx, payload: `line ${idx}` };
      }),
      {
        batch: segment,
        counters: [{ processor: 0, attempts: (segment + 1) * ROWS, read: (segment + 1) * ROWS }],
      },
    ),
  ]);
  const path = await makeCapture(dir, name, { logs, info: { batches: SEGMENTS } });
  if (form === "parquet") await sealCapture(path);
  else for (let number = 1; number <= SEGMENTS; number++) await closeSegment(path, number, { rows: ROWS });
  return path;
}

async function contentsOf(path: string): Promise<string[]> {
  const names = await Array.fromAsync(Deno.readDir(join(path, "logs")), ({ name }) => name);
  return await Promise.all(
    names.sort().map(async (name) => {
      const hash = await crypto.subtle.digest("SHA-256", await Deno.readFile(join(path, "logs", name)));
      return `${name} ${new Uint8Array(hash).toHex()}`;
    }),
  );
}

interface Case {
  readonly name: string;
  readonly path: string;
  readonly file: string;
  readonly says: RegExp;
  readonly others: number[];
  readonly before: string[];
}

const dir = await Deno.makeTempDir({ prefix: "ringscope-test-" });
const cases: Case[] = [];
for (const form of ["arrows", "parquet"] as const) {
  const foreign = await makeCapture(dir, `foreign_${form}`, {
    logs: [[makeBatch([{ idx: 9_000, seq: 9_000, ticks: 1, payload: "foreign" }], { batch: 0 })]],
    info: { id: "00000000-0000-4000-8000-000000000002" },
  });
  if (form === "parquet") await sealCapture(foreign);
  for (const [fault, { spoil, says }] of Object.entries(FAULTS)) {
    for (const number of [1, 2, 3]) {
      // The first batch of any capture is number 0, and an open segment does not say whose it is.
      if (fault === "foreign" && form === "arrows" && number === 1) continue;
      const name = `${form} ${number} ${fault}`;
      const path = await makeSegments(dir, name, form);
      await spoil(segmentPath(path, "logs", number, form), form, foreign);
      cases.push({
        name,
        path,
        file: segmentName("logs", number, form),
        says: says[form],
        others: Array.from({ length: SEGMENTS * ROWS }, (_, idx) => idx)
          .filter((idx) => Math.floor(idx / ROWS) !== number - 1),
        before: await contentsOf(path),
      });
    }
  }
}
const paths = cases.map(({ path }) => path);
const stores = {
  wasm: await openStore(paths, { engine: "wasm" }),
  native: await openStore(paths, { engine: "native" }),
};
Deno.test.afterAll(async () => {
  for (const store of Object.values(stores)) await store.close();
  await Deno.remove(dir, { recursive: true });
});

for (const { name, path, file, says, others, before } of cases) {
  Deno.test(`a segment with a fault is named and the others are read: ${name}`, async () => {
    for (const [engine, store] of Object.entries(stores)) {
      const ask = async (query: string) => (await store.query(query, [name])).rows;
      const stored = await ask("SELECT idx FROM logs WHERE capture = ? ORDER BY idx");
      assertEquals(stored.map(([idx]) => Number(idx)), others, engine);
      const [health] = await ask("SELECT trustworthy, reasons FROM capture_health WHERE capture = ?");
      const [trustworthy, reasons] = health as [boolean, string[]];
      assertEquals(trustworthy, false, engine);
      assertStringIncludes(reasons.find((reason) => says.test(reason)) ?? reasons.join("\n"), file, engine);
    }
    await using log = await openCapture(path);
    const seen = await Array.fromAsync(log.entries());
    assertEquals(seen.map(({ idx }) => Number(idx)), others);
    const tail = new Tail(path, { lines: 10_000, follow: false, conditions: EVERYTHING });
    const shown: number[] = [];
    for await (const items of tail.items()) {
      for (const item of items) if (item.kind === "entry") shown.push(Number(item.entry.idx));
    }
    assertEquals(shown, others, "tail");
    // It begins with the first entry that it finds from the end, and looks at nothing before.
    if (others[0] === 0 && others.at(-1) === SEGMENTS * ROWS - 1) {
      assertStringIncludes(tail.warnings.join("\n"), file);
    }
    assertEquals(await contentsOf(path), before, "nothing is changed");
  });
}

const EVERYTHING = { severity: undefined, processors: [], match: [], exclude: [], where: undefined };
