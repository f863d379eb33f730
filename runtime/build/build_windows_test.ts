import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { buildWindows, NoWindowsToolsError } from "./build_windows.ts";
import { computeChecksum, readChecksum, readSections, storeChecksum } from "./pe_image.ts";

async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("without a compiler the build of the Windows driver names the packages that have what is missing", () =>
  withFolder(async (folder) => {
    const byGcc = await assertRejects(() => buildWindows({ path: folder, folder }), NoWindowsToolsError);
    assert(
      byGcc.message.includes("apt-get install gcc-mingw-w64-x86-64 binutils-mingw-w64-x86-64"),
      byGcc.message,
    );
    for (
      const name of ["x86_64-w64-mingw32-gcc", "x86_64-w64-mingw32-windres", "x86_64-w64-mingw32-ar", "clang"]
    ) {
      await Deno.writeTextFile(join(folder, name), "");
    }
    const byClang = await assertRejects(
      () => buildWindows({ path: folder, folder, compiler: "clang" }),
      NoWindowsToolsError,
    );
    assert(
      byClang.message.includes("no ld.lld; install what is missing (Debian: apt-get install lld)"),
      byClang.message,
    );
  }));

/** 32 + 256 + … bytes of the smallest image that has a header and one section; 7 bytes more, so that its length is odd. */
function makeImage(): Uint8Array {
  const image = new Uint8Array(407);
  const view = new DataView(image.buffer);
  view.setUint16(0, 0x5a4d, true);
  view.setUint32(60, 64, true);
  view.setUint32(64, 0x4550, true);
  view.setUint16(64 + 6, 1, true);
  view.setUint16(64 + 20, 240, true);
  const section = 64 + 24 + 240;
  image.set(new TextEncoder().encode(".text"), section);
  view.setUint32(section + 36, 0x60000020, true);
  image[406] = 7;
  return image;
}

Deno.test("an image's checksum is the sum of its words and its length, without the field that it stands in", () => {
  const image = makeImage();
  // 5a4d + 0040 + 4550 + 0001 + 00f0 + ".t" + "ex" + "t" + 0020 + 6000 + 07
  const words = [0x5a4d, 0x0040, 0x4550, 0x0001, 0x00f0, 0x742e, 0x7865, 0x0074, 0x0020, 0x6000, 0x0007];
  const sum = words.reduce((all, word) => (all + word & 0xffff) + (all + word >>> 16), 0);
  assertEquals(computeChecksum(image), sum + 407);
  storeChecksum(image);
  assertEquals(readChecksum(image), sum + 407);
  assertEquals(computeChecksum(image), sum + 407);
});

Deno.test("an image's sections are told with what may be done in them", () => {
  assertEquals(readSections(makeImage()), [
    { name: ".text", isCode: true, isWritable: false, isExecutable: true },
  ]);
});

Deno.test("what is no image is refused", () => {
  for (const bytes of [new Uint8Array(0), new Uint8Array(400), makeImage().subarray(0, 100)]) {
    assertThrows(() => readSections(bytes), TypeError, `${bytes.length} bytes without the header`);
  }
});
