import { assertEquals } from "@std/assert";
import { html, trusted } from "./markup.ts";

Deno.test("a text in a template is text, between tags and between quotes", () => {
  const text = `<img src=x onerror="alert('1')">&amp;`;
  const escaped = "&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;amp;";
  assertEquals(html`<p title="${text}">${text}</p>`.source, `<p title="${escaped}">${escaped}</p>`);
});

Deno.test("markup in a template stays markup, and is not escaped again", () => {
  assertEquals(
    html`<ul>${["a<", "b"].map((one) => html`<li>${one}</li>`)}</ul>`.source,
    "<ul><li>a&lt;</li><li>b</li></ul>",
  );
  assertEquals(html`${trusted("<svg></svg>")}`.source, "<svg></svg>");
});

Deno.test("nothing leaves nothing, and zero is something", () => {
  assertEquals(html`[${null}${undefined}${false}${0}${0n}${[]}]`.source, "[00]");
});

Deno.test("an object that looks like markup is text", () => {
  const forged = { source: "<b>" } as unknown as string;
  assertEquals(html`${forged}`.source, "[object Object]");
});
