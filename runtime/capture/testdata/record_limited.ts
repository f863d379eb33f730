/**
 * Records, and soon lets no file grow any more, which is a full disk that any user can make:
 * `record_limited.ts DIR keep|raise PATIENCE_MS PRODUCER REPORT COUNT ARGS…`: when the entries that the program logs at once are stored. It is
 * told by the file REPORT.go. With `raise`, files may grow again when the recording has told its trouble, and the program is ended when the
 * trouble is over. Prints `{result, troubles}` as JSON. Run by record_full_disk_test.ts.
 */
import { record } from "../record.ts";

const SIGXFSZ = 25;
const SIG_IGN = 1n;
const RLIMIT_FSIZE = 1;
/** Less than the entries of the test, more than a capture.json. */
const LIMIT_BYTES = 256n * 1024n;

const libc = Deno.dlopen("libc.so.6", {
  signal: { parameters: ["i32", "usize"], result: "usize" },
  getrlimit: { parameters: ["i32", "buffer"], result: "i32" },
  setrlimit: { parameters: ["i32", "buffer"], result: "i32" },
}).symbols;

/** Sets the soft limit of file sizes; null: as large as the hard one. */
function limitFiles(bytes: bigint | null): void {
  const limit = new BigUint64Array(2);
  const view = new Uint8Array(limit.buffer);
  if (libc.getrlimit(RLIMIT_FSIZE, view) !== 0) throw new Error("getrlimit failed");
  limit[0] = bytes ?? limit[1] ?? 0n;
  if (libc.setrlimit(RLIMIT_FSIZE, view) !== 0) throw new Error("setrlimit failed");
}

const [dir = "", mode, patienceMs, program = "", ...args] = Deno.args;
const [report = "", count] = args;
// Without that, the signal would end this process where a full disk gives an error.
libc.signal(SIGXFSZ, SIG_IGN);
const stop = new AbortController();
const troubles = new Set<string>();
let isLimited = false;
const result = await record({
  dir,
  command: { program, args, stdout: "stderr" },
  fullDiskPatienceMs: Number(patienceMs),
  signal: stop.signal,
  onStatus({ problem, bytes, stored }) {
    if (problem !== undefined) {
      troubles.add(problem);
      if (mode === "raise") limitFiles(null);
    } else if (troubles.size > 0) {
      stop.abort("SIGTERM");
    } else if (bytes > LIMIT_BYTES && stored >= Number(count) && !isLimited) {
      // The rings are made and the segment is past the limit; what is small can still be written.
      limitFiles(LIMIT_BYTES);
      isLimited = true;
      Deno.writeTextFileSync(`${report}.go`, "");
    }
  },
});
console.log(JSON.stringify({ result, troubles: [...troubles] }));
