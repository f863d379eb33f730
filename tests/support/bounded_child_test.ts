import { assertEquals } from "@std/assert";
import { runBounded, runBoundedShown } from "./bounded_child.ts";

const PATIENCE_MS = 60_000;

Deno.test("a program that ends in time tells its code and what it printed", async () => {
  const { code, stdout, stderr, isLate } = await runBounded(
    "sh",
    { args: ["-c", "echo out; echo err >&2; exit 3"] },
    PATIENCE_MS,
  );
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  assertEquals([code, text(stdout), text(stderr), isLate], [3, "out\n", "err\n", false]);
});

/** Runs a shell that leaves a child behind, and kills both when it has come so far that it ends with `expected`. */
async function runLate(
  script: string,
  expected: number,
): Promise<{ code: number; isLate: boolean; child: number }> {
  for (let ms = 500;; ms *= 4) {
    const { code, stdout, isLate } = await runBounded("sh", { args: ["-c", script] }, ms);
    const child = Number(new TextDecoder().decode(stdout));
    // A busy machine may not have let it come so far: then it gets more time.
    if (child > 0 && code === expected || ms > PATIENCE_MS) return { code, isLate, child };
  }
}

Deno.test("a program that hangs is killed with the child that it waits for", async () => {
  const { code, isLate, child } = await runLate("sleep 600 & echo $!; wait", 137);
  assertEquals([code, isLate], [137, true]);
  await waitForEnd(child);
});

Deno.test("a child that outlives its program and keeps the pipes open is killed too", async () => {
  const { code, isLate, child } = await runLate("sleep 600 & echo $!", 0);
  assertEquals([code, isLate], [0, true]);
  await waitForEnd(child);
});

Deno.test("a program whose output is shown tells its code, and is killed with its children when it hangs", async () => {
  assertEquals(await runBoundedShown("sh", { args: ["-c", "exit 3"] }, PATIENCE_MS), {
    code: 3,
    isLate: false,
  });
  const pidFile = await Deno.makeTempFile();
  const script = `sleep 60 & echo $! > "${pidFile}"; wait`;
  assertEquals(await runBoundedShown("sh", { args: ["-c", script] }, 500), { code: 137, isLate: true });
  await waitForEnd(Number(await Deno.readTextFile(pidFile)));
  await Deno.remove(pidFile);
});

/** Returns when the process has ended; whoever collects orphans here may leave it a zombie. */
async function waitForEnd(pid: number): Promise<void> {
  for (;;) {
    const stat = await Deno.readTextFile(`/proc/${pid}/stat`).catch(() => "");
    if (stat === "" || stat.split(") ")[1]?.startsWith("Z")) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
