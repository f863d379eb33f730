import { join } from "@std/path";
import { buildFolder, projectRoot } from "../../runtime/build/place.ts";
import { parseJunit } from "./junit.ts";
import { NO_COUNTS, type SuiteCounts } from "./suite_counts.ts";

/** What the tests may do; the same names as in the users' tasks. */
const PERMISSIONS = ["read", "write", "env", "sys", "run", "ffi"].map((name) => `--allow-${name}`);

/**
 * Runs `deno test` over the folders that exist. Types are left to `deno task ok`. A run that ends badly without a failed
 * test (a file that does not load, a leak) counts as one failure.
 *
 * @param options `jobs`: how many files run at a time, all in one process; default: one. `ignore`: folders that are left out.
 */
export async function runDenoTests(
  name: string,
  folders: readonly string[],
  options: { jobs?: number; ignore?: readonly string[] } = {},
): Promise<SuiteCounts> {
  const root = projectRoot();
  const present = folders.filter((folder) => holdsTests(join(root, folder)));
  if (present.length === 0) return NO_COUNTS;
  const report = join(buildFolder(), "test", `${name}.xml`);
  await Deno.mkdir(join(buildFolder(), "test"), { recursive: true });
  await Deno.remove(report).catch(() => {});
  const { jobs = 1, ignore = [] } = options;
  const { success, code } = await new Deno.Command(Deno.execPath(), {
    args: [
      "test",
      "--no-prompt",
      "--no-check",
      ...(jobs > 1 ? ["--parallel"] : []),
      ...(ignore.length > 0 ? [`--ignore=${ignore.join(",")}`] : []),
      ...PERMISSIONS,
      `--junit-path=${report}`,
      ...present,
    ],
    cwd: root,
    env: { DENO_JOBS: String(jobs) },
    stdin: "null",
  }).spawn().status;

  const counts = await readReport(report);
  if (success && counts !== null) return counts;
  const known = counts ?? NO_COUNTS;
  if (known.failed > 0) return known;
  console.log(
    `deno test of ${present.join(", ")} ended with ${code} and no failed test: counted as one failure`,
  );
  return { ...known, failed: 1 };
}

async function readReport(path: string): Promise<SuiteCounts | null> {
  try {
    return parseJunit(await Deno.readTextFile(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

function holdsTests(folder: string): boolean {
  try {
    return [...Deno.readDirSync(folder)].some((entry) =>
      entry.isFile
        ? entry.name.endsWith("_test.ts")
        : entry.isDirectory && holdsTests(join(folder, entry.name))
    );
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
