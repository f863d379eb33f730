import { assertEquals, assertThrows } from "@std/assert";
import { parsePattern } from "../../live/pattern.ts";
import { filterJson, type FilterSet, joinFilters, parseFilterJson } from "./filter_set.ts";

const NONE: FilterSet = {
  severity: undefined,
  processor: [],
  match: [],
  exclude: [],
  where: undefined,
  highlight: [],
  time: undefined,
};
const FULL: FilterSet = {
  severity: "warn",
  processor: [0, 2],
  match: ["/a/i", "b"].map(parsePattern),
  exclude: [parsePattern("c")],
  where: "idx > 3",
  highlight: [parsePattern("d")],
  time: "delta",
};

Deno.test("a filter set survives being kept as JSON", () => {
  assertEquals(parseFilterJson(JSON.stringify(filterJson(FULL))), FULL);
  assertEquals(filterJson(NONE), {});
  assertEquals(parseFilterJson("{}"), NONE);
});

Deno.test("what is given beside a kept set is added to lists and goes before the rest", () => {
  const over: FilterSet = { ...NONE, severity: "error", match: [parsePattern("x")], where: "idx < 9" };
  assertEquals(filterJson(joinFilters(FULL, over)), {
    severity: "error",
    processor: [0, 2],
    match: ["/a/i", "b", "x"],
    exclude: ["c"],
    where: "(idx > 3\n) AND (idx < 9\n)",
    highlight: ["d"],
    time: "delta",
  });
  assertEquals(joinFilters(NONE, FULL), FULL);
  assertEquals(joinFilters(FULL, NONE), FULL);
});

Deno.test("JSON that is no filter set is refused with what is wrong", () => {
  const refused = [
    ["[]", "no object"],
    [`{"severity": "loud"}`, `"severity" is not one of trace`],
    [`{"match": "a"}`, `"match" is not a list of texts`],
    [`{"match": ["/(/"]}`, "no regular expression"],
    [`{"processor": [-1]}`, `"processor" is not a list of processor numbers`],
    [`{"sevreity": "warn"}`, `"sevreity" is no filter`],
  ];
  for (const [text = "", reason] of refused) assertThrows(() => parseFilterJson(text), SyntaxError, reason);
});
