/**
 * Shows text that is longer than the screen: with the user's pager where this process may run it, otherwise with one of our own,
 * because the tasks of this project give `sql` no right to run programs.
 *
 * @module
 */
import { print } from "../output.ts";
import { choosePager } from "./choose_pager.ts";
import { readKey } from "./read_key.ts";
import { drawPage, movePage, type PageView } from "./page_view.ts";

/** Shows the text until the user leaves it. Nothing else may read the terminal meanwhile. */
export async function page(text: string): Promise<void> {
  const chosen = choosePager();
  if (chosen === null) await print(text);
  else if (chosen === "own" || !await runPager(chosen, text)) await pageHere(text);
}

/** Resolves to false when there is no such program. */
async function runPager([program = "", ...args]: readonly string[], text: string): Promise<boolean> {
  let child;
  try {
    child = new Deno.Command(program, { args, stdin: "piped", stdout: "inherit", stderr: "inherit" }).spawn();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied) return false;
    throw error;
  }
  const writer = child.stdin.getWriter();
  try {
    await writer.write(new TextEncoder().encode(text));
    await writer.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error; // left before the end, as one does
  }
  await child.status;
  return true;
}

const ALTERNATE_SCREEN = "\x1b[?1049h\x1b[?25l", FORMER_SCREEN = "\x1b[?25h\x1b[?1049l";

async function pageHere(text: string): Promise<void> {
  let view: PageView = { lines: text.replace(/\n$/, "").split("\n"), top: 0, left: 0, ...Deno.consoleSize() };
  Deno.stdin.setRaw(true);
  await print(ALTERNATE_SCREEN);
  try {
    for (;;) {
      await print(drawPage(view));
      const key = await readKey();
      if (key === null || key === "q" || key === "Q" || key === "ctrl-c") return;
      // The terminal may have another size by now.
      view = movePage({ ...view, ...Deno.consoleSize() }, key);
    }
  } finally {
    await print(FORMER_SCREEN);
    Deno.stdin.setRaw(false);
  }
}
