/**
 * `capture` killed again and again beside a program that goes on logging: each folder opens and balances, the next capture goes on
 * with the same rings, and all folders together hold every entry once, or count it.
 */
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { buildProgram, ensureBuilt } from "../../runtime/build/build.ts";
import { projectRoot } from "../../runtime/build/place.ts";
import { openStore } from "../../runtime/mod.ts";
import { isRunning } from "../e2e/processes.ts";
import { type Captured, readCaptured } from "../stress/oracle/captured.ts";
import { checkRows } from "../stress/oracle/check.ts";
import { Findings } from "../stress/oracle/findings.ts";
import { readRecords } from "../stress/oracle/records.ts";
import { countableTwice, unstoredOf } from "../stress/oracle/unstored.ts";
import { stressSeed } from "../stress/stress_seed.ts";

const RING_BYTES = 65536;
const KILLS = 20;
/** Longest time that a capture is left alone once it is one; every fifth is killed while it starts. */
const LEFT_ALONE_MS = 250;
const START_MS = 1500;

const CAPTURE = [
  "run",
  "--no-prompt",
  "--allow-read",
  "--allow-write",
  "--allow-env",
  "--allow-sys",
  "--allow-run",
  "--allow-ffi",
  "--deny-net",
  "--config",
  join(projectRoot(), "deno.json"),
  join(projectRoot(), "runtime", "cli", "main.ts"),
  "capture",
  "--quiet",
  // The oracle reads segments as they were recorded.
  "--format",
  "arrow",
  // A writer that the machine lets wait inside an entry is not passed: what is late then is missing, and nobody's fault.
  "--stall",
  "60s",
];

function startCapture(dir: string, name: string, words: readonly string[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: [...CAPTURE, "--dir", dir, "--name", name, ...words],
    stdin: "null",
    stdout: "null",
    stderr: "inherit",
  }).spawn();
}

const pause = (ms: number) => new Promise((next) => setTimeout(next, ms));

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

/** Waits until a file is there and not empty. */
async function appears(path: string): Promise<void> {
  while (!((await Deno.stat(path).catch(() => null))?.size)) await pause(5);
}

async function killAt(capture: Deno.ChildProcess, ms: number): Promise<void> {
  await pause(ms);
  capture.kill("SIGKILL");
  await capture.status;
}

/** The folders open, and their accounts close. */
async function expectBalanced(paths: readonly string[]): Promise<void> {
  await using store = await openStore(paths);
  const { rows } = await store.query("SELECT count(DISTINCT capture) FROM captures");
  assertEquals(Number(rows[0]?.[0]), paths.length);
  const unbalanced = await store.query("SELECT * FROM accounting WHERE NOT balanced");
  assertEquals(unbalanced.rows, []);
}

/** A generator with a seed: what the test draws can be drawn again. */
function chance(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
}

Deno.test(`a capture that is killed ${KILLS} times loses what it took and had not stored, and says so`, async () => {
  await ensureBuilt();
  const steady = await buildProgram({
    name: "tests/steady",
    sources: ["tests/kill/steady.c"],
    libs: ["ringscope"],
  });
  const draw = chance(stressSeed());
  await using undo = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir({ prefix: "ringscope-kill-" });
  undo.defer(() => Deno.remove(folder, { recursive: true }));
  const records = join(folder, "records");
  const dir = join(folder, "captures");
  await Deno.mkdir(records);

  const words = [
    steady,
    "--records",
    records,
    "--ring-bytes",
    String(RING_BYTES),
    "--seed",
    String(stressSeed()),
  ];
  const first = startCapture(dir, "0", ["--ring-size", String(RING_BYTES), "--", ...words]);
  await appears(join(records, "pid"));
  const writer = Number(await Deno.readTextFile(join(records, "pid")));
  // The program outlives its capture; it must not outlive the test.
  const stopWriter = () => {
    try {
      Deno.kill(writer, "SIGTERM");
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  };
  undo.defer(stopWriter);
  const rings = JSON.parse(await Deno.readTextFile(join(dir, "0", "capture.json"))).source.rings;
  assert(typeof rings === "string");
  undo.defer(async () => void await new Deno.Command("rm", { args: ["-f", rings] }).output());
  await killAt(first, draw(LEFT_ALONE_MS));

  const begun = [join(dir, "0")];
  const captures: Captured[] = [await readCaptured(join(dir, "0"), false)];
  for (let n = 1; n < KILLS; n++) {
    const path = join(dir, String(n));
    const capture = startCapture(dir, String(n), ["--rings", rings]);
    if (n % 5 > 0) await appears(join(path, "capture.json"));
    await killAt(capture, draw(n % 5 > 0 ? LEFT_ALONE_MS : START_MS));
    const captured = await exists(join(path, "logs")) ? await readCaptured(path, false) : null;
    if (await exists(join(path, "capture.json"))) {
      begun.push(path);
    } else {
      assertEquals(captured?.rows ?? [], [], `${path} holds entries and is no capture`);
    }
    if (captured !== null) captures.push(captured);
  }
  stopWriter();
  while (isRunning(writer)) await pause(5);
  const last = await startCapture(dir, "last", ["--rings", rings, "--once"]).status;
  assertEquals(last.code, 0);
  await expectBalanced([...begun, join(dir, "last")]);

  captures.push(await readCaptured(join(dir, "last")));
  const rows = captures.flatMap((captured) => captured.rows);
  const findings = new Findings();
  checkRows(await readRecords(records), rows, { ringBytes: RING_BYTES }, findings);
  const missing = findings.countOf("missing");
  const unstored = unstoredOf(captures);
  console.log(
    `seed ${stressSeed()}, ${begun.length} captures killed at work, ${rows.length} rows, ${missing} missing, ${unstored} unstored`,
  );
  assertEquals(findings.lines().filter((line) => !line.startsWith("missing:")), []);
  assert(countableTwice(captures).has(unstored - missing), `${missing} missing, ${unstored} unstored`);
  assert(begun.length > KILLS / 2, "captures must have been killed at work");
});
