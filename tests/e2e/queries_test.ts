import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { newUser, producer } from "./ringscope.ts";

Deno.test("queries", async (t) => {
  await using user = await newUser();
  const recorded = await user.run([
    "capture",
    "--quiet",
    "--name",
    "known",
    "--",
    await producer(),
    "entries",
  ]);
  assertEquals(recorded.code, 0, recorded.stderr);
  const shown = async (...args: string[]) => {
    const { code, stdout, stderr } = await user.run(args);
    assertEquals([code, stderr], [0, ""], args.join(" "));
    return stdout;
  };
  const refused = async (...args: string[]) => {
    const { code, stdout, stderr } = await user.run(args);
    assertEquals([code, stdout], [2, ""], args.join(" "));
    assertMatch(stderr, /^error: [^\n]+\n$/, "one clear line");
    return stderr;
  };

  await t.step("lists the library by folder, without what is internal", async () => {
    const list = await shown("queries");
    assertMatch(list, /^prelude\/\n/);
    assertMatch(list, /\nrate\/\n {2}bursts +One row per burst/);
    assert(!/^ *_/m.test(list));
  });

  await t.step("explains one: its columns, its parameters, and its SQL when that is wanted", async () => {
    const view = await shown("queries", "level_counts");
    assertMatch(view, /level_counts {2}view, rate\//);
    assertMatch(view, /share +DOUBLE +Their part/);
    assert(!view.includes("CREATE OR REPLACE"));
    const macro = await shown("queries", "--sql", "entries_around");
    assertMatch(macro, /entries_around\(of_capture, at_idx, within_ns := 1000000\)/);
    assertMatch(macro, /offset_ns +BIGINT/);
    assertStringIncludes(macro, "CREATE OR REPLACE MACRO entries_around");
  });

  await t.step("gives the same as JSON", async () => {
    const list: { name: string }[] = JSON.parse(await shown("queries", "--json"));
    assert(list.some(({ name }) => name === "bursts") && !list.some(({ name }) => name.startsWith("_")));
    const one = JSON.parse(await shown("queries", "--json", "entries_around"));
    assertEquals(one.parameters.map(({ name, kind }: Record<string, string>) => [name, kind]), [
      ["of_capture", "capture"],
      ["at_idx", "integer"],
      ["within_ns", "duration"],
    ]);
  });

  await t.step("sql --query runs one, with parameters of their kind", async () => {
    assertMatch(await shown("sql", "--format", "csv", "--query", "level_counts"), /^capture,severity,level/);
    const around = ["sql", "--format", "csv", "known", "--query", "entries_around"];
    const at = ["--param", "of_capture=known", "--param", "at_idx=3"];
    assertStringIncludes(await shown(...around, ...at, "--param", "within_ns=10s"), "this is warn");
    const pattern = ["--param", "begin_pattern=(this) is warn", "--param", "end_pattern=('|this) is error"];
    const between = await shown("sql", "--format", "csv", "--query", "durations_between", ...pattern);
    assertEquals(between.trimEnd().split("\n").length, 2, "a quote in a value is a part of it");
  });

  await t.step("what is wrong is refused with what is right", async () => {
    assertStringIncludes(await refused("queries", "burst"), "the nearest are bursts");
    assertStringIncludes(await refused("sql", "--query", "latency"), "latency_by_processor");
    assertStringIncludes(await refused("sql", "--query", "template_of"), "within a query");
    assertStringIncludes(await refused("sql", "--query", "bursts", "--param", "a=1"), "no parameters");
    const around = ["sql", "--query", "entries_around", "--param"];
    assertStringIncludes(await refused(...around, "at_idx=3"), "without --param of_capture");
    assertStringIncludes(await refused(...around, "at_idx=three"), "at_idx is a whole number");
    assertStringIncludes(await refused(...around, "at=3"), "at_idx");
    assertStringIncludes(await refused(...around, "at_idx=3", "--param", "of_capture=boot"), "known");
    assertStringIncludes(await refused("sql", "--param", "a=1", "SELECT 1"), "--query NAME");
    assertStringIncludes(await refused("sql", "--query", "bursts", "-f", "x.sql"), "leave one out");
  });
});
