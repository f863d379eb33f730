/**
 * Runs phases one after the other for a time, and keeps their account.
 * @module
 */
import { TextLineStream } from "@std/streams";
import { buildProgram } from "../../runtime/build/build.ts";
import { killIfRunning } from "../support/kill_if_running.ts";
import { addLaps, isBalanced, type Lap, NO_LAP, parseLap } from "./lap.ts";
import { drawPhase, KINDS, makeDraw, type PhaseSettings } from "./phase_settings.ts";

/** Rings of that kind cannot be made here. */
const NO_SUCH_KIND = 4;

/** One phase that has ended. */
export interface Phase {
  readonly settings: PhaseSettings;
  readonly laps: number;
  readonly sum: Lap;
  /** Laps whose account does not close. */
  readonly unbalanced: number;
  /** What was wrong, as the program told it; empty when all is well. */
  readonly complaints: string;
}

/** What to run. */
export interface SoakOptions {
  readonly seconds: number;
  readonly seed: number;
  /** Ends the phase under way, in order, and starts no other. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (settings: PhaseSettings, attempts: number) => void;
  readonly onPhase?: (phase: Phase) => void;
}

/** What is left of a soak. */
export interface Soak {
  readonly phases: readonly Phase[];
  /** Kinds of rings that this machine or this driver cannot make, with the reason. */
  readonly missing: ReadonlyMap<number, string>;
}

/** Runs phases until the time is over. Each kind of rings has its turn as chance wills. */
export async function runSoak(options: SoakOptions): Promise<Soak> {
  const program = await buildPhase();
  const draw = makeDraw(options.seed);
  const endMs = performance.now() + options.seconds * 1000;
  const phases: Phase[] = [];
  const missing = new Map<number, string>();
  for (;;) {
    const kinds = KINDS.map((_, kind) => kind).filter((kind) => !missing.has(kind));
    const secondsLeft = (endMs - performance.now()) / 1000;
    if (kinds.length === 0 || secondsLeft <= 0 || options.signal?.aborted) return { phases, missing };
    const settings = drawPhase(draw, kinds, secondsLeft);
    const phase = await runPhase(program, settings, options);
    if (phase === null) continue;
    if (typeof phase === "string") {
      missing.set(settings.kind, phase);
      continue;
    }
    phases.push(phase);
    options.onPhase?.(phase);
  }
}

async function buildPhase(): Promise<string> {
  return await buildProgram({
    name: "tests/soak_phase",
    sources: ["tests/soak/phase.c", "driver/core/*.c", "driver/user/*.c", "driver/reader/*.c"],
    flags: ["-DRS_TEST_POINTS"],
  });
}

/** A phase; a text when its rings cannot be made; null when it was ended before it had begun. */
async function runPhase(
  program: string,
  settings: PhaseSettings,
  { signal, onProgress }: SoakOptions,
): Promise<Phase | string | null> {
  const child = new Deno.Command(program, {
    args: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]),
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  // A Ctrl-C on the terminal reaches it by itself; one that was sent to this process alone does not.
  const stop = () => killIfRunning(child, "SIGTERM");
  signal?.addEventListener("abort", stop);
  const complaint = new Response(child.stderr).text();
  let [laps, unbalanced, sum] = [0, 0, NO_LAP];
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
  for await (const line of lines) {
    const { lap, progress } = JSON.parse(line);
    if (lap === undefined) {
      onProgress?.(settings, sum.attempts + Number(progress.attempts));
      continue;
    }
    const parsed = parseLap(lap);
    laps++;
    if (!isBalanced(parsed)) unbalanced++;
    sum = addLaps(sum, parsed);
  }
  const { code, signal: killedBy } = await child.status;
  signal?.removeEventListener("abort", stop);
  const complaints = (await complaint).trimEnd();
  if (code === NO_SUCH_KIND) return complaints;
  if (laps === 0 && signal?.aborted) return null;
  const end = code === 0 ? [] : [`the phase ended with ${killedBy ?? code}`];
  return {
    settings,
    laps,
    sum,
    unbalanced,
    complaints: [complaints, ...end].filter((text) => text !== "").join("\n"),
  };
}
