import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { CaptureError } from "../errors.ts";
import { SegmentFile } from "./segment_file.ts";

const schema = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);

async function withFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("messages stand one behind the other, and the end mark behind all", () =>
  withFolder(async (folder) => {
    const path = join(folder, "000001.arrows");
    using file = new SegmentFile(path, schema);
    file.append(Uint8Array.of(9, 9));
    assertEquals([...await Deno.readFile(path)], [...schema, 9, 9]);
    file.end();
    file.end();
    assertEquals([...await Deno.readFile(path)], [...schema, 9, 9, 255, 255, 255, 255, 0, 0, 0, 0]);
    assertEquals(file.bytes, 18);
  }));

Deno.test("a file that exists is not begun again", () =>
  withFolder(async (folder) => {
    const path = join(folder, "000001.arrows");
    await Deno.writeFile(path, Uint8Array.of(7));
    assertThrows(() => new SegmentFile(path, schema), CaptureError, `cannot begin ${path}`);
    assertEquals([...await Deno.readFile(path)], [7]);
  }));

Deno.test("after a disk that took only half a message, the file ends with the message before", () =>
  withFolder(async (folder) => {
    const path = join(folder, "000001.arrows");
    const script = `
      import { SegmentFile } from ${JSON.stringify(import.meta.resolve("./segment_file.ts"))};
      const file = new SegmentFile(Deno.args[0], new Uint8Array(100).fill(1));
      try {
        file.append(new Uint8Array(8_000_000).fill(2));
        console.log("it took everything");
      } catch (error) {
        console.log(error.name, error.message.includes("cannot append to"));
      }
      file.append(new Uint8Array(100).fill(3));
    `;
    const module = join(folder, "append.ts");
    await Deno.writeTextFile(module, script);
    const config = new URL("../../deno.json", import.meta.url).pathname;
    const { stdout, code } = await new Deno.Command("sh", {
      args: [
        "-c",
        // Beyond the limit (1 or 2 MB, as the shell counts) a write is cut short, and the next one fails.
        'trap "" XFSZ; ulimit -f 2000; exec "$0" run -A --no-lock --config "$1" "$2" "$3"',
        Deno.execPath(),
        config,
        module,
        path,
      ],
      stderr: "inherit",
    }).output();
    assertEquals([new TextDecoder().decode(stdout).trim(), code], ["CaptureError true", 0]);
    assertEquals([...await Deno.readFile(path)], [...Array(100).fill(1), ...Array(100).fill(3)]);
  }));
