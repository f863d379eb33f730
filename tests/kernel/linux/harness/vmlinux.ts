/**
 * Takes the plain kernel out of a bzImage: booted directly (PVH) it saves the guest the decompression, seven seconds of emulation.
 * @module
 */
import { GuestError, runTool } from "./guest_error.ts";

/** Fields of the boot header; Documentation/x86/boot.rst. */
const SETUP_SECTORS = 0x1f1;
const MAGIC = 0x202;
const MAGIC_HDRS = 0x53726448;
const PAYLOAD_OFFSET = 0x248;
const PAYLOAD_LENGTH = 0x24c;
const SECTOR = 512;

/** Writes the kernel that the bzImage at `image` holds to `output`. @throws {GuestError} It is none, or not packed by xz. */
export async function extractVmlinux(image: string, output: string): Promise<void> {
  const bytes = await Deno.readFile(image);
  const view = new DataView(bytes.buffer);
  if (bytes.length < PAYLOAD_LENGTH + 4 || view.getUint32(MAGIC, true) !== MAGIC_HDRS) {
    throw new GuestError(`unpack ${image}: it has no boot header of an x86 kernel`);
  }
  const setup = ((bytes[SETUP_SECTORS] || 4) + 1) * SECTOR;
  const from = setup + view.getUint32(PAYLOAD_OFFSET, true);
  const payload = bytes.subarray(from, from + view.getUint32(PAYLOAD_LENGTH, true));
  if (payload[0] !== 0xfd || payload[1] !== 0x37) {
    throw new GuestError(
      `unpack ${image}: its payload begins with ${payload[0]} ${
        payload[1]
      }; expected that of xz, as Debian packs it`,
    );
  }
  const packed = `${output}.xz`;
  // Four bytes behind the stream are the unpacked length, which is the kernel's own addition.
  await Deno.writeFile(packed, payload.subarray(0, payload.length - 4));
  await runTool(["xz", "-d", "-f", packed], `unpack ${image}`, { package: "xz-utils" });
}
