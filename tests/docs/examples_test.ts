/** The examples in the documentation of the scripting API, each as a program of its own, in a folder with captures. */
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { projectRoot } from "../../runtime/build/place.ts";
import { ensureBuilt } from "../../runtime/build/build.ts";
import { ArgumentType } from "../../runtime/events/argument_type.ts";
import type { SiteParts } from "../../runtime/events/test_support.ts";
import { makeBatch, makeCapture } from "../support/make_capture.ts";

const FILES = [
  "compare/compare.ts",
  "mod.ts",
  "capture_log.ts",
  "log_entry.ts",
  "capture/record.ts",
  "export/export_capture.ts",
  "import/import_log.ts",
  "live/pattern.ts",
  "store/folder.ts",
  "store/store.ts",
];

const IO_DONE: SiteParts = {
  name: "io_done",
  format: "bytes=%u",
  arguments: [{ type: ArgumentType.u32, key: "bytes" }],
};

Deno.test("every example of the scripting API runs as it is printed", async () => {
  await ensureBuilt();
  const dir = await Deno.makeTempDir({ prefix: "ringscope-test-" });
  try {
    for (const name of ["boot", "idle"]) {
      const batch = makeBatch([
        { idx: 0, seq: 0, ticks: 0, pid: 4, severity: 4, payload: "timeout of disk 0" },
        { idx: 1, seq: 1, ticks: 9, kind: "data", payload: Uint8Array.of(1, 2) },
        { idx: 2, seq: 2, ticks: 10, kind: "event", type: 1, payload: Uint8Array.of(0, 2, 0, 0) },
      ], { counters: [{ attempts: 3, read: 3 }] });
      await makeCapture(join(dir, "captures"), name, {
        logs: [[batch]],
        sites: new Map([[1, IO_DONE]]),
        info: { id: name },
      });
    }
    await Deno.writeTextFile(join(dir, "dmesg.txt"), "[    1.000000] hello\n[    2.500000] world\n");
    const runtime = join(projectRoot(), "runtime");
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "test",
        "--doc",
        "--allow-all",
        "--config",
        join(projectRoot(), "deno.json"),
        ...FILES.map((file) => join(runtime, file)),
      ],
      cwd: dir,
      env: { NO_COLOR: "1" },
    }).output();
    const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    assertEquals(code, 0, text);
    const [, passed] = /ok \| (\d+) passed/.exec(text) ?? [];
    assert(Number(passed) >= 14, text);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
