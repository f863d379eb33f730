/**
 * A session daemon of LTTng of our own, with one session that records the bench's tracepoint to a folder.
 *
 * Nothing of it touches the system's own daemon, and nothing stays: daemon, sockets, trace and shared memory go when it is disposed of.
 * @module
 */
import { delay } from "@std/async";
import { join } from "@std/path";
import { DriverError } from "../../../runtime/errors.ts";
import { listSpecialFolder, removeSpecialFile } from "../../../runtime/ffi/special_files.ts";
import { BenchWorker } from "../bench_worker.ts";
import type { LttngPrograms } from "./programs.ts";

/** What the session tells about what it recorded. */
export interface LttngAccount {
  /** Events that found no room. */
  readonly discarded: number;
  /** Bytes of the trace. */
  readonly bytes: number;
}

/** As much for each processor as a ring of the default size, in the usual number of parts. */
const SUB_BUFFERS = ["--num-subbuf", "4", "--subbuf-size", "1M"];
const SESSION = "bench";
/** Whom the daemon belongs to when we are root, whose daemon is the system's own, in a place that cannot be chosen. */
const NOBODY = 65534;
const PATIENCE_MS = 10_000;
const POLL_MS = 100;
const SHARED_MEMORY = "/dev/shm";
const SHARED_PREFIX = "lttng-ust-wait-";

/** A running daemon with a started session. */
export class LttngSession implements AsyncDisposable {
  /** As `lttng --version` tells it: `2.13.9`. */
  readonly version: string;
  readonly #programs: LttngPrograms;
  readonly #user: { readonly uid?: number; readonly gid?: number };
  readonly #env: Readonly<Record<string, string>>;
  readonly #trace: string;
  readonly #open: AsyncDisposableStack;
  #writer: BenchWorker | null = null;

  private constructor(
    version: string,
    programs: LttngPrograms,
    user: { readonly uid?: number; readonly gid?: number },
    home: string,
    trace: string,
    open: AsyncDisposableStack,
  ) {
    this.version = version;
    this.#programs = programs;
    this.#user = user;
    this.#env = { LTTNG_HOME: home, HOME: home };
    this.#trace = trace;
    this.#open = open;
  }

  /**
   * Starts the daemon, the session and a writer that it records.
   *
   * @param dir Where the trace is written and removed again; as root, others must be able to reach it.
   * @throws {DriverError} LTTng is not installed or does not do what it is told; the message holds its words.
   * @throws {Deno.errors.PermissionDenied} We are root, and others cannot reach the programs.
   */
  static async start(programs: LttngPrograms, dir: string): Promise<LttngSession> {
    await using open = new AsyncDisposableStack();
    const user = Deno.uid() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
    const before = new Set(sharedNames());
    open.defer(() => {
      for (const name of sharedNames()) {
        if (!before.has(name)) removeSpecialFile(join(SHARED_MEMORY, name));
      }
    });
    // Sockets have short paths, which a folder of the user's choice may not be.
    const home = await makeFolder(undefined, user, open);
    const trace = await makeFolder(dir, user, open);
    const version = /\d+\.\d+\S*/.exec(await run(["--version"], {}, {}))?.[0] ?? "unknown";
    const session = new LttngSession(version, programs, user, home, join(trace, "trace"), open.move());
    try {
      await session.#begin();
    } catch (error) {
      await session[Symbol.asyncDispose]();
      throw error;
    }
    return session;
  }

  /** Measures a row of workers/captured.h. */
  ask(row: string): Promise<number[]> {
    if (this.#writer === null) throw new TypeError("the writer has ended");
    return this.#writer.ask(row);
  }

  /** Ends the writer and the session. */
  async finish(): Promise<LttngAccount> {
    await this.#writer?.[Symbol.asyncDispose]();
    this.#writer = null;
    await this.#lttng("stop", SESSION);
    const list = await this.#lttng("--mi", "xml", "list", SESSION);
    const discarded = /<discarded_events>(\d+)</.exec(list)?.[1];
    if (discarded === undefined) throw new DriverError(`read LTTng's account: it says ${list}`);
    await this.#lttng("destroy", SESSION);
    return { discarded: Number(discarded), bytes: await folderBytes(this.#trace) };
  }

  /** Ends the daemon and removes everything. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer?.[Symbol.asyncDispose]();
    await this.#open.disposeAsync();
  }

  async #begin(): Promise<void> {
    const daemon = new Deno.Command(this.#programs.keeper, {
      args: ["lttng-sessiond", "--no-kernel"],
      env: { ...this.#env },
      ...this.#user,
      stdin: "piped",
      stdout: "null",
      stderr: "null",
    }).spawn();
    this.#open.defer(async () => {
      await daemon.stdin.close().catch(() => {});
      await daemon.status;
    });
    await this.#waitUntilReady(daemon);
    await this.#lttng("create", SESSION, "--output", this.#trace);
    await this.#lttng("enable-channel", "--userspace", ...SUB_BUFFERS, SESSION);
    await this.#lttng("enable-event", "--userspace", "--channel", SESSION, "ringscope_bench:*");
    await this.#lttng("add-context", "--userspace", "--channel", SESSION, "--type", "vpid", "--type", "vtid");
    await this.#lttng("start", SESSION);
    this.#writer = new BenchWorker(this.#programs.writer, [], { ...this.#user, env: this.#env });
    await this.#writer.ask("ready");
  }

  async #waitUntilReady(daemon: Deno.ChildProcess): Promise<void> {
    let ended: number | null = null;
    daemon.status.then(({ code }) => ended = code);
    for (const deadline = performance.now() + PATIENCE_MS;;) {
      try {
        await this.#lttng("list");
        return;
      } catch (error) {
        if (ended !== null) throw new DriverError(`start LTTng's session daemon: it ended with ${ended}`);
        if (performance.now() > deadline) throw error;
      }
      await delay(POLL_MS);
    }
  }

  #lttng(...args: string[]): Promise<string> {
    return run(["--no-sessiond", ...args], this.#env, this.#user);
  }
}

async function run(
  args: string[],
  env: Readonly<Record<string, string>>,
  user: { readonly uid?: number; readonly gid?: number },
): Promise<string> {
  const options = { args, env: { ...env }, ...user, stdin: "null" } as const;
  let output: Deno.CommandOutput;
  try {
    output = await new Deno.Command("lttng", options).output();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new DriverError("run lttng: it is not installed", { cause: error });
  }
  const { code, stdout, stderr } = output;
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  if (code !== 0) {
    const words = [text(stderr), text(stdout)].filter((part) => part !== "").join("; ");
    throw new DriverError(`run lttng ${args.join(" ")}: it ended with ${code}: ${words}`);
  }
  return text(stdout);
}

/** A new folder that `open` removes, and that belongs to `user`. */
async function makeFolder(
  dir: string | undefined,
  { uid, gid }: { readonly uid?: number; readonly gid?: number },
  open: AsyncDisposableStack,
): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: ".bench-lttng-", ...(dir === undefined ? {} : { dir }) });
  open.defer(() => Deno.remove(folder, { recursive: true }));
  if (uid !== undefined && gid !== undefined) await Deno.chown(folder, uid, gid);
  return folder;
}

function sharedNames(): string[] {
  return listSpecialFolder(SHARED_MEMORY).filter((name) => name.startsWith(SHARED_PREFIX));
}

async function folderBytes(folder: string): Promise<number> {
  let bytes = 0;
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    bytes += isDirectory ? await folderBytes(path) : (await Deno.stat(path)).size;
  }
  return bytes;
}
