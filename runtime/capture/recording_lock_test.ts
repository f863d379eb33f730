import { assert, assertEquals, assertFalse } from "@std/assert";
import { isBeingRecorded, lockRecording } from "./recording_lock.ts";

Deno.test("a folder is being recorded exactly as long as the lock is held", async () => {
  const folder = await Deno.makeTempDir();
  try {
    assertFalse(await isBeingRecorded(folder));
    {
      await using _lock = await lockRecording(folder);
      assert(await isBeingRecorded(folder));
    }
    assertFalse(await isBeingRecorded(folder));
    assertEquals(await Array.fromAsync(Deno.readDir(folder)), [], "no lock file is left");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a lock file whose holder is gone locks nothing", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/capture.lock`, "");
    assertFalse(await isBeingRecorded(folder));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
