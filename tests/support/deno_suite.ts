import { join, relative } from "@std/path";
import { buildFolder, projectRoot } from "../../runtime/build/place.ts";
import { type BoundedEnd, runBounded, runBoundedShown } from "./bounded_child.ts";
import { parseJunit } from "./junit.ts";
import { runInLanes } from "./lanes.ts";
import { addCounts, NO_COUNTS, oneFailure, type SuiteCounts } from "./suite_counts.ts";

/** What the tests may do; the same names as in the users' tasks. */
const PERMISSIONS = ["read", "write", "env", "sys", "run", "ffi"].map((name) => `--allow-${name}`);
/** No file of tests takes a quarter of this, where its suite does not say otherwise: one that hangs is named as failed, and the others are still asked. */
const LIMIT_MS = 25 * 60_000;

/**
 * Runs `deno test` over the files of tests in the folders that exist. Types are left to `deno task ok`. Each file has a process of its own:
 * what a library keeps once for a process (the open rings, a database's engine) belongs to one file then, and a crash or a hang is that
 * file's. A run that ends badly without a failed test (a file that does not load, a leak) counts as one failure.
 *
 * @param options `jobs`: how many files run at a time; default: one. `limitMs`: what a file may take; default: 25 minutes. `ignore`: folders
 *   that are left out. `isKept`: output is shown when a file is through, so that it is not mixed with others'; default: where several run at a
 *   time.
 */
export async function runDenoTests(
  name: string,
  folders: readonly string[],
  options: { jobs?: number; limitMs?: number; ignore?: readonly string[]; isKept?: boolean } = {},
): Promise<SuiteCounts> {
  const root = projectRoot();
  const { jobs = 1, limitMs = LIMIT_MS, ignore = [], isKept = jobs > 1 } = options;
  const files = folders.flatMap((folder) => listTests(join(root, folder)))
    .map((path) => relative(root, path))
    .filter((path) => !ignore.some((folder) => path.startsWith(`${folder}/`)));
  const reports = join(buildFolder(), "test", name);
  await Deno.remove(reports, { recursive: true }).catch(() => {});
  await Deno.mkdir(reports, { recursive: true });
  const counts = await runInLanes(
    files.map((file, at) => () => runFile(file, join(reports, `${at}.xml`), limitMs, isKept)),
    jobs,
  );
  return counts.reduce(addCounts, NO_COUNTS);
}

async function runFile(file: string, report: string, limitMs: number, isKept: boolean): Promise<SuiteCounts> {
  const args = ["test", "--no-prompt", "--no-check", ...PERMISSIONS, `--junit-path=${report}`, file];
  const { code, isLate } = isKept
    ? await runKept(args, limitMs)
    : await runBoundedShown(Deno.execPath(), { args, cwd: projectRoot() }, limitMs);
  const counts = await readReport(report);
  if (code === 0 && counts !== null) return counts;
  const known = counts ?? NO_COUNTS;
  if (known.failed > 0) return known;
  const end = isLate
    ? `did not end within ${limitMs / 60_000} minutes`
    : `ended with ${code} and no failed test`;
  const what = `deno test of ${file} ${end}`;
  console.log(`${what}: counted as one failure`);
  return addCounts(known, oneFailure(what));
}

async function runKept(args: string[], limitMs: number): Promise<BoundedEnd> {
  const { stdout, stderr, ...end } = await runBounded(
    Deno.execPath(),
    { args, cwd: projectRoot() },
    limitMs,
  );
  for (const text of [stdout, stderr]) {
    for (let at = 0; at < text.length;) at += await Deno.stdout.write(text.subarray(at));
  }
  return end;
}

async function readReport(path: string): Promise<SuiteCounts | null> {
  try {
    return parseJunit(await Deno.readTextFile(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** Paths of the files of tests below a folder, in the order of their names; none where there is no such folder. */
function listTests(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].toSorted((a, b) => a.name < b.name ? -1 : 1).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory) return listTests(path);
      return entry.isFile && entry.name.endsWith("_test.ts") ? [path] : [];
    });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
