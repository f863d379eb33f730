/**
 * A capture whose program logs until it is told to end.
 * @module
 */
import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { isTaskOf, listProcesses } from "./processes.ts";
import { outcomeOf, producer, type User, waitFor } from "./ringscope.ts";

/** Starts a capture `running` whose program logs until the result is ended; it has stored something. */
export async function startRunning(user: User, ...options: string[]) {
  const end = join(user.folder, "end");
  const child = user.start([
    "capture",
    "--json",
    "--name",
    "running",
    ...options,
    "--",
    await producer(),
    "until",
    end,
  ]);
  await child.stdin.close();
  const ended = outcomeOf(child);
  const logs = join(user.folder, "captures", "running", "logs", "000001.arrows");
  await waitFor(() => Deno.stat(logs).then(({ size }) => size > 4096 || null, () => null));
  return {
    async end() {
      await Deno.writeTextFile(end, "");
      const { code, stdout, stderr } = await ended;
      assertEquals(code, 0, stderr);
      return JSON.parse(stdout);
    },
  };
}

/** The process behind a task that a user has started, by a word that only it was given. */
export async function processOf(user: User, word: string): Promise<number> {
  return await waitFor(() =>
    listProcesses().find(({ pid, arguments: given }) =>
      given.includes("run") && given.includes(word) && isTaskOf(user.folder, pid)
    )?.pid ?? null
  );
}
