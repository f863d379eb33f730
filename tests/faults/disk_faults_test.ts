/**
 * Disks that are full or read-only, as the system makes them: a small tmpfs and a read-only mount, in a mount namespace of their own
 * that goes with its process. Skipped by name where this user may not make one.
 * @module
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { makeTestFolder, producerCommand } from "../../runtime/capture/test_support.ts";
import { openStore } from "../../runtime/store/store.ts";
import type { RecordResult } from "../../runtime/mod.ts";

const UNSHARE = ["unshare", "--mount", "--map-root-user"];
const canMount = await new Deno.Command("unshare", {
  args: [...UNSHARE.slice(1), "mount", "-t", "tmpfs", "tmpfs", "/mnt"],
  stdout: "null",
  stderr: "null",
}).output().then(({ success }) => success, () => false);

const SCRIPT = fromFileUrl(new URL("./testdata/record_into.ts", import.meta.url));

/** Runs shell text in a mount namespace; `$0` is Deno, the words are `$1` and so on. */
async function inNamespace(script: string, ...words: string[]): Promise<string> {
  const [program = "", ...args] = UNSHARE;
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args: [...args, "sh", "-euc", script, Deno.execPath(), ...words],
    stdin: "null",
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

/**
 * Records into a disk of so many KiB, and copies what is there afterwards out of the namespace; the result and the copy's path.
 */
async function recordOnDisk(
  folder: string,
  kib: number,
  segmentBytes: number,
  count: number,
): Promise<{ result: RecordResult; path: string }> {
  const command = await producerCommand(folder, { count, length: 64 });
  const disk = join(folder, "disk"), copy = join(folder, "copy");
  await Deno.mkdir(disk);
  const output = await inNamespace(
    `disk=$1 copy=$2 size=$3 segment=$4 script=$5; shift 5
     mount -t tmpfs -o size="$size"k tmpfs "$disk"
     "$0" run -A --no-check "$script" "$disk" "$segment" "$@"
     cp -r "$disk/run" "$copy"`,
    disk,
    copy,
    String(kib),
    String(segmentBytes),
    SCRIPT,
    command.program,
    ...command.args,
  );
  return { result: JSON.parse(output), path: copy };
}

async function healthOf(path: string): Promise<{ entries: bigint; trustworthy: boolean; reasons: string }> {
  await using store = await openStore([path], { engine: "native" });
  const [row] = (await store.query(
    "SELECT (SELECT count(*) FROM logs), trustworthy, reasons::VARCHAR FROM capture_health",
  )).rows;
  return { entries: row![0] as bigint, trustworthy: row![1] === true, reasons: String(row![2]) };
}

Deno.test({
  name: "a disk that is full while entries are appended: what is stored stays whole, and everybody says so",
  ignore: !canMount,
  async fn() {
    await using folder = await makeTestFolder();
    const { result, path } = await recordOnDisk(folder.path, 8_192, 64 << 20, 130_000);
    assertEquals(result.complete, false);
    assertMatch(result.warnings.join("\n"), /No space left on device/);
    assertMatch(result.warnings.join("\n"), /logs\/000001\.arrows/);
    const { entries, trustworthy, reasons } = await healthOf(path);
    assertEquals([entries, trustworthy], [BigInt(result.entries), false]);
    assert(entries > 10_000n, `${entries} entries were stored before`);
    // With less than two pages left the account cannot be replaced either, and then its reasons are those of a recorder that died.
    const isAccountOld = result.warnings.some((warning) =>
      warning.startsWith(`write ${result.path}/capture.json: `)
    );
    assertStringIncludes(reasons, isAccountOld ? "cut short" : "No space left on device");
  },
});

Deno.test({
  name:
    "a disk that is full while a segment is sealed: the segment stays as it was, with a warning, and nothing is lost",
  ignore: !canMount,
  async fn() {
    await using folder = await makeTestFolder();
    const count = 60_000;
    // 6,100 KiB as they are recorded, and 4,100 KiB as Parquet beside them until they go.
    const { result, path } = await recordOnDisk(folder.path, 8_192, 64 << 20, count);
    assertEquals(
      [result.complete, result.balanced, result.entries],
      [true, true, count],
      String(result.warnings),
    );
    assertMatch(
      result.warnings.join("\n"),
      /seal the segment .*logs\/000001\.arrows: .*No space left on device/,
    );
    const names = await Array.fromAsync(Deno.readDir(join(path, "logs")), ({ name }) => name);
    assertEquals(names.sort(), ["000001.arrows", "000001.meta.json"], "nothing half is left");
    const { entries, reasons } = await healthOf(path);
    assertEquals(entries, BigInt(count));
    assertStringIncludes(reasons, "No space left on device");
  },
});

Deno.test({
  name: "a read-only folder refuses a recording with one clear line, and is read as any other",
  ignore: !canMount,
  async fn() {
    await using folder = await makeTestFolder();
    const command = await producerCommand(folder.path, { count: 100 });
    const captures = join(folder.path, "captures");
    await Deno.mkdir(captures);
    const script = `captures=$1 script=$2 main=$3; shift 3
     "$0" run -A --no-check "$script" "$captures" 67108864 "$@" > /dev/null
     mount --bind "$captures" "$captures"
     mount -o remount,ro,bind "$captures"
     "$0" run -A --no-check "$script" "$captures/sub" 67108864 "$@"
     for engine in wasm native; do
       "$0" run -A --no-check "$main" sql --dir "$captures" run --engine $engine --format csv \\
         "SELECT count(*), (SELECT bool_and(balanced) FROM accounting) FROM logs"
     done
     "$0" run -A --no-check "$main" tail --dir "$captures" run --lines 1 --json`;
    const main = fromFileUrl(new URL("../../runtime/cli/main.ts", import.meta.url));
    const output = await inNamespace(script, captures, SCRIPT, main, command.program, ...command.args);
    const [refused = "", , wasm, , native, entry = ""] = output.trimEnd().split("\n");
    const { refused: message } = JSON.parse(refused);
    assertMatch(message, /^make the folder .*captures\/sub[^\n]*Read-only file system/);
    assertEquals([wasm, native], ["100,true", "100,true"]);
    assertEquals(JSON.parse(entry).idx !== undefined, true);
  },
});
