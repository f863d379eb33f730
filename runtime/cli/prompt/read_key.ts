/** Keys that are not a character, by what a terminal sends for them. */
const SEQUENCES: Readonly<Record<string, string>> = {
  "\x03": "ctrl-c",
  "\x04": "q",
  "\r": "down",
  "\n": "down",
  " ": "page-down",
  "\x1b": "q",
  "\x1b[A": "up",
  "\x1bOA": "up",
  "\x1b[B": "down",
  "\x1bOB": "down",
  "\x1b[C": "right",
  "\x1bOC": "right",
  "\x1b[D": "left",
  "\x1bOD": "left",
  "\x1b[5~": "page-up",
  "\x1b[6~": "page-down",
  "\x1b[H": "home",
  "\x1bOH": "home",
  "\x1b[1~": "home",
  "\x1b[F": "end",
  "\x1bOF": "end",
  "\x1b[4~": "end",
};
/** As in less and vi. */
const LETTERS: Readonly<Record<string, string>> = {
  j: "down",
  e: "down",
  k: "up",
  y: "up",
  h: "left",
  l: "right",
  f: "page-down",
  b: "page-up",
  g: "home",
  "<": "home",
  G: "end",
  ">": "end",
};

/** The next key on the terminal, which is in raw mode, by its name; null when there is none to come. */
export async function readKey(): Promise<string | null> {
  const bytes = new Uint8Array(64);
  const count = await Deno.stdin.read(bytes);
  return count === null ? null : nameKey(new TextDecoder().decode(bytes.subarray(0, count)));
}

/** What a terminal sent at once: one key, or, when it was slow to be read, several, of which the first counts. */
export function nameKey(sent: string): string {
  // deno-lint-ignore no-control-regex -- terminals send them
  const sequence = /^\x1b(?:\[[0-9;]*[~A-Za-z]|O[A-Z])?|^[^]/u.exec(sent)?.[0] ?? "";
  return SEQUENCES[sequence] ?? LETTERS[sequence] ?? sequence;
}
