import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { CaptureError } from "../../errors.ts";
import type { MeasuredRun } from "../metrics/measure_capture.ts";
import type { Baseline } from "./baseline_file.ts";
import {
  chooseBaseline,
  chosenBaseline,
  hasBaseline,
  listBaselines,
  loadBaseline,
  removeBaseline,
  saveBaseline,
} from "./baselines.ts";

const RUN: MeasuredRun = {
  run: "one",
  facts: {
    id: "1",
    started: null,
    complete: false,
    conditions: { host: "here" },
    missing: ["3 lost"],
    warnings: ["torn"],
  },
  hidden: Infinity,
  measures: new Map([["p50", {
    dimensions: [{
      dimension: { event: "__proto__" },
      measure: {
        run: "one",
        value: 1.5,
        count: 3,
        lowest: -Infinity,
        highest: Infinity,
        samples: Float64Array.of(1, -0.1, 1e300),
      },
    }, {
      dimension: { event: "b" },
      measure: {
        run: "one",
        value: 2,
        count: 1,
        lowest: 2,
        highest: 2,
        samples: Float64Array.of(2),
        trials: 7,
      },
    }],
    nothing: { run: "one", value: null, count: 0, lowest: 0, highest: 0, exposure: 5 },
  }]]),
};

const baseline = (name: string): Baseline => ({
  name,
  saved: "2026-01-01T00:00:00Z",
  runs: [RUN, { ...RUN, hidden: 3 }],
  fingerprints: new Map([["p50", "abc"]]),
});

async function withFolder(test: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    await test(join(dir, "baselines"));
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("a baseline comes back as it was saved, with numbers that JSON lacks and every sample", async () => {
  await withFolder(async (dir) => {
    await saveBaseline(dir, baseline("main"));
    assertEquals(await loadBaseline(dir, "main"), baseline("main"));
  });
});

Deno.test("saving again replaces, and leaves nothing else behind", async () => {
  await withFolder(async (dir) => {
    await saveBaseline(dir, baseline("main"));
    await saveBaseline(dir, { ...baseline("main"), saved: "2026-01-02T00:00:00Z", runs: [] });
    assertEquals((await loadBaseline(dir, "main")).saved, "2026-01-02T00:00:00Z");
    assertEquals((await Array.fromAsync(Deno.readDir(dir))).map(({ name }) => name), ["main"]);
  });
});

Deno.test("baselines are listed by name, with the chosen one, which goes with its choice", async () => {
  await withFolder(async (dir) => {
    assertEquals([await listBaselines(dir), await chosenBaseline(dir)], [[], null]);
    for (const name of ["v1.0", "main"]) await saveBaseline(dir, baseline(name));
    await chooseBaseline(dir, "v1.0");
    const list = async () => (await listBaselines(dir)).map(({ name, isChosen }) => [name, isChosen]);
    assertEquals(await list(), [["main", false], ["v1.0", true]]);
    await removeBaseline(dir, "v1.0");
    assertEquals([await list(), await chosenBaseline(dir)], [[["main", false]], null]);
  });
});

Deno.test("a baseline that is not there is told with those that are", async () => {
  await withFolder(async (dir) => {
    const told = async () => (await assertRejects(() => loadBaseline(dir, "x"), CaptureError)).message;
    assertStringIncludes(await told(), `baseline save x CAPTURE…`);
    await saveBaseline(dir, baseline("main"));
    assertStringIncludes(await told(), "there is main");
    await assertRejects(() => chooseBaseline(dir, "x"), CaptureError);
    await assertRejects(() => removeBaseline(dir, "x"), CaptureError);
  });
});

Deno.test("no name leads out of the folder", async () => {
  await withFolder(async (dir) => {
    for (const name of ["..", "../up", "a/b", ".use", "", "a\0", "x".repeat(101)]) {
      await assertRejects(() => saveBaseline(dir, baseline(name)), RangeError);
      await assertRejects(() => hasBaseline(dir, name), RangeError);
    }
  });
});

Deno.test("a damaged baseline is refused with what to do, and the others are listed", async () => {
  await withFolder(async (dir) => {
    for (const name of ["cut", "newer", "torn"]) await saveBaseline(dir, baseline(name));
    await Deno.remove(join(dir, "cut", "samples.gz"));
    await Deno.writeTextFile(join(dir, "newer", "baseline.json"), '{"format_version": 2}');
    await Deno.truncate(join(dir, "torn", "samples.gz"), 12);
    await saveBaseline(dir, baseline("whole"));
    const problems = (await listBaselines(dir)).map(({ name, problem }) => [name, problem !== null]);
    assertEquals(problems, [["cut", true], ["newer", true], ["torn", true], ["whole", false]]);
    for (const name of ["cut", "newer", "torn"]) {
      const error = await assertRejects(() => loadBaseline(dir, name), CaptureError);
      assertStringIncludes(error.message, "save it again");
    }
  });
});
