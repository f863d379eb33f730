import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";

/** CAP_SYS_NICE of <linux/capability.h>. */
const NICE_CAPABILITY = 23n;

interface Seen {
  readonly niceness: number;
  /** Capabilities in effect, hexadecimal. */
  readonly capabilities: string;
  /** In ms; null where this kernel does not tell. */
  readonly slice: string | null;
}

// A process of its own, because the thread that runs the tests is to stay what it is.
const PROGRAM = `
  import { preferThread } from ${JSON.stringify(import.meta.resolve("./prefer_thread.ts"))};
  import { readSpecialFile } from ${JSON.stringify(import.meta.resolve("../ffi/special_files.ts"))};
  const read = (name) => new TextDecoder().decode(readSpecialFile("/proc/thread-self/" + name) ?? new Uint8Array());
  const look = () => ({
    niceness: Number(read("stat").split(") ")[1].split(" ")[16]),
    capabilities: /CapEff:\\s*([0-9a-f]+)/.exec(read("status"))[1],
    slice: /se\\.slice\\s*:\\s*(\\d+)/.exec(read("sched"))?.[1] ?? null,
  });
  const before = look();
  preferThread();
  console.log(JSON.stringify([before, look()]));
`;

Deno.test({
  name: "a preferred thread runs in short slices, and is less nice where that is allowed",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const { success, stdout } = await new Deno.Command(Deno.execPath(), {
      args: [
        "eval",
        "--ext=ts",
        "--config",
        fromFileUrl(new URL("../../deno.json", import.meta.url)),
        PROGRAM,
      ],
      stderr: "inherit",
    }).output();
    assert(success);
    const [before, after]: Seen[] = JSON.parse(new TextDecoder().decode(stdout));
    assert(before !== undefined && after !== undefined);
    const mayBeLessNice = (BigInt(`0x${before.capabilities}`) >> NICE_CAPABILITY & 1n) === 1n;
    assertEquals(after.niceness, mayBeLessNice ? Math.max(-20, before.niceness - 10) : before.niceness);
    const [major = 0, minor = 0] = Deno.osRelease().split(".").map(Number);
    if (after.slice !== null && (major > 6 || major === 6 && minor >= 12)) {
      assertEquals(after.slice, "100000");
    }
  },
});
