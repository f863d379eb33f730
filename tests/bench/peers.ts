/**
 * What a write costs while a consumer stores it, beside a peer that does the same: Ringscope and LTTng-UST in one loop
 * (workers/captured.h), each recorded to a folder by its own consumer, by turns in each round.
 * @module
 */
import { CaptureError, DriverError } from "../../runtime/errors.ts";
import type { NativeLibrary } from "../../runtime/ffi/native.ts";
import { type BenchRow, withAim } from "./bench_row.ts";
import { BenchWorker } from "./bench_worker.ts";
import { LTTNG_PACKAGES } from "./lttng/programs.ts";
import { LttngSession } from "./lttng/session.ts";
import type { BenchPrograms } from "./programs.ts";
import { CLOCK_ORDER, makeRings } from "./ring_kinds.ts";
import { spreadOf } from "./spread.ts";
import { needsProcessors, threadsAbout } from "./threads.ts";
import { whileRecorded } from "./while_recorded.ts";

/** How peers are measured. */
export interface PeerSettings {
  readonly rounds: number;
  /** Folder that captures and traces are written to and removed again; as root, other users must be able to reach it. */
  readonly dir: string;
  /** Called before each round. */
  readonly onRound: (round: number) => void;
}

/** How many times cheaper than the peer a write is meant to be. */
const AIM_RATIO = 5;
/** There are at least as many bytes in a trace for each event: five numbers. */
const PAYLOAD_BYTES = 20;
/** What is written: its part of a row's name, of a ratio's, and of what captured.h is asked for. */
const WORKS = [
  {
    name: "64",
    ratio: "",
    row: "",
    ours: "rs_send of 64 bytes",
    theirs: "the same type, remarks and 64 bytes (a sequence)",
  },
  {
    name: "five",
    ratio: "_five",
    row: "five_",
    ours: "RS_EVENT of five 32-bit numbers",
    theirs: "the same five numbers",
  },
] as const;
const CREWS = [{ threads: 1, row: "one", suffix: "" }, { threads: 2, row: "two", suffix: "_two" }] as const;
const ORDERS = [
  { order: "index", suffix: "", options: {} },
  { order: "clock", suffix: "_clock", options: CLOCK_ORDER },
] as const;

/** One side of the comparison. */
class Side {
  attempts = 0;
  lost = 0;
  /** What is worth telling besides. */
  remark = "";

  constructor(
    /** The beginning of its rows' names. */
    readonly name: "captured" | "lttng",
    /** What its rows' names have between the work and the threads. */
    readonly order: string,
    /** Measures a row of workers/captured.h, or the reason why nobody does. */
    readonly asked: ((row: string) => Promise<number[]>) | string,
  ) {}

  /** The time of a write, or null when there is none: some were refused, which is cheap and none. */
  async measure(row: string): Promise<number | null> {
    if (typeof this.asked === "string") return null;
    const [ns = NaN, refused = NaN, attempts = NaN] = await this.asked(row);
    this.attempts += attempts;
    return refused > 0 ? null : ns;
  }

  /** What became of its entries, or why there are none. */
  get note(): string {
    if (typeof this.asked === "string") return this.asked;
    return `lost ${this.lost.toLocaleString("en-US")} of ${
      this.attempts.toLocaleString("en-US")
    }${this.remark}`;
  }
}

/** Measures both sides with one and two threads, Ringscope in index order and in clock order. */
export async function measurePeers(
  programs: BenchPrograms,
  library: NativeLibrary,
  settings: PeerSettings,
): Promise<BenchRow[]> {
  const samples = new Map<string, number[]>();
  const ours: Side[] = [];
  const theirs = await withLttng(programs, settings.dir, async (lttng) => {
    for (const { order, suffix, options } of ORDERS) {
      await using open = new AsyncDisposableStack();
      const rings = makeRings(library, options, open);
      const path = rings.path;
      if (path === undefined) {
        ours.push(new Side("captured", suffix, rings.missing));
        continue;
      }
      const worker = open.use(new BenchWorker(programs.captured, [path]));
      const side = new Side("captured", suffix, (row) => worker.ask(row));
      const { attempts, lost, balanced, warnings } = await whileRecorded(
        path,
        settings.dir,
        () => runRounds(side, lttng, settings, samples),
      );
      if (!balanced || attempts !== side.attempts) {
        throw new CaptureError(
          `record in ${order} order: the account tells of ${attempts} attempts, the writer of ${side.attempts}; ` +
            warnings.join("; "),
        );
      }
      side.lost = lost;
      ours.push(side);
    }
  });
  return [...[...ours, theirs].flatMap((side) => sideRows(side, samples)), ...ratioRows(theirs, samples)];
}

