import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { makeBatch, makeCapture } from "../../tests/support/make_capture.ts";
import { CaptureError } from "../errors.ts";
import { listCaptures, readCaptureInfo, resolveCapture } from "./folder.ts";

/** Runs with a new folder. */
async function withFolder(run: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    await run(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("capture.json is read with every integer exact", async () => {
  await withFolder(async (dir) => {
    const path = await makeCapture(dir, "boot", {
      logs: [[makeBatch([{ idx: 0, seq: 0, ticks: 0 }])]],
      info: {
        clock: { kind: "tsc", ticks_per_second: "18446744073709551615", anchors: [] },
        counters: [{ processor: 1, attempts: "9007199254740993", lost_full: 2, mixed: 1 }, { corrupt: 4 }],
        warnings: ["the disk was full"],
      },
    });
    const info = await readCaptureInfo(path);
    assertEquals([info.name, info.complete, info.entries, info.ringBytes], ["boot", true, 1n, 65536n]);
    assertEquals([info.clockKind, info.ticksPerSecond], ["tsc", 18446744073709551615n]);
    assertEquals([info.counters[0]?.attempts, info.lost], [9007199254740993n, 7n]);
    assertEquals(info.warnings, ["the disk was full"]);
  });
});

Deno.test("what is no capture, damaged, or newer than this program is refused with the reason", async () => {
  await withFolder(async (dir) => {
    await assertRejects(() => readCaptureInfo(join(dir, "none")), CaptureError, "no capture.json");
    const newer = await makeCapture(dir, "newer", { info: { format_version: 2 } });
    await assertRejects(() => readCaptureInfo(newer), CaptureError, "format_version is 2");
    for (const text of ["{", "[]", "{}", '{"format_version": "one"}']) {
      await Deno.writeTextFile(join(newer, "capture.json"), text);
      await assertRejects(() => readCaptureInfo(newer), CaptureError, "capture.json is damaged", text);
    }
  });
});

Deno.test("captures are listed newest first, the unreadable with their problem, other folders not at all", async () => {
  await withFolder(async (dir) => {
    await makeCapture(dir, "old", { info: { started: "2001-01-01T00:00:00Z" } });
    await makeCapture(dir, "new", { info: { started: "2030-01-01T00:00:00Z" } });
    const broken = await makeCapture(dir, "broken");
    await Deno.writeTextFile(join(broken, "capture.json"), "{");
    await Deno.mkdir(join(dir, "notes"));
    await Deno.writeTextFile(join(dir, "file"), "");
    const listed = await listCaptures(dir);
    assertEquals(listed.map(({ name, info }) => [name, info?.started ?? null]), [
      ["new", "2030-01-01T00:00:00Z"],
      ["broken", null],
      ["old", "2001-01-01T00:00:00Z"],
    ]);
    assertEquals(listed.map(({ problem }) => problem !== null), [false, true, false]);
    assertEquals(listed[1]?.bytes, 1);
    assertEquals(await listCaptures(join(dir, "nowhere")), []);
  });
});

Deno.test("a capture is found by its name below the folder, or by its path", async () => {
  await withFolder(async (dir) => {
    const path = await makeCapture(dir, "boot");
    assertEquals(await resolveCapture("boot", dir), path);
    assertEquals(await resolveCapture(path, "/nowhere"), path);
  });
});

Deno.test("an unknown capture is answered with the nearest names", async () => {
  await withFolder(async (dir) => {
    await assertRejects(() => resolveCapture("boot", dir), CaptureError, `there is none in ${dir} yet`);
    for (const name of ["boot", "idle", "capture-20260101"]) await makeCapture(dir, name);
    await assertRejects(() => resolveCapture("bota", dir), CaptureError, "did you mean boot?");
    await assertRejects(() => resolveCapture("capture", dir), CaptureError, "did you mean capture-20260101?");
    await assertRejects(() => resolveCapture("zzz", dir), CaptureError, "boot");
  });
});

Deno.test("any text may be asked for", async () => {
  await withFolder(async (dir) => {
    for (const text of ["", "SELECT 1/2 FROM logs", "x".repeat(5000), "a\0b", "boot/capture.json/x"]) {
      await assertRejects(() => resolveCapture(text, dir), CaptureError, "there is no capture", text);
    }
  });
});

Deno.test("a folder that is named by its path and is no capture is called that", async () => {
  await withFolder(async (dir) => {
    await assertRejects(() => resolveCapture(dir, dir), CaptureError, "no capture.json");
  });
});
