import { watchLaunchers } from "./launchers.ts";

/** Options of {@link listenForStop}. */
export interface StopOptions {
  /** Called when another signal comes while the first is still being obeyed. */
  onInsist: () => void;
}

/** A wish to stop, from the terminal or another process. */
export interface StopListener extends Disposable {
  /**
   * Aborts at the first SIGINT, SIGTERM or SIGHUP, with its name as reason. A SIGINT that was not typed on a terminal, where
   * everybody gets it, counts as SIGTERM; so does the end of the processes that started this one.
   */
  readonly signal: AbortSignal;
}

/**
 * One Ctrl-C arrives several times: from the terminal and again through each process of the chain `npx`, `deno task`
 * that passes it on. Only a signal later than this is a second one.
 */
const SAME_STOP_MS = 1000;

/** Listens until disposed; the default action of the signals (an end at once) is off meanwhile. */
export function listenForStop(options: StopOptions): StopListener {
  const controller = new AbortController();
  let first = 0;
  const stop = (name: Deno.Signal) => {
    if (first === 0) {
      first = performance.now();
      controller.abort(name === "SIGINT" && !hasTerminal() ? "SIGTERM" : name);
    } else if (performance.now() - first > SAME_STOP_MS) {
      options.onInsist();
    }
  };
  const signals: Deno.Signal[] = Deno.build.os === "windows"
    ? ["SIGINT", "SIGBREAK"]
    : ["SIGINT", "SIGTERM", "SIGHUP"];
  const listeners = signals.map((name) => [name, () => stop(name)] as const);
  for (const [name, listener] of listeners) Deno.addSignalListener(name, listener);
  const launchers = watchLaunchers(() => {
    if (first === 0) stop("SIGTERM");
  });
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      for (const [name, listener] of listeners) Deno.removeSignalListener(name, listener);
      launchers[Symbol.dispose]();
    },
  };
}

function hasTerminal(): boolean {
  return [Deno.stdin, Deno.stdout, Deno.stderr].some((stream) => stream.isTerminal());
}
