/**
 * `sql` without a query: a prompt over one open store. A line that begins with a backslash is a command (run_command.ts), everything
 * else is SQL until a semicolon.
 *
 * @module
 */
import { resolve } from "@std/path";
import { CaptureError, CliError, DriverError, QueryError } from "../../errors.ts";
import type { OpenStoreOptions } from "../../store/store.ts";
import { DEFAULT_DIR } from "../common_options.ts";
import type { RowFormat } from "../format_rows.ts";
import { printError, printNote, printWarning } from "../output.ts";
import { completeCommand } from "./complete_command.ts";
import { completeSql } from "./complete_sql.ts";
import { appendHistory, historyPath, readHistory, trimHistory } from "./history_file.ts";
import { type LineEditor, openLineEditor } from "./line_editor.ts";
import { page } from "./pager.ts";
import { runCommand } from "./run_command.ts";
import { PromptSession } from "./session.ts";
import { asOneLine, statementState } from "./statement_state.ts";

/** The options of `sql` that a prompt heeds. */
export interface PromptOptions {
  dir: string | undefined;
  format: RowFormat;
  json: boolean;
  quiet: boolean;
}

const TERMINATED = 143;

/** Asks and answers until the user leaves. Resolves to the exit code. */
export async function runPrompt(
  paths: readonly string[],
  store: OpenStoreOptions,
  { dir, format, json, quiet }: PromptOptions,
): Promise<number> {
  const settings = {
    format: json && format === "table" ? "json" as const : format,
    isExpanded: false,
    isTiming: false,
    output: null,
  };
  const lend = (text: string) => editor.lend(() => page(text));
  await using session = await PromptSession.open(paths, store, {
    dir: resolve(dir ?? DEFAULT_DIR),
    settings,
    page: lend,
  });
  const typed: string[] = [];
  const history = await History.open();
  using editor = openLineEditor({
    history: history.entries,
    onInterrupt: () => session.interrupt(),
    complete: async (text) => {
      const words = await session.vocabulary();
      if (typed.length === 0 && text.trimStart().startsWith("\\")) {
        return await completeCommand(text, words, () => session.listCaptures());
      }
      return completeSql([...typed, text].join("\n"), words);
    },
  });
  // The terminal goes back to its own mode before this process ends.
  Deno.addSignalListener("SIGTERM", () => {
    editor[Symbol.dispose]();
    Deno.exit(TERMINATED);
  });
  // In raw mode Ctrl-C is a key; while a pager has the terminal it is a signal, and the pager's.
  Deno.addSignalListener("SIGINT", () => {});
  if (!quiet) {
    for (const warning of session.warnings) printWarning(warning);
    printNote("SQL ends with a semicolon; \\d lists what there is to ask, \\? the commands, \\q leaves.");
  }
  await readLines(session, editor, { typed, history, page: lend });
  return 0;
}

interface Lines {
  /** The lines of the statement so far. */
  readonly typed: string[];
  readonly history: History;
  readonly page: (text: string) => Promise<void>;
}

async function readLines(
  session: PromptSession,
  editor: LineEditor,
  { typed, history, page }: Lines,
): Promise<void> {
  for (;;) {
    session.rearm();
    const line = await editor.read(promptText(session.captures, typed));
    if (line.kind === "end") return;
    if (line.kind === "interrupt") {
      typed.length = 0;
      continue;
    }
    if (typed.length === 0 && line.text.trim() === "") continue;
    const isCommand = typed.length === 0 && line.text.trimStart().startsWith("\\");
    typed.push(line.text);
    const text = typed.join("\n");
    if (!isCommand && statementState(text) !== "complete") continue;
    typed.length = 0;
    const entry = isCommand ? text.trim() : asOneLine(text);
    editor.remember(entry);
    await history.add(entry);
    try {
      if (!isCommand) await session.run(text);
      else if (!await runCommand(text, session, page)) return;
    } catch (error) {
      if (!isUsersError(error)) throw error;
      printError(error.message);
    }
  }
}

/** What a prompt survives: everything but a fault of our own. */
function isUsersError(error: unknown): error is Error {
  return [CliError, CaptureError, DriverError, QueryError].some((known) => error instanceof known);
}

/** Says what is asked, and, within a statement, what is still open. */
function promptText(captures: readonly string[], typed: readonly string[]): string {
  const name = captures.length === 1 ? captures[0] ?? "" : `${captures.length} captures`;
  if (typed.length === 0) return `${name}> `;
  const open = { "in quotes": "'", "in name": '"', "in comment": "*", "in dollar quote": "$" } as const;
  const state = statementState(typed.join("\n"));
  const mark = state === "complete" || state === "unfinished" ? "-" : open[state];
  return `${mark}> `.padStart(name.length + 2);
}

/** The history with its file. One that cannot be kept is said once, and costs nothing else. */
class History {
  #isKept = true;

  private constructor(readonly path: string, readonly entries: readonly string[]) {}

  static async open(): Promise<History> {
    const path = historyPath();
    try {
      await trimHistory(path);
      return new History(path, await readHistory(path));
    } catch (error) {
      const history = new History(path, []);
      history.#giveUp(error);
      return history;
    }
  }

  async add(entry: string): Promise<void> {
    if (!this.#isKept) return;
    try {
      await appendHistory(this.path, entry);
    } catch (error) {
      this.#giveUp(error);
    }
  }

  #giveUp(error: unknown): void {
    if (!(error instanceof Error)) throw error;
    this.#isKept = false;
    printWarning(
      `the history is not kept in ${this.path}: ${error.message}; XDG_STATE_HOME names another folder`,
    );
  }
}
