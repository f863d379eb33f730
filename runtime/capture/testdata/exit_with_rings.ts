/** Makes rings, prints their path and exits at once. Run by rings_place_test.ts. */
import { loadNative } from "../../ffi/native.ts";
import { makeOwnRings } from "../rings_place.ts";

const native = loadNative();
const rings = makeOwnRings((path) => native.makeRingSet(path, { ringBytes: 4096 }));
console.log(rings.path);
Deno.exit(0);
