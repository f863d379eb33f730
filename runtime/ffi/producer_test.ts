import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { DriverError } from "../errors.ts";
import { loadNative } from "./native.ts";
import { openProducer } from "./producer.ts";

async function withRings(run: (path: string) => Promise<void> | void): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    using native = loadNative();
    const path = join(dir, "own.rings");
    native.makeRingSet(path, { ringCount: 1, ringBytes: 65536 });
    await run(path);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

const ENTRY = { severity: 3, kind: 0, type: 0, remarks: 0, payload: new Uint8Array(1000) };

Deno.test("what the rings refuse is told apart: too big, full, no such number", async () => {
  await withRings((path) => {
    using producer = openProducer(path);
    assertThrows(() => producer.write({ ...ENTRY, payload: new Uint8Array(20_000) }), RangeError, "too much");
    assertThrows(() => producer.write({ ...ENTRY, severity: 9 }), RangeError);
    assertThrows(
      () => {
        for (let n = 0; n < 100; n++) producer.write(ENTRY);
      },
      DriverError,
      "full",
    );
  });
});

Deno.test("rings that are not there cannot be logged into", () => {
  assertThrows(() => openProducer("/nonexistent/own.rings"), DriverError, "check the path");
});

Deno.test("a thread that has logged can end after the library was given back", async () => {
  await withRings(async (path) => {
    // In a process of its own, which would die of a segmentation fault.
    const program = `
      for (let n = 0; n < 5; n++) {
        const worker = new Worker(${
      JSON.stringify(import.meta.resolve("./testdata/log_in_worker.ts"))
    }, { type: "module" });
        const { promise, resolve } = Promise.withResolvers();
        worker.onmessage = resolve;
        worker.postMessage(${JSON.stringify(path)});
        await promise;
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
      console.log("whole");`;
    const { code, stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", program],
      cwd: import.meta.dirname!,
      stderr: "inherit",
    }).output();
    assertEquals([code, new TextDecoder().decode(stdout)], [0, "whole\n"]);
  });
});
