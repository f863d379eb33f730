/**
 * Records a paced program while another process follows the capture.
 * @module
 */
import { fromFileUrl, join } from "@std/path";
import { projectRoot } from "../../../runtime/build/place.ts";
import { record } from "../../../runtime/capture/record.ts";
import type { RecordResult } from "../../../runtime/capture/record_types.ts";
import { CaptureError } from "../../../runtime/errors.ts";
import type { FollowerReport } from "./follower_report.ts";

/** Entries whose age is taken, in a second. */
const SAMPLES_PER_SECOND = 2000;

/** What both processes say. */
export interface Followed {
  readonly result: RecordResult;
  readonly follower: FollowerReport;
  /** Resident bytes of the recording process, four times a second. */
  readonly memory: readonly number[];
  /** Entries a second that the program reached. */
  readonly reached: number;
}

/**
 * Records `producer` at a rate for some seconds in this process; a follower in another one begins with it.
 *
 * @throws {CaptureError} The program or the follower failed.
 */
export async function recordFollowed(
  folder: string,
  producer: string,
  { rate, seconds, ringBytes }: { rate: number; seconds: number; ringBytes: number },
  onProgress: (what: string) => void,
): Promise<Followed> {
  const name = `followed-${rate}-${seconds}`;
  const report = join(folder, `${name}.report`), path = join(folder, name);
  const memory: number[] = [];
  let follower: Promise<FollowerReport> | null = null;
  const result = await record({
    dir: folder,
    name,
    format: "arrow",
    ringBytes,
    command: { program: producer, args: [report, String(rate), String(seconds)], stdout: "stderr" },
    onStatus: ({ phase, seconds: past, stored, lost }) => {
      follower ??= follow(path, Math.max(1, Math.round(rate / SAMPLES_PER_SECOND)));
      if (phase === "recording") memory.push(Deno.memoryUsage().rss);
      onProgress(
        `${rate / 1e6} M/s, followed: ${past.toFixed(0)} of ${seconds} s, ${stored} stored, ${lost} lost`,
      );
    },
  });
  if (follower === null) throw new CaptureError(`follow ${path}: it ended before it was followed`);
  const seen = await (follower as Promise<FollowerReport>);
  const [attempts = NaN, , taken = NaN] = (await Deno.readTextFile(report)).trim().split(" ").map(Number);
  await Deno.remove(path, { recursive: true });
  return { result, follower: seen, memory, reached: attempts / taken };
}

async function follow(path: string, stride: number): Promise<FollowerReport> {
  const script = fromFileUrl(new URL("./follower.ts", import.meta.url));
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--allow-read",
      "--allow-env",
      "--allow-sys",
      "--allow-ffi",
      "--config",
      join(projectRoot(), "deno.json"),
      script,
      path,
      String(stride),
    ],
    stdin: "null",
    stderr: "inherit",
  }).output();
  if (!success) throw new CaptureError(`follow ${path}: the follower failed`);
  return JSON.parse(new TextDecoder().decode(stdout).trim().split("\n").at(-1) ?? "");
}
