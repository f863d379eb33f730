/**
 * QEMU's control protocol over the standard input and output of its process: no socket, so no permission for the network.
 * @module
 */
import { GuestError } from "./guest_error.ts";

/** Sends a command to QEMU and gives what it returns. @throws {GuestError} QEMU refused it or has ended. */
export type Qmp = (command: string, args?: Readonly<Record<string, unknown>>) => Promise<unknown>;

interface Answer {
  readonly return?: unknown;
  readonly error?: { readonly class: string; readonly desc: string };
  readonly id?: number;
}

/** Speaks to a QEMU that has `-chardev stdio,id=qmp -mon chardev=qmp,mode=control`. */
export function openQmp(child: Deno.ChildProcess): Qmp {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  const writer = child.stdin.getWriter();
  let next = 1;
  let ended = false;

  const send: Qmp = async (command, args = {}) => {
    const id = next++;
    const answer = Promise.withResolvers<unknown>();
    if (ended) throw new GuestError(`${command}: QEMU has ended`);
    waiting.set(id, answer);
    answer.promise.catch(() => {}); // the caller may still be writing when QEMU ends
    await writer.write(
      new TextEncoder().encode(`${JSON.stringify({ execute: command, arguments: args, id })}\n`),
    )
      .catch((cause) => answer.reject(new GuestError(`${command}: QEMU does not listen`, { cause })));
    return await answer.promise;
  };
  (async () => {
    let rest = "";
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const { id, error, ...answer } = JSON.parse(line) as Answer;
        if (id === undefined) continue; // the greeting, events
        if (error !== undefined) waiting.get(id)?.reject(new GuestError(`QEMU refused: ${error.desc}`));
        else waiting.get(id)?.resolve(answer.return);
        waiting.delete(id);
      }
    }
    ended = true;
    for (const answer of waiting.values()) answer.reject(new GuestError("QEMU ended before it answered"));
    await writer.close().catch(() => {});
  })();
  send("qmp_capabilities").catch(() => {});
  return send;
}
