import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { image } from "../../tests/golden/image_builder.ts";
import { Level, rule, Severity, sitePage } from "../abi/layout.ts";
import { DriverError } from "../errors.ts";
import { encodeSite } from "../events/test_support.ts";
import { placeRegions } from "../reader/set_header.ts";
import { readRingsHeader, readRingSites, type RingSites } from "./ring_sites.ts";

const SITES = 64;

/** What a copy of such a ring set says, after its bytes were changed. */
async function sitesOf(
  set: ReturnType<typeof image>,
  change: (table: DataView) => void = () => {},
): Promise<RingSites> {
  const bytes = set.bytes();
  const { siteOff } = placeRegions({
    ringCount: 1,
    ringBytes: 4096,
    intentCount: intentCountOf(bytes),
    siteCount: SITES,
    siteTextBytes: 4096,
  });
  change(new DataView(bytes.buffer, siteOff));
  const folder = await Deno.makeTempDir();
  try {
    const path = join(folder, "rings");
    await Deno.writeFile(path, bytes);
    return readRingSites(path, readRingsHeader(path)!);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function intentCountOf(bytes: Uint8Array): number {
  return new DataView(bytes.buffer).getUint32(104, true);
}

const withSite = () =>
  image({ siteCount: SITES }).putSite(
    0,
    BigInt(SITES),
    encodeSite({ name: "nvme_probe", format: "" }),
    Severity.warn,
  );

function putRule(table: DataView, at: number, pattern: string, level: number): void {
  const begin = sitePage.rules + at * rule.bytes;
  new TextEncoder().encode(pattern).forEach((byte, n) => table.setUint8(begin + n, byte));
  table.setUint8(begin + rule.level, level);
  table.setUint32(sitePage.ruleCount, at + 1, true);
}

Deno.test("sites and rules are read as they stand in the table", async () => {
  const found = await sitesOf(withSite(), (table) => {
    putRule(table, 0, "io_*", Level.off);
    putRule(table, 1, "queue.c:*", Severity.error);
    table.setUint8(sitePage.defaultLevel, Severity.info);
    table.setBigUint64(sitePage.refused, 3n, true);
  });
  const [site] = found.sites;
  assertEquals([site?.number, site?.name, site?.level, site?.file, site?.line], [
    1,
    "nvme_probe",
    4,
    "disk.c",
    42,
  ]);
  assertEquals(found.rules, [{ pattern: "io_*", level: 7 }, { pattern: "queue.c:*", level: 5 }]);
  assertEquals([found.defaultLevel, found.refused, found.isSettled], [3, 3n, true]);
});

Deno.test("an odd generation says that the rules are not settled", async () => {
  const found = await sitesOf(
    withSite(),
    (table) => table.setBigUint64(sitePage.controlGeneration, 5n, true),
  );
  assertEquals([found.isSettled, found.sites.length], [false, 1]);
});

Deno.test("a table that says what cannot be leads nowhere outside of itself", async () => {
  const spoiled: Record<string, (table: DataView) => void> = {
    "more rules than there can be": (table) => table.setUint32(sitePage.ruleCount, 0xffff_ffff, true),
    "more text than there is": (table) => table.setBigUint64(sitePage.textUsed, 2n ** 64n - 1n, true),
    "a rule's level": (table) => putRule(table, 0, "x", 200),
    "the default": (table) => table.setUint8(sitePage.defaultLevel, 9),
  };
  for (const [name, change] of Object.entries(spoiled)) {
    const found = await sitesOf(withSite(), change);
    assertEquals(found.sites.length, 1, name);
    assertEquals(found.rules.every(({ level }) => level >= Severity.trace && level <= Level.off), true, name);
    assertEquals(found.rules.length <= 48, true, name);
    assertEquals(found.defaultLevel <= Level.off, true, name);
  }
});

Deno.test("a descriptor that leads outside, or says what cannot be, is no site", async () => {
  const good = encodeSite({ name: "nvme_probe", format: "" });
  const spoil = (at: number, value: number) => good.map((byte, n) => n === at ? value : byte);
  const nameLength = 12;
  for (
    const [at, value] of [[0, 255], [8, 7], [9, 3], [10, 3], [11, 17], [nameLength, 255], [
      nameLength + 1,
      255,
    ]]
  ) {
    const found = await sitesOf(image({ siteCount: SITES }).putSite(0, BigInt(SITES), spoil(at!, value!)));
    assertEquals(found.sites, [], `byte ${at} is ${value}`);
  }
  const places = [0xffffn, 8n << 16n | 5000n, 1n << 16n | 64n, (2n ** 47n) << 16n | 64n];
  for (const place of places) {
    const found = await sitesOf(
      withSite(),
      (table) => table.setBigUint64(sitePage.bytes + SITES + 8, place, true),
    );
    assertEquals(found.sites, [], `place ${place}`);
  }
});

Deno.test("a set without a table is told with its version, and a file that is none is none", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = join(folder, "rings");
    assertEquals(readRingsHeader(path), null);
    await Deno.writeFile(path, image().bytes());
    assertThrows(
      () => readRingSites(path, readRingsHeader(path)!),
      DriverError,
      "no table of call sites (ABI 1.",
    );
    const whole = withSite().bytes();
    await Deno.writeFile(path, whole);
    const header = readRingsHeader(path)!;
    await Deno.truncate(path, header.siteOff + 5000);
    assertThrows(() => readRingSites(path, header), DriverError, "cut short");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
