import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { makeCapture } from "../../tests/support/make_capture.ts";
import { EntryKind, MARK_TYPE } from "../abi/layout.ts";
import { lockRecording } from "../capture/recording_lock.ts";
import { CaptureError, DriverError } from "../errors.ts";
import { loadNative } from "../ffi/native.ts";
import { markCapture } from "./mark.ts";

/** Runs with a new ring set and a capture of it that says it is being recorded. */
async function withRunning(
  info: (rings: { readonly path: string; readonly setId: string }) => Record<string, unknown>,
  run: (capture: string, rings: string) => Promise<void>,
): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    using native = loadNative();
    const path = join(dir, "own.rings");
    native.makeRingSet(path, { ringCount: 1, ringBytes: 65536 });
    using reader = native.openCapture(path);
    const capture = await makeCapture(dir, "running", {
      info: { complete: false, stopped: null, ...info({ path, setId: reader.info().setId }) },
    });
    await using _recording = await lockRecording(capture);
    await run(capture, path);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("a mark is an entry of the rings that the capture reads", async () => {
  await withRunning(
    ({ path, setId }) => ({ source: { rings: path, set_id: setId } }),
    async (capture, rings) => {
      await markCapture(capture, "load begins €", "warn");
      // The first entry of the first ring, behind the header, the intents and the rings' own pages.
      const bytes = await Deno.readFile(rings);
      const at = new TextDecoder("latin1").decode(bytes).indexOf("load begins");
      const view = new DataView(bytes.buffer, at - 56, 56);
      assertEquals(view.getUint32(44, true), MARK_TYPE);
      assertEquals(view.getUint32(48, true), "load begins ".length + 3);
      assertEquals([view.getUint8(52), view.getUint8(53)], [EntryKind.text, 4]);
      await assertRejects(
        () => markCapture(capture, "x".repeat(1017), "info"),
        RangeError,
        "write at most 1016",
      );
    },
  );
});

Deno.test("a capture that is not running takes no mark", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const capture = await makeCapture(dir, "finished");
    await assertRejects(
      () => markCapture(capture, "text", "info"),
      CaptureError,
      "not being recorded any more",
    );
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("other rings at the same path, and none at all, take no mark", async () => {
  const other = ({ path }: { readonly path: string }) => ({
    source: { rings: path, set_id: "00".repeat(16) },
  });
  await withRunning(other, async (capture) => {
    await assertRejects(
      () => markCapture(capture, "text", "info"),
      CaptureError,
      "there are other rings now",
    );
  });
  await withRunning(() => ({ source: { rings: "/dev/shm/none.rings", set_id: "00" } }), async (capture) => {
    await assertRejects(() => markCapture(capture, "text", "info"), CaptureError, "cannot be opened");
  });
  const file = await Deno.makeTempFile();
  try {
    await Deno.writeFile(file, new Uint8Array(4096));
    await withRunning(() => ({ source: { rings: file, set_id: "00" } }), async (capture) => {
      await assertRejects(() => markCapture(capture, "text", "info"), DriverError, "no ring set");
    });
  } finally {
    await Deno.remove(file);
  }
});
