/** How often a file that QEMU writes is looked at. */
const POLL_MS = 50;

/** Calls `take` for each whole line that is appended to a file, until `ended` resolves and everything is read. */
export async function followLines(
  path: string,
  ended: Promise<unknown>,
  take: (line: string) => void,
): Promise<void> {
  using file = await Deno.open(path, { read: true, write: true, create: true });
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(1 << 16);
  let rest = "";
  let last = false;
  ended.then(() => last = true, () => last = true);
  for (;;) {
    const wasLast = last;
    const read = await file.read(buffer) ?? 0;
    if (read > 0) {
      const lines = (rest + decoder.decode(buffer.subarray(0, read), { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) take(line.replace(/\r$/, ""));
    } else if (wasLast) {
      if (rest !== "") take(rest);
      return;
    } else {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }
}
