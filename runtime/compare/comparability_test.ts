import { assertEquals } from "@std/assert";
import { findDifferences } from "./comparability.ts";
import type { MeasuredRun } from "./metrics/measure_capture.ts";
import type { RunFacts } from "./metrics/run_facts.ts";

function run(name: string, conditions: Record<string, string>, facts: Partial<RunFacts> = {}): MeasuredRun {
  const all = { id: name, started: null, complete: true, conditions, missing: [], warnings: [], ...facts };
  return { run: name, facts: all, hidden: 0, measures: new Map() };
}

Deno.test("runs that were made alike have no differences", () => {
  const alike = { host: "one", ABI: "1.3", mode: "discard" };
  assertEquals(findDifferences([run("a", alike)], [run("b", alike)]).differences, []);
});

Deno.test("what explains any shift by itself blocks, and what may not is shown", () => {
  const base = [run("a", { "host": "one", "ring size": "4096", "command": "old" })];
  const candidate = [run("b", { "host": "two", "ring size": "8192", "command": "new" })];
  assertEquals(findDifferences(base, candidate).differences, [
    { what: "host", base: "one", candidate: "two", severity: "blocks" },
    { what: "ring size", base: "4096", candidate: "8192", severity: "blocks" },
    { what: "command", base: "old", candidate: "new", severity: "warns" },
  ]);
  assertEquals(
    findDifferences(base, candidate, ["host"]).differences.map(({ what, severity }) => [what, severity]),
    [["ring size", "blocks"], ["host", "warns"], ["command", "warns"]],
  );
});

Deno.test("runs of one side that differ among themselves are a difference too", () => {
  const { differences } = findDifferences(
    [run("a", { mode: "discard" }), run("b", { mode: "overwrite" })],
    [run("c", { mode: "discard" })],
  );
  assertEquals(differences, [
    { what: "mode", base: "discard, overwrite", candidate: "discard", severity: "blocks" },
  ]);
});

Deno.test("another minor version of the ABI is shown, another major one blocks", () => {
  const abi = (version: string) => run(version, { ABI: version });
  const severity = (after: string) => findDifferences([abi("1.3")], [abi(after)]).differences[0]?.severity;
  assertEquals([severity("1.4"), severity("2.0"), severity("1.3")], ["warns", "blocks", undefined]);
});

Deno.test("a capture that did not end in order blocks, and cannot be allowed", () => {
  const { differences } = findDifferences(
    [run("a", {})],
    [run("b", {}, { complete: false }), run("c", {})],
    ["incomplete captures"],
  );
  assertEquals(differences, [
    { what: "incomplete captures", base: "none", candidate: "b", severity: "blocks" },
  ]);
});

Deno.test("what is missing is shown by run and cause, of the first runs", () => {
  const lossy = (name: string) => run(name, {}, { missing: ["3 lost (3 lost_full)"] });
  const { differences } = findDifferences([run("a", {})], ["b", "c", "d", "e"].map(lossy));
  assertEquals(differences, [{
    what: "missing entries",
    base: "none",
    candidate: "b: 3 lost (3 lost_full); c: 3 lost (3 lost_full); d: 3 lost (3 lost_full) and 1 more",
    severity: "warns",
  }]);
});

Deno.test("sides that were recorded one after the other are told with their times, and in turn they are not", () => {
  const at = (name: string, minute: number) =>
    run(name, {}, { started: `2026-03-01T10:0${minute}:00.000000000Z` });
  const [a, b, c, d] = [at("a", 1), at("b", 2), at("c", 3), at("d", 4)];
  assertEquals(findDifferences([a, b], [c, d]).differences, [{
    what: "order of recording",
    base: "2026-03-01T10:01:00Z to 2026-03-01T10:02:00Z",
    candidate: "2026-03-01T10:03:00Z to 2026-03-01T10:04:00Z",
    severity: "warns",
  }]);
  assertEquals(findDifferences([a, c], [b, d]).differences, []);
  assertEquals(findDifferences([a, run("imported", {}, { started: "yesterday" })], [c, d]).differences, []);
});
