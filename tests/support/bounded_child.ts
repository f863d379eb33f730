/**
 * Programs that may take so long and no longer, with whatever they started.
 * @module
 */

/** How a program ended. */
export interface BoundedEnd {
  readonly code: number;
  /** It had not ended in time and was killed. */
  readonly isLate: boolean;
}

/** The same, with what it printed. */
export interface BoundedOutput extends BoundedEnd {
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
}

type BoundedOptions = Pick<Deno.CommandOptions, "args" | "cwd" | "env">;

/** Groups of processes that run just now. */
const running = new Set<number>();

/**
 * Runs a program without input, in a process group of its own: a child that outlives it would keep the pipes open, and a test waits for
 * ever. The group is killed after `limitMs`, and when this process is told to end.
 *
 * @throws {Deno.errors.NotFound} There is no such program.
 */
export async function runBounded(
  program: string,
  options: BoundedOptions,
  limitMs: number,
): Promise<BoundedOutput> {
  return await bound(program, options, "piped", limitMs, async (child) => {
    const { code, stdout, stderr } = await child.output();
    return { code, stdout, stderr };
  });
}

/** The same for a program that prints to where this one does: it has ended when it has, whoever still prints. */
export async function runBoundedShown(
  program: string,
  options: BoundedOptions,
  limitMs: number,
): Promise<BoundedEnd> {
  return await bound(
    program,
    options,
    "inherit",
    limitMs,
    async (child) => ({ code: (await child.status).code }),
  );
}

async function bound<End>(
  program: string,
  options: BoundedOptions,
  output: "piped" | "inherit",
  limitMs: number,
  awaitEnd: (child: Deno.ChildProcess) => Promise<End>,
): Promise<End & { isLate: boolean }> {
  const streams = { stdin: "null", stdout: output, stderr: output, detached: true } as const;
  const child = new Deno.Command(program, { ...options, ...streams }).spawn();
  let isLate = false;
  const limit = setTimeout(() => {
    isLate = true;
    Deno.kill(-child.pid, "SIGKILL");
  }, limitMs);
  follow(child.pid);
  try {
    return { ...await awaitEnd(child), isLate };
  } finally {
    clearTimeout(limit);
    running.delete(child.pid);
  }
}

function follow(group: number): void {
  if (running.size === 0) {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      Deno.addSignalListener(signal, endAll);
    }
  }
  running.add(group);
}

function endAll(): void {
  for (const group of running) Deno.kill(-group, "SIGKILL");
  Deno.exit(130);
}
