import { type Crc32c, crc32c } from "../arrow/crc32c.ts";

/** The processor's own checksum where the native library is built and may be loaded, else the one in TypeScript. */
export async function findChecksum(): Promise<Crc32c> {
  if (Deno.permissions.querySync({ name: "ffi" }).state !== "granted") return crc32c;
  const { nativeCrc32c } = await import("../ffi/native.ts");
  return nativeCrc32c() ?? crc32c;
}
