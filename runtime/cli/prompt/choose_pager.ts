/** The words of the program that pages, `own` for this one, null for none. */
export function choosePager(
  env: (name: string) => string | undefined = (name) => Deno.env.get(name),
  mayRun: (program: string) => boolean = isRunGranted,
): readonly string[] | "own" | null {
  const wanted = env("PAGER");
  // Who sets it to nothing, or to cat, wants none: git and psql read it so.
  if (wanted !== undefined && /^\s*(cat)?\s*$/.test(wanted)) return null;
  const words = (wanted ?? "less").trim().split(/\s+/);
  const [program = ""] = words;
  if (!mayRun(program)) return "own";
  // Tables are wide, and have colours.
  return program === "less" ? [program, "-S", "-R", ...words.slice(1)] : words;
}

function isRunGranted(command: string): boolean {
  return Deno.permissions.querySync({ name: "run", command }).state === "granted";
}
