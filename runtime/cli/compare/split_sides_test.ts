import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { basename, join } from "@std/path";
import { CaptureError, CliError } from "../../errors.ts";
import { makeCapture } from "../../../tests/support/make_capture.ts";
import { type GivenSides, splitSides } from "./split_sides.ts";

const dir = await Deno.makeTempDir();
Deno.test.afterAll(() => Deno.remove(dir, { recursive: true }));
for (const name of ["before-1", "before-2", "before-10", "after-1"]) await makeCapture(dir, name);
for (const name of ["x", "y"]) await makeCapture(join(dir, "nightly"), name);
const baselines = join(dir, "baselines");
await Deno.mkdir(baselines);

async function split(given: Partial<GivenSides>): Promise<unknown> {
  const { base, candidate } = await splitSides({
    operands: [],
    rest: null,
    base: [],
    baseline: undefined,
    dir,
    baselines,
    ...given,
  });
  const names = (paths: readonly string[]) => paths.map((path) => basename(path)).join(" ");
  return ["baseline" in base ? base : names(base), names(candidate)];
}

const refusal = async (given: Partial<GivenSides>) =>
  (await assertRejects(() => split(given), CliError)).message;

Deno.test("of two words the first is the base, and each may be a pattern or a folder", async () => {
  assertEquals(await split({ operands: ["before-1", "after-1"] }), ["before-1", "after-1"]);
  assertEquals(await split({ operands: ["before-*", "after-?"] }), [
    "before-1 before-2 before-10",
    "after-1",
  ]);
  assertEquals(await split({ operands: [`${dir}/before-*`, join(dir, "nightly")] }), [
    "before-1 before-2 before-10",
    "x y",
  ]);
});

Deno.test("-- and --base tell any number of captures apart, each counted once", async () => {
  assertEquals(await split({ operands: ["before-1", "before-2", "before-1"], rest: ["after-1"] }), [
    "before-1 before-2",
    "after-1",
  ]);
  assertEquals(await split({ base: ["before-1", "before-2"], operands: ["after-1"] }), [
    "before-1 before-2",
    "after-1",
  ]);
});

Deno.test("with a baseline every word is a candidate; one in use stands for a base that is not named", async () => {
  assertEquals(await split({ baseline: "main", operands: ["after-1", "before-1"] }), [
    { baseline: "main" },
    "after-1 before-1",
  ]);
  assertStringIncludes(await refusal({ operands: ["after-1"] }), "nothing to compare after-1 with");
  await Deno.writeTextFile(join(baselines, ".use"), "main\n");
  assertEquals(await split({ operands: ["after-1"] }), [{ baseline: "main" }, "after-1"]);
  // Two words are two sides, whatever is in use.
  assertEquals(await split({ operands: ["before-1", "after-1"] }), ["before-1", "after-1"]);
});

Deno.test("sides that cannot be told apart are refused with the ways to say it", async () => {
  assertStringIncludes(await refusal({}), "no capture is named");
  assertStringIncludes(await refusal({ operands: ["before-1", "before-2", "after-1"] }), "of 3 captures");
  assertStringIncludes(
    await refusal({ operands: ["after-1"], rest: ["x"], baseline: "main" }),
    "-- and --baseline",
  );
  assertStringIncludes(await refusal({ operands: [], rest: ["after-1"] }), "no capture of the base");
  assertStringIncludes(await refusal({ operands: ["before-1"], rest: [] }), "no capture of the candidate");
  assertStringIncludes(
    await refusal({ operands: ["before-1"], rest: ["after-1", "--json"] }),
    '--json stands behind "--"',
  );
});

Deno.test("a word that means no capture is refused as everywhere", async () => {
  await assertRejects(
    () => split({ operands: ["before-1", "afer-1"] }),
    CaptureError,
    "did you mean after-1?",
  );
  await assertRejects(() => split({ operands: ["before-1", "none-*"] }), CaptureError, "no name in");
});
