import { assertEquals } from "@std/assert";
import { parseJunit } from "./junit.ts";

Deno.test("a report gives passed, failed and the names of skipped tests; steps count with their test", () => {
  const xml = `<?xml version="1.0"?>
<testsuites><testsuite name="./a_test.ts">
  <testcase name="a &lt;ok&gt; &amp; fine" classname="./a_test.ts" time="0.1"></testcase>
  <testcase name="skip me" classname="./a_test.ts"><skipped/></testcase>
  <testcase name="fails" classname="./a_test.ts"><failure message="x &gt; y&#10;&#10;more">stack</failure></testcase>
  <testcase name="whole" classname="./a_test.ts"></testcase>
  <testcase name="whole &gt; step" classname="./a_test.ts"></testcase>
  <testcase name="fails &gt; step" classname="./a_test.ts"><failure message="of a step">stack</failure></testcase>
</testsuite></testsuites>`;
  assertEquals(parseJunit(xml), {
    passed: 2,
    failed: 1,
    failures: ["a_test.ts: fails\n    x > y\n    more", "a_test.ts: fails > step\n    of a step"],
    skipped: ["a_test.ts: skip me"],
  });
});
