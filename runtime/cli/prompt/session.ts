/**
 * What a prompt holds between two lines: one open store, the settings, and the query that is running.
 *
 * @module
 */
import { stripAnsiCode } from "@std/fmt";
import { CliError, QueryError } from "../../errors.ts";
import { listCaptures, resolveCapture } from "../../store/folder.ts";
import { splitStatements } from "../../store/split_statements.ts";
import { openStore, type OpenStoreOptions, type Store } from "../../store/store.ts";
import { formatSeconds } from "../format_number.ts";
import { print, printError, printNote, printWarning } from "../output.ts";
import { oneLine } from "../sql/describe_query_error.ts";
import type { PromptSettings } from "./prompt_settings.ts";
import { renderResult, showResult } from "./show_result.ts";
import { readVocabulary, type Vocabulary } from "./vocabulary.ts";

/** Shows a text longer than the screen. */
export type Page = (text: string) => Promise<void>;

/** A prompt's state. */
export class PromptSession implements AsyncDisposable {
  readonly settings: PromptSettings;
  /** Below it captures are looked up by name. */
  readonly dir: string;
  readonly #options: OpenStoreOptions;
  readonly #page: Page;
  #store: Store;
  #running: AbortController | null = null;
  #isInterrupted = false;
  #vocabulary: Promise<Vocabulary> | null = null;

  private constructor(
    store: Store,
    options: OpenStoreOptions,
    given: { dir: string; settings: PromptSettings; page: Page },
  ) {
    this.#store = store;
    this.#options = options;
    this.settings = given.settings;
    this.dir = given.dir;
    this.#page = given.page;
  }

  /** Opens the captures. */
  static async open(
    paths: readonly string[],
    options: OpenStoreOptions,
    given: { dir: string; settings: PromptSettings; page: Page },
  ): Promise<PromptSession> {
    return new PromptSession(await openStore(paths, options), options, given);
  }

  /** Names of the captures that are asked. */
  get captures(): string[] {
    return this.#store.captures.map(({ name }) => name);
  }

  /** What loading met. */
  get warnings(): readonly string[] {
    return this.#store.warnings;
  }

  /** Rows of a query of the prompt's own. */
  readonly ask = async (text: string): Promise<unknown[][]> => (await this.#store.query(text)).rows;

  /** Cancels what is running, and what is about to: Ctrl-C may come before the query has reached the engine. */
  interrupt(): void {
    this.#isInterrupted = true;
    this.#running?.abort();
  }

  /** Begins with the next question: what was interrupted is over. */
  rearm(): void {
    this.#isInterrupted = false;
  }

  /** Names of all captures below the folder. */
  async listCaptures(): Promise<string[]> {
    return (await listCaptures(this.dir)).filter(({ info }) => info !== null).map(({ name }) => name);
  }

  /** The words that can be completed; asked of the database once, and again after {@link forgetWords}. */
  vocabulary(): Promise<Vocabulary> {
    return this.#vocabulary ??= readVocabulary(this.ask, this.captures);
  }

  /** A statement may have made a table, or another capture be open. */
  forgetWords(): void {
    this.#vocabulary = null;
  }

  /** Asks other captures from now on. Where they cannot be opened, the former ones stay. */
  async change(names: readonly string[]): Promise<void> {
    const paths = await Promise.all(names.map((name) => resolveCapture(name, this.dir)));
    const store = await this.#abortable((signal) =>
      openStore([...new Set(paths)], { ...this.#options, signal })
    );
    await this.#store.close();
    this.#store = store;
    this.forgetWords();
    for (const warning of store.warnings) printWarning(warning);
  }

  /** Runs statements one after the other and shows each result; the first that fails ends it. */
  async run(text: string): Promise<boolean> {
    await this.#refresh();
    for (const statement of splitStatements(text)) {
      if (!await this.#runOne(statement)) return false;
    }
    return true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#store.close();
  }

  async #runOne(statement: string): Promise<boolean> {
    const start = performance.now();
    try {
      const result = await this.#abortable((signal) => this.#store.query(statement, [], { signal }));
      const ms = performance.now() - start;
      if (/^\s*(?:CREATE|DROP|ALTER|ATTACH|USE)\b/i.test(statement)) this.forgetWords();
      const { output } = this.settings;
      if (output === null) await showResult(result, this.settings, this.#page, print);
      else await writeTo(output, stripAnsiCode(renderResult(result, this.settings)));
      if (this.settings.isTiming) printNote(`time: ${formatSeconds(ms / 1000)}`);
      return true;
    } catch (error) {
      if (!(error instanceof QueryError || error instanceof CliError)) throw error;
      if (this.#isInterrupted) printNote("cancelled");
      else printError(error instanceof QueryError ? oneLine(error.message, statement) : error.message);
      return false;
    }
  }

  /** A capture that is being recorded has grown since the last question. */
  async #refresh(): Promise<void> {
    if (this.#store.isRecording) await this.#store.refresh();
  }

  async #abortable<T>(use: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const running = this.#running = new AbortController();
    if (this.#isInterrupted) running.abort();
    try {
      return await use(running.signal);
    } finally {
      this.#running = null;
    }
  }
}

async function writeTo(path: string, text: string): Promise<void> {
  try {
    await Deno.writeTextFile(path, text, { append: true });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new CliError(
      `cannot write the result to ${path}: ${error.message}; \\o goes back to the terminal`,
      {
        cause: error,
      },
    );
  }
}
