/**
 * What this machine lacks for building a Windows driver and running it.
 * @module
 */
import { findMissingOf, type Need } from "../../linux/harness/missing.ts";

const MINGW = "/usr/bin/x86_64-w64-mingw32";
const NEEDS: readonly Need[] = [
  { paths: [`${MINGW}-gcc`], package: "gcc-mingw-w64-x86-64" },
  { paths: [`${MINGW}-windres`], package: "binutils-mingw-w64-x86-64" },
  { paths: ["/usr/lib/wine/wine64", "/usr/bin/wine64"], package: "wine64" },
];

/** Debian packages to install, none where the driver can be run. */
export async function findMissingForWine(): Promise<string[]> {
  return await findMissingOf(NEEDS);
}
