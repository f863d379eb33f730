import { TextLineStream } from "@std/streams";
import { DriverError } from "../../runtime/errors.ts";

/** Who a worker is, where that matters. */
export interface BenchWorkerOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** User and group by number; only for root. */
  readonly uid?: number;
  readonly gid?: number;
}

/** A C program that measures the row that it is asked for; see workers/worker.h. */
export class BenchWorker implements AsyncDisposable {
  readonly #program: string;
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #answers: ReadableStreamDefaultReader<string>;

  /** Starts `program`, which ends when this is disposed of. */
  constructor(program: string, args: readonly string[], { env, ...user }: BenchWorkerOptions = {}) {
    this.#program = program;
    this.#child = new Deno.Command(program, {
      args: [...args],
      stdin: "piped",
      stdout: "piped",
      // What is measured must not be recorded by somebody else.
      env: { ...env, RINGSCOPE_RINGS: "" },
      ...user,
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#answers = this.#child.stdout
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream())
      .getReader();
  }

  /**
   * Measures a row once.
   *
   * @throws {DriverError} The program has ended; it says why on standard error.
   */
  async ask(row: string): Promise<number[]> {
    await this.#input.write(new TextEncoder().encode(`${row}\n`)).catch(() => {});
    const { value, done } = await this.#answers.read();
    if (!done) return value.split(" ").map(Number);
    const { code, signal } = await this.#child.status;
    throw new DriverError(`measure ${row}: ${this.#program} ended with ${signal ?? code}`);
  }

  /** Lets the program stand still, or go on. */
  pause(isPaused: boolean): void {
    this.#child.kill(isPaused ? "SIGSTOP" : "SIGCONT");
  }

  /** Ends the program. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#input.close().catch(() => {});
    await this.#answers.cancel();
    try {
      this.#child.kill("SIGCONT");
    } catch {
      // It has ended by itself.
    }
    await this.#child.status;
  }
}
