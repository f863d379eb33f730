import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { image, type ImageBuilder } from "../../tests/golden/image_builder.ts";
import { ensureBuilt } from "../build/build.ts";
import { buildProgram } from "../build/build_program.ts";
import { openCapture } from "../mod.ts";
import { sitePage } from "../abi/layout.ts";
import { ArgumentType } from "../events/argument_type.ts";
import { parseSite } from "../events/parse_site.ts";
import { parseSiteLine, siteFilePath } from "../events/site_lines.ts";
import { encodeSite, number } from "../events/test_support.ts";
import { record, type RecordResult } from "./record.ts";
import { listRingsetLeftovers } from "./ringset_leftovers.ts";
import { listFolder, makeTestFolder, waitFor } from "./test_support.ts";

/** Site of an event with one argument, named `event_LINE`. */
function site(line: number): Uint8Array<ArrayBuffer> {
  return encodeSite({
    name: `event_${line}`,
    line,
    format: "value=%d",
    arguments: [{ type: ArgumentType.i32, key: "value" }],
  });
}

/** Sites 3 and 7 of which there are entries, 3 twice, and site 9 that has written nothing. */
function withEvents(): ImageBuilder {
  return image({ siteCount: 64, ringBytes: 65536 })
    .putSite(8, 9n, site(90))
    .putSite(6, 7n, site(70))
    .putSite(2, 3n, site(30))
    .ring(0)
    .entry({ text: "one" })
    .entry({ event: Uint8Array.from(number(5, 4)), type: 7 })
    .entry({ event: Uint8Array.from(number(6, 4)), type: 3 })
    .entry({ event: Uint8Array.from(number(7, 4)), type: 7 })
    .set;
}

async function recordOnce(
  builder: ImageBuilder,
  dir: string,
  engine: "native" | "typescript",
): Promise<RecordResult> {
  const rings = join(dir, "set.rings");
  await Deno.writeFile(rings, builder.bytes());
  return await record({ dir, name: "events", rings, once: true, engine });
}

async function readSites(capture: string): Promise<[site: number, line: number][]> {
  const text = await Deno.readTextFile(siteFilePath(capture));
  assert(text.endsWith("\n"));
  return text.trimEnd().split("\n").map((line) => {
    const found = parseSiteLine(line);
    assert(found !== null, `${line} is a line of this form`);
    return [found.site, parseSite(found.descriptor).line];
  });
}

for (const engine of ["native", "typescript"] as const) {
  Deno.test(`the ${engine} reader stores the sites of events in the order of their first entries, then the rest`, async () => {
    await using folder = await makeTestFolder();
    const { path, entries, warnings } = await recordOnce(withEvents(), folder.path, engine);
    assertEquals([entries, warnings], [4, []]);
    assertEquals(await readSites(path), [[7, 70], [3, 30], [9, 90]]);
  });

  Deno.test(`the ${engine} reader makes no folder for events where there is no site`, async () => {
    await using folder = await makeTestFolder();
    const { path } = await recordOnce(
      image({ siteCount: 64 }).ring(0).entry({ text: "one" }).set,
      folder.path,
      engine,
    );
    assertEquals(await listFolder(join(path, "events")), []);
    assert(!(await listFolder(path)).includes("events"));
  });

  Deno.test(`the ${engine} reader stores no site that lies outside of its table, or is none`, async () => {
    await using folder = await makeTestFolder();
    const lies = withEvents();
    const count = 64, textBytes = 4096;
    const slot = (at: number) => lies.siteOff + sitePage.bytes + count + at * 16 + 8;
    // Slot 2 leads behind the text, slot 6 claims more than a descriptor may have.
    lies.put64(slot(2), BigInt(textBytes - 8) << 16n | 72n);
    lies.put64(slot(6), 0n << 16n | 4097n);
    const { path, entries } = await recordOnce(lies, folder.path, engine);
    assertEquals(entries, 4);
    assertEquals(await readSites(path), [[9, 90]]);
  });

  Deno.test(`the ${engine} reader says how many sites were refused`, async () => {
    await using folder = await makeTestFolder();
    const refused = withEvents();
    refused.put64(refused.siteOff + sitePage.refused, 2n);
    const { path, warnings } = await recordOnce(refused, folder.path, engine);
    assertEquals(warnings.length, 1);
    assertStringIncludes(warnings[0]!, "2 registrations of call sites were refused");
    const json = JSON.parse(await Deno.readTextFile(join(path, "capture.json")));
    assertEquals(json.warnings, warnings);
  });

  Deno.test(`the ${engine} reader has stored the sites of what it stored while it records`, async () => {
    await using folder = await makeTestFolder();
    const rings = join(folder.path, "set.rings");
    await Deno.writeFile(rings, withEvents().bytes());
    const stop = new AbortController();
    let seen: number[] = [];
    await record({
      dir: folder.path,
      name: "events",
      rings,
      engine,
      signal: stop.signal,
      onStatus: ({ stored }) => {
        if (stored < 4 || stop.signal.aborted) return;
        const text = Deno.readTextFileSync(siteFilePath(join(folder.path, "events")));
        seen = text.trimEnd().split("\n").map((line) => parseSiteLine(line)!.site);
        stop.abort();
      },
    });
    // The last one comes at the end only.
    assertEquals(seen, [7, 3]);
  });
}

/** A recording that is killed when some sites are stored and others come: what it has. */
async function recordUntilKilled(): Promise<{ entries: number; names: Set<string | null> }> {
  await using folder = await makeTestFolder();
  await ensureBuilt();
  const program = await buildProgram({
    name: "tests/event_producer",
    sources: [fromFileUrl(new URL("./testdata/event_producer.c", import.meta.url))],
    libs: ["ringscope"],
  });
  const pidFile = join(folder.path, "pid");
  const recorder = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      fromFileUrl(new URL("./testdata/record_until_killed.ts", import.meta.url)),
      folder.path,
      "arrow",
      program,
      pidFile,
    ],
    stdin: "null",
  }).spawn();
  const path = join(folder.path, "killed");
  await waitFor(async () => {
    const text = await Deno.readTextFile(siteFilePath(path)).catch(() => "");
    return text.split("\n").length > 20 || null;
  });
  recorder.kill("SIGKILL");
  await recorder.status;
  Deno.kill(Number(await Deno.readTextFile(pidFile)), "SIGKILL");
  for (const { pid, path } of listRingsetLeftovers()) if (pid === recorder.pid) await Deno.remove(path);

  await using log = await openCapture(path);
  const names = new Set<string | null>();
  let entries = 0;
  for await (const { event, message } of log.entries()) {
    entries++;
    names.add(event);
    assertMatch(message ?? "", /^n=\d+ of=\d\d$/);
  }
  return { entries, names };
}

Deno.test("a recording that is killed while sites come has the site of every event that it stored", async () => {
  const tries: string[] = [];
  let isBetween = false;
  // Where somebody else had the processor it was killed before the entries came, or behind the last site: then once more.
  while (!isBetween && tries.length < 20) {
    const { entries, names } = await recordUntilKilled();
    assert(!names.has(null), "an event without its site");
    isBetween = entries > 100 && names.size >= 10 && names.size < 90;
    tries.push(`${entries} entries of ${names.size} events`);
  }
  assert(isBetween, tries.join(", "));
});
