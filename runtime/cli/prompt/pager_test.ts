import { assertEquals, assertStringIncludes } from "@std/assert";
import { choosePager } from "./choose_pager.ts";
import { drawPage, movePage, type PageView } from "./page_view.ts";
import { nameKey } from "./read_key.ts";

const VIEW: PageView = {
  lines: Array.from({ length: 100 }, (_, at) => `line ${at} \x1b[1mbold\x1b[22m`),
  top: 0,
  left: 0,
  rows: 11,
  columns: 8,
};

Deno.test("the pager is the user's where it may be run, else our own, and none when the user wants none", () => {
  const choose = (pager: string | undefined, mayRun: boolean) => choosePager(() => pager, () => mayRun);
  assertEquals(choose(undefined, true), ["less", "-S", "-R"]);
  assertEquals(choose("less -i", true), ["less", "-S", "-R", "-i"]);
  assertEquals(choose("most", true), ["most"]);
  assertEquals(choose("most", false), "own");
  assertEquals([choose("cat", true), choose("", false)], [null, null]);
});

Deno.test("a page moves by lines and screens, and never beyond the text", () => {
  const tops = (...keys: string[]) => keys.reduce(movePage, VIEW).top;
  assertEquals(tops("down"), 1);
  assertEquals(tops("up"), 0);
  assertEquals(tops("page-down", "page-down", "page-up"), 10);
  assertEquals(tops("end"), 90);
  assertEquals(tops("end", "down"), 90);
  assertEquals(tops("end", "home"), 0);
});

Deno.test("a page moves sideways as far as there is text", () => {
  const right = ["right", "right", "right", "right"].reduce(movePage, VIEW);
  assertEquals(right.left, 4); // the widest line has 12 columns
  assertEquals(movePage(right, "left").left, 0);
});

Deno.test("a page shows what fits, without what would colour or move", () => {
  const page = drawPage({ ...VIEW, top: 3, left: 5, columns: 60 });
  assertStringIncludes(page, "\x1b[H3 bold\x1b[K\r\n4 bold\x1b[K\r\n");
  assertStringIncludes(page, "lines 4-13 of 100");
});

Deno.test("keys are known by what terminals send, several at once by the first", () => {
  assertEquals(["\x1b[A", "\x1bOB", "\x1b[6~", " ", "G", "\x03", "\x1b", "jjj"].map(nameKey), [
    "up",
    "down",
    "page-down",
    "page-down",
    "end",
    "ctrl-c",
    "q",
    "down",
  ]);
});