async function runRounds(
  ours: Side,
  theirs: Side,
  { rounds, onRound }: PeerSettings,
  samples: Map<string, number[]>,
): Promise<void> {
  const turns = WORKS.flatMap((work) =>
    [ours, theirs].flatMap((side) => CREWS.map((crew) => ({ work, side, crew })))
  ).filter(({ crew }) => needsProcessors(crew.threads).missing === undefined);
  const keep = (name: string, figure: number) => {
    const kept = samples.get(name);
    if (kept === undefined) samples.set(name, [figure]);
    else kept.push(figure);
  };
  for (let round = 0; round <= rounds; round++) {
    onRound(round);
    const figures = new Map<string, number>();
    for (let at = 0; at < turns.length; at++) {
      const turn = turns[(at + round) % turns.length];
      if (turn === undefined) continue;
      const figure = await turn.side.measure(`${turn.work.row}${turn.crew.row}`);
      if (figure !== null) figures.set(rowName(turn.side, turn.work, turn.crew), figure);
    }
    if (round === 0) continue;
    for (const [name, figure] of figures) keep(name, figure);
    for (const work of WORKS) {
      for (const crew of CREWS) {
        const [our, their] = [ours, theirs].map((side) => figures.get(rowName(side, work, crew)));
        if (our === undefined || their === undefined) continue;
        keep(`lttng_ratio${work.ratio}${ours.order}${crew.suffix}`, their / our);
      }
    }
  }
}

/** Runs `work` while a session of LTTng records, where there is LTTng. */
async function withLttng(
  programs: BenchPrograms,
  dir: string,
  work: (lttng: Side) => Promise<void>,
): Promise<Side> {
  const leaveOut = async (reason: string) => {
    const side = new Side("lttng", "", `left out: ${reason}`);
    await work(side);
    return side;
  };
  if (programs.lttng === null) {
    return await leaveOut(`LTTng is not installed (Debian: apt-get install ${LTTNG_PACKAGES})`);
  }
  let session: LttngSession;
  try {
    session = await LttngSession.start(programs.lttng, dir);
  } catch (error) {
    if (!(error instanceof DriverError) && !(error instanceof Deno.errors.PermissionDenied)) throw error;
    return await leaveOut(`${error.message} (Debian: apt-get install ${LTTNG_PACKAGES})`);
  }
  await using _ending = session;
  const side = new Side("lttng", "", (row) => session.ask(row));
  await work(side);
  const { discarded, bytes } = await session.finish();
  if (bytes < (side.attempts - discarded) * PAYLOAD_BYTES) {
    throw new DriverError(
      `record with LTTng: ${side.attempts} events, of which it discarded ${discarded}, are ${bytes} bytes`,
    );
  }
  side.lost = discarded;
  side.remark = `; LTTng ${session.version}`;
  return side;
}

type Work = typeof WORKS[number];
type Crew = typeof CREWS[number];

function rowName(side: Side, work: Work, { suffix }: Crew): string {
  return `${side.name}_${work.name}${side.order}${suffix}`;
}

function sideRows(side: Side, samples: ReadonlyMap<string, number[]>): BenchRow[] {
  return WORKS.flatMap((work) => CREWS.map((crew) => sideRow(side, work, crew, samples)));
}

function sideRow(side: Side, work: Work, crew: Crew, samples: ReadonlyMap<string, number[]>): BenchRow {
  const { threads, suffix } = crew;
  const who = threads === 1 ? "one thread" : `${threadsAbout(threads)}, each`;
  const about = side.name === "captured"
    ? `${work.ours}, ${who}, bursts of 10,000 and pauses of 10 ms, while a capture stores them` +
      (side.order === "" ? "; index order" : "; clock order")
    : `as captured_${work.name}${suffix}, a tracepoint of LTTng-UST with ${work.theirs}, ` +
      "contexts vpid and vtid, 4 MiB for each processor, while its consumer daemon stores them";
  const name = rowName(side, work, crew);
  return {
    name,
    group: "peer",
    about,
    unit: "ns",
    spread: spreadOf(samples.get(name) ?? []),
    note: needsProcessors(threads).missing ?? side.note,
  };
}

function ratioRows(theirs: Side, samples: ReadonlyMap<string, number[]>): BenchRow[] {
  return WORKS.flatMap((work) =>
    ORDERS.flatMap(({ suffix: order }) => CREWS.map((crew) => ratioRow(theirs, work, order, crew, samples)))
  );
}

function ratioRow(
  theirs: Side,
  work: Work,
  order: string,
  { suffix }: Crew,
  samples: ReadonlyMap<string, number[]>,
): BenchRow {
  const name = `lttng_ratio${work.ratio}${order}${suffix}`;
  const spread = spreadOf(samples.get(name) ?? []);
  const row: BenchRow = {
    name,
    group: "peer",
    about: `lttng_${work.name}${suffix} over captured_${work.name}${order}${suffix}, of each round`,
    unit: "times",
    spread,
    ...(spread === null
      ? { note: typeof theirs.asked === "string" ? theirs.asked : "one side has no figures" }
      : {}),
  };
  return withAim(row, `${AIM_RATIO} times`, "at least", AIM_RATIO);
}
