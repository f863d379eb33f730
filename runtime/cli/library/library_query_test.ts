import { assertEquals, assertThrows } from "@std/assert";
import { CliError } from "../../errors.ts";
import type { LibraryFile } from "./library_file.ts";
import { parseParameter, readParameters } from "./library_parameters.ts";
import { checkCaptures, libraryQuery } from "./library_query.ts";
import { nearestNames } from "./nearest_names.ts";

const SOURCE =
  "CREATE OR REPLACE MACRO around(of_capture, at_idx, within_ns := 1000000, level := 'error') AS TABLE";
const MACRO: LibraryFile = {
  name: "around",
  kind: "table macro",
  parameters: readParameters(SOURCE, "around"),
  source: SOURCE,
};

Deno.test("parameters have the kind that their name or their default tells", () => {
  assertEquals(MACRO.parameters, [
    { name: "of_capture", kind: "capture", fallback: null },
    { name: "at_idx", kind: "integer", fallback: null },
    { name: "within_ns", kind: "duration", fallback: "1000000" },
    { name: "level", kind: "level", fallback: "'error'" },
  ]);
});

Deno.test("values are bound by name, and never a part of the query", () => {
  const given = ["at_idx=1_000", "of_capture=it's; DROP", "within_ns=5ms"];
  assertEquals(libraryQuery(MACRO, given), {
    text: "SELECT * FROM around(at_idx := $1, of_capture := $2, within_ns := $3)",
    params: [1000n, "it's; DROP", 5_000_000n],
    captures: ["it's; DROP"],
  });
  assertEquals(libraryQuery({ ...MACRO, kind: "view", parameters: [] }, []).text, "SELECT * FROM around");
});

Deno.test("parameters that are missing, unknown, doubled or of another kind are refused", () => {
  const refused = (says: string, ...given: string[]) =>
    assertThrows(() => libraryQuery(MACRO, given), CliError, says);
  refused("without --param of_capture=… (a capture's name) and --param at_idx=… (a whole number)");
  refused(`no parameter "idx": it has at_idx`, "idx=1");
  refused("at_idx is given twice", "at_idx=1", "at_idx=2");
  refused(`at_idx is a whole number; "1.5" is none`, "at_idx=1.5");
  refused("level is a level: trace", "level=loud");
  refused("name=value", "at_idx");
});

Deno.test("a duration is nanoseconds, or has its unit", () => {
  const span = { name: "within_ns", kind: "duration", fallback: null } as const;
  assertEquals(["7", "7ns", "7us", "7ms", "1.5s"].map((given) => parseParameter(span, given)), [
    7n,
    7n,
    7_000n,
    7_000_000n,
    1_500_000_000n,
  ]);
  assertThrows(() => parseParameter(span, "soon"), RangeError, "nanoseconds, or a duration");
});

Deno.test("a parameter may only name a capture that is asked", () => {
  const query = { text: "", params: [], captures: ["boot"] };
  checkCaptures(query, ["boot", "idle"]);
  assertThrows(() => checkCaptures(query, ["idle"]), CliError, `no capture "boot" is asked, but idle`);
});

Deno.test("the nearest names are those that share a part, then those that differ least", () => {
  assertEquals(nearestNames("loss_by_cpu", ["bursts", "logs", "loss_by_processor"], 1), [
    "loss_by_processor",
  ]);
  assertEquals(nearestNames("brusts", ["silences", "bursts"], 1), ["bursts"]);
});
