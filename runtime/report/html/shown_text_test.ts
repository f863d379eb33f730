import { assert, assertEquals } from "@std/assert";
import { logText, shownText } from "./shown_text.ts";

Deno.test("what turns the direction of a text is shown, and does it no more", () => {
  const turned = "access = \u202e\u2066// admin\u2069 \u2066user\u200f\u061c";
  assertEquals(
    shownText(turned),
    "access = \\u{202e}\\u{2066}// admin\\u{2069} \\u{2066}user\\u{200f}\\u{61c}",
  );
});

Deno.test("controls, separators, zero widths, lone surrogates and private use are shown as their codes", () => {
  assertEquals(
    shownText("\0\x1b[31m\x7f\u0085\u2028\ufeff\u200b\ud800\ue000"),
    "\\u{0}\\u{1b}[31m\\u{7f}\\u{85}\\u{2028}\\u{feff}\\u{200b}\\u{d800}\\u{e000}",
  );
  assertEquals(shownText("one\ntwo\tthree"), "one⏎two⇥three");
});

Deno.test("letters of any language stay as they are", () => {
  for (const text of ["größer", "שלום", "日本語", "👩", "e\u0301"]) assertEquals(shownText(text), text);
});

Deno.test("a long text is cut between characters, and says how long it is", () => {
  assertEquals(shownText("😀".repeat(10), 4), "😀😀😀😀… (20 characters)");
  assertEquals(shownText("x".repeat(4), 4), "xxxx");
});

Deno.test("a text of 16 MiB is cut to what a page shows, whatever each of its characters becomes", () => {
  assert(shownText("\u202e".repeat(2 ** 24)).length < 5_000);
});

Deno.test("a text of a log is isolated from what stands around it, and one that is missing is told", () => {
  assertEquals(logText("a<b").source, '<code class="log"><bdi>a&lt;b</bdi></code>');
  assertEquals(logText(null).source, '<span class="quiet">no text</span>');
});
