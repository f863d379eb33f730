/**
 * The same stress with the driver's and the reader's own sources compiled under sanitizers. What one of them reports ends its
 * program, and thereby the test.
 */
import { expectWell } from "./expect_well.ts";
import { isFlavorUsable } from "./programs.ts";

// ThreadSanitizer sees one process: that another one had read a ring's space before it is written again is hidden from it, so
// these rings are large enough never to come round.
Deno.test({
  name: "threads of a writer, and of a reader, share no memory without order, says ThreadSanitizer",
  ignore: !await isFlavorUsable("tsan"),
  fn: async () => {
    await expectWell("tsan", {
      ringCount: 2,
      ringBytes: 8 << 20,
      args: [
        "--processes=2",
        "--threads=3",
        "--attempts=1500",
        "--roaming",
        "--signal-us=1000",
        "--patient",
        "--large-per-mille=0",
      ],
      reader: { pauseMs: 3 },
      flavor: "tsan",
    });
  },
});

Deno.test({
  name: "no access is out of bounds and nothing undefined happens, say ASan and UBSan",
  ignore: !await isFlavorUsable("asan"),
  fn: async () => {
    await expectWell("asan", {
      ringCount: 2,
      ringBytes: 4096,
      args: ["--processes=2", "--threads=3", "--attempts=4000", "--roaming", "--signal-us=500", "--patient"],
      reader: { pauseMs: 3 },
      flavor: "asan",
    });
  },
});
