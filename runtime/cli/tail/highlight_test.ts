import { assertEquals } from "@std/assert";
import { parsePattern } from "../../live/pattern.ts";
import { highlight, HIGHLIGHTS_MAX } from "./highlight.ts";

const first = (text: string) => `\x1b[30;43m${text}\x1b[0m`,
  second = (text: string) => `\x1b[30;46m${text}\x1b[0m`;

Deno.test("each pattern has a colour of its own, and every place is coloured", () => {
  assertEquals(
    highlight("disk0 and disk1 fail", ["/disk\\d/", "fail"].map(parsePattern)),
    `${first("disk0")} and ${first("disk1")} ${second("fail")}`,
  );
});

Deno.test("where two patterns find the same, the first one's colour shows", () => {
  assertEquals(
    highlight("abcd", ["bc", "abcd"].map(parsePattern)),
    `${second("a")}${first("bc")}${second("d")}`,
  );
});

Deno.test("a text in which nothing is found, or only nothing, stays as it is", () => {
  assertEquals(highlight("abc", ["x", "/x*/"].map(parsePattern)), "abc");
});

Deno.test("ten highlights can be told apart", () => {
  const letters = [..."abcdefghij"];
  const painted = highlight(letters.join(" "), letters.map(parsePattern)).split(" ");
  assertEquals(HIGHLIGHTS_MAX, 10);
  // deno-lint-ignore no-control-regex -- the colours are what is looked at
  assertEquals(new Set(painted.map((one) => /\x1b\[([\d;]+)m/.exec(one)?.[1])).size, 10);
});
