import { listFiles } from "../complete/list_files.ts";
import { ROW_FORMATS } from "../format_rows.ts";
import type { Completions } from "./line_editor.ts";
import { PROMPT_COMMANDS } from "./prompt_commands.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** Candidates for the end of a line that begins with a backslash. `captures` are those that can be opened. */
export async function completeCommand(
  text: string,
  words: Vocabulary,
  captures: () => Promise<readonly string[]>,
): Promise<Completions> {
  const [, name = "", rest] = /^\s*\\(\S*)(\s.*)?$/s.exec(text) ?? [];
  if (rest === undefined) {
    const fitting = PROMPT_COMMANDS.filter((one) => one.name.startsWith(name));
    return { replaces: `\\${name}`, candidates: fitting.map((one) => `\\${one.name}`) };
  }
  const replaces = /\S*$/.exec(rest)?.[0] ?? "";
  const among = (all: readonly string[]) => ({
    replaces,
    candidates: all.filter((one) => one.startsWith(replaces)),
  });
  switch (PROMPT_COMMANDS.find((one) => one.name === name)?.operand) {
    case "object":
      return among([...words.tables.keys(), ...words.tableMacros, ...words.functions]);
    case "captures":
      return among(await captures());
    case "format":
      return among(ROW_FORMATS);
    case "switch":
      return among(["on", "off"]);
    case "file":
      return among(await listFiles(replaces));
    default:
      return { replaces, candidates: [] };
  }
}
