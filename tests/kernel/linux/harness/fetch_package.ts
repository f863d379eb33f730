import { runTool } from "./guest_error.ts";

/** A mirror's hiccup is no fault of anybody's. */
const RETRIES = ["-o", "Acquire::Retries=5"];

/**
 * Has apt-get leave a package's file in `folder`. Where that fails the lists may be older than what the mirror has: they are renewed once.
 *
 * @throws {GuestError} It cannot be fetched.
 */
export async function fetchPackage(name: string, what: string, folder: string): Promise<void> {
  const download = () => runTool(["apt-get", ...RETRIES, "download", name], what, { cwd: folder });
  try {
    await download();
  } catch {
    // Who may not renew them is told what the download says.
    await runTool(["apt-get", ...RETRIES, "update"], what).catch(() => {});
    await download();
  }
}
