import { ensureBuilt } from "../../runtime/build/build.ts";
import { goldenSuite } from "./golden_suite.ts";
import { nativeGoldenReader } from "./native_golden_reader.ts";

const { reader, reason } = await ensureBuilt();
if (reader === null) throw new Error(`the native reader is not built: ${reason}`);

goldenSuite(nativeGoldenReader(reader));
goldenSuite(nativeGoldenReader(reader, { isImage: true }));
