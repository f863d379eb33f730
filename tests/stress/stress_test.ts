/**
 * The driver and the reader under stress, with the writers' own record as the oracle. Another seed: RINGSCOPE_STRESS_SEED.
 */
import { assert } from "@std/assert";
import { expectWell } from "./expect_well.ts";
import type { StressOutcome } from "./stress_run.ts";

/** Deepest nest in which an attempt was captured. */
function depthOf(outcome: StressOutcome): number {
  const attempts = outcome.records.flatMap((record) => record.attempts);
  return attempts.reduce((most, attempt) => Math.max(most, attempt?.depth ?? 0), 0);
}

/** How often a run is repeated that did not happen to come to what it is for: signals land where the machine lets them. */
const TRIES = 10;

Deno.test("rings of 4 KiB lose and keep exactly what the writers say, with nested signals, moving threads and a slow reader", async () => {
  const missed: string[] = [];
  for (let tries = 0; tries < TRIES; tries++) {
    const outcome = await expectWell("4 KiB", {
      ringCount: 2,
      ringBytes: 4096,
      args: ["--processes=2", "--threads=4", "--attempts=8000", "--signal-us=150", "--roaming", "--patient"],
      reader: { pauseMs: 4 },
    });
    const causes = (["lost_full", "too_big"] as const).filter((cause) =>
      outcome.captured.counters.some((ring) => ring[cause] > 0)
    );
    if (depthOf(outcome) === 3 && causes.length === 2) return;
    missed.push(`a nest ${depthOf(outcome)} deep, ${causes.join(" and ") || "nothing lost"}`);
  }
  assert(false, `no run came to a nest of three and both causes of loss: ${missed.join("; ")}`);
});

Deno.test("one ring of 4 KiB for eight threads keeps its account", async () => {
  await expectWell("one ring", {
    ringCount: 1,
    ringBytes: 4096,
    args: [
      "--processes=2",
      "--threads=4",
      "--attempts=6000",
      "--signal-us=200",
      "--patient",
      "--shared-clock",
    ],
    reader: { pauseMs: 2, batchRows: 64 },
  });
});

Deno.test("pinned threads find every refusal counted in the ring of their own processor", async () => {
  const outcome = await expectWell("64 KiB, pinned", {
    ringCount: 0, // one for each processor
    ringBytes: 65536,
    args: ["--processes=2", "--threads=2", "--attempts=20000", "--pinned", "--signal-us=300"],
    reader: { pauseMs: 20 },
  });
  // Among entries that are too big as well, a hole's cause may be `mixed`.
  assert(outcome.captured.counters.some((ring) => ring.lost_full + ring.mixed > 0), "nothing was refused");
});

Deno.test("sixteen threads of four processes are recorded in the order in which their calls returned", async () => {
  await expectWell("64 KiB, shared clock", {
    ringCount: 2,
    ringBytes: 65536,
    args: [
      "--processes=4",
      "--threads=4",
      "--attempts=5000",
      "--roaming",
      "--shared-clock",
      "--signal-us=300",
      "--patient",
    ],
    reader: "record",
  });
});

Deno.test("payloads up to the largest of a 4 MiB ring arrive whole", async () => {
  const outcome = await expectWell("4 MiB", {
    ringCount: 2,
    ringBytes: 4 << 20,
    args: [
      "--processes=2",
      "--threads=2",
      "--attempts=8000",
      "--usual-max=2000",
      "--large-per-mille=8",
      "--roaming",
      "--signal-us=500",
    ],
    reader: "record",
  });
  const longest = outcome.captured.rows.reduce((most, row) => Math.max(most, row.payload.length), 0);
  assert(longest > 300_000, `the longest payload had ${longest} bytes`);
});

Deno.test("a capture with a small pool of buffers refuses in the rings and loses nothing on the way", async () => {
  await expectWell("small pool", {
    ringCount: 2,
    ringBytes: 65536,
    args: ["--processes=2", "--threads=3", "--attempts=8000", "--roaming", "--signal-us=400", "--patient"],
    reader: { pauseMs: 3, bufferBytes: 4 << 20, batchRows: 256 },
  });
});

Deno.test("processes that are killed while they log cost only what they had not committed", async () => {
  const outcome = await expectWell("killed", {
    ringCount: 2,
    ringBytes: 16384,
    args: [
      "--processes=6",
      "--threads=3",
      "--attempts=3000",
      "--roaming",
      "--signal-us=300",
      "--kills=4",
      "--patient",
    ],
    reader: { pauseMs: 4 },
  });
  assert(outcome.records.some((record) => !record.isDone), "nobody was killed in time");
});

Deno.test("clock order keeps what returned before something began in front of it, over processes and processors", async () => {
  await expectWell("clock order", {
    kind: { order: "clock" },
    ringCount: 2,
    ringBytes: 16384,
    args: [
      "--processes=3",
      "--threads=3",
      "--attempts=5000",
      "--roaming",
      "--shared-clock",
      "--signal-us=300",
      "--patient",
    ],
    reader: { pauseMs: 3 },
  });
});

for (const order of ["index", "clock"] as const) {
  Deno.test(`overwriting rings in ${order} order tear nothing, keep the order, and count what the reader missed`, async () => {
    const outcome = await expectWell(`overwrite, ${order} order`, {
      kind: { mode: "overwrite", order },
      ringCount: 2,
      ringBytes: 16384,
      args: [
        "--processes=2",
        "--threads=4",
        "--attempts=8000",
        "--roaming",
        "--shared-clock",
        "--signal-us=300",
      ],
      reader: { pauseMs: 6 },
    });
    assert(outcome.captured.counters.some((ring) => ring.overwritten > 0), "nothing was overwritten");
  });
}

for (const reader of ["record", { pauseMs: 4 }] as const) {
  const who = reader === "record" ? "a capture" : "a slow reader of rings of 16 KiB";
  Deno.test(`${who} that wants warnings only keeps those, and accounts for every other entry as filtered`, async () => {
    const outcome = await expectWell(`filter, ${who}`, {
      ringCount: 2,
      ringBytes: reader === "record" ? 1 << 20 : 16384,
      args: ["--processes=2", "--threads=3", "--attempts=6000", "--roaming", "--signal-us=300", "--patient"],
      reader,
      least: 4,
    });
    // With one processor one of the rings has nothing.
    const used = outcome.captured.counters.filter(({ attempts }) => attempts > 0);
    assert(used.length > 0 && used.every(({ filtered, read }) => filtered > 0 && filtered < read));
  });
}

Deno.test("a filter in clock order and overwriting rings keeps order and account", async () => {
  const outcome = await expectWell("filter, clock order, overwrite", {
    kind: { mode: "overwrite", order: "clock" },
    ringCount: 2,
    ringBytes: 16384,
    args: [
      "--processes=2",
      "--threads=3",
      "--attempts=6000",
      "--roaming",
      "--shared-clock",
      "--signal-us=300",
    ],
    reader: { pauseMs: 6 },
    least: 4,
  });
  assert(outcome.captured.counters.some(({ filtered, overwritten }) => filtered > 0 && overwritten > 0));
});
