/**
 * The line editor: the only file that knows `node:readline`, which Deno brings along. It edits, completes, recalls and wraps lines
 * on every system without anything native, and gives the terminal to another program when asked to; the line editors of npm are
 * wrappers around it, or question-and-answer forms.
 *
 * @module
 */
import { createInterface, type Interface } from "node:readline";
import process from "node:process";

/** What the user did at the prompt. */
export type Typed =
  | { readonly kind: "line"; readonly text: string }
  /** Ctrl-C: the line is given up. */
  | { readonly kind: "interrupt" }
  /** Ctrl-D, or the terminal is gone. */
  | { readonly kind: "end" };

/** Candidates in place of the end of the text. */
export interface Completions {
  /** How much of the end of the text they replace. */
  readonly replaces: string;
  readonly candidates: readonly string[];
}

/** Options of {@link openLineEditor}. */
export interface LineEditorOptions {
  /** What was typed in earlier runs, newest first. */
  history: readonly string[];
  /** Candidates for the text up to the cursor. */
  complete(text: string): Promise<Completions>;
  /** Ctrl-C while no line is being read. */
  onInterrupt(): void;
}

/** A terminal on which lines are typed. */
export interface LineEditor extends Disposable {
  /** Reads a line; what was typed before it was asked for comes first. */
  read(prompt: string): Promise<Typed>;
  /** Adds to what the arrow keys recall. */
  remember(entry: string): void;
  /** Gives the terminal to another reader, in its own mode, until `use` is done. */
  lend<T>(use: () => Promise<T>): Promise<T>;
}

/** Takes over the terminal on standard input and output. */
export function openLineEditor(options: LineEditorOptions): LineEditor {
  return new ReadlineEditor(options);
}

const HISTORY_SIZE = 1000;

class ReadlineEditor implements LineEditor {
  readonly #lines: Interface;
  readonly #entries: string[];
  /** What readline recalls from: its own list, which it hands out when it has added a line. */
  #recalled: string[] | null = null;
  readonly #typed: Typed[] = [];
  #waiting: ((typed: Typed) => void) | null = null;
  #isLent = false;

  constructor({ history, complete, onInterrupt }: LineEditorOptions) {
    this.#entries = [...history];
    this.#lines = createInterface({
      input: process.stdin,
      output: process.stdout,
      terminal: true,
      history: [...history],
      historySize: HISTORY_SIZE,
      completer: (text: string, done: (error: Error | null, result: [string[], string]) => void) => {
        complete(text).then(
          ({ candidates, replaces }) => done(null, [[...candidates], replaces]),
          // A completion that fails must not cost the line.
          () => done(null, [[], text]),
        );
      },
    });
    this.#lines.on("history", (recalled: string[]) => {
      this.#recalled = recalled;
      this.#resetRecalled();
    });
    this.#lines.on("line", (text: string) => this.#hear({ kind: "line", text }));
    this.#lines.on("close", () => this.#hear({ kind: "end" }));
    this.#lines.on("SIGINT", () => {
      if (this.#waiting === null) return onInterrupt();
      process.stdout.write("^C\r\n");
      this.#clearLine();
      this.#hear({ kind: "interrupt" });
    });
  }

  read(prompt: string): Promise<Typed> {
    const earlier = this.#typed.shift();
    if (earlier !== undefined) {
      if (earlier.kind === "end") this.#typed.unshift(earlier);
      return Promise.resolve(earlier);
    }
    this.#lines.setPrompt(prompt);
    this.#lines.prompt(true);
    const { promise, resolve } = Promise.withResolvers<Typed>();
    this.#waiting = resolve;
    return promise;
  }

  remember(entry: string): void {
    if (this.#entries[0] === entry) return this.#resetRecalled();
    this.#entries.unshift(entry);
    this.#entries.splice(HISTORY_SIZE);
    this.#resetRecalled();
  }

  async lend<T>(use: () => Promise<T>): Promise<T> {
    this.#isLent = true;
    this.#lines.pause();
    process.stdin.setRawMode(false);
    try {
      return await use();
    } finally {
      this.#isLent = false;
      process.stdin.setRawMode(true);
      this.#lines.resume();
    }
  }

  [Symbol.dispose](): void {
    this.#typed.length = 0;
    if (!this.#isLent) this.#lines.close();
    else process.stdin.setRawMode(false);
  }

  #hear(typed: Typed): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    if (waiting === null) this.#typed.push(typed);
    else waiting(typed);
  }

  /** Statements are recalled whole, not the lines that readline has seen. */
  #resetRecalled(): void {
    this.#recalled?.splice(0, this.#recalled.length, ...this.#entries);
  }

  #clearLine(): void {
    this.#lines.write(null, { ctrl: true, name: "e" });
    this.#lines.write(null, { ctrl: true, name: "u" });
  }
}
