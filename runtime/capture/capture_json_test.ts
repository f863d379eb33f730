import { assert, assertEquals } from "@std/assert";
import { jsonInteger, timestamp } from "./capture_json.ts";

Deno.test("integers are numbers as long as they are exact, then text", () => {
  assertEquals(jsonInteger(0n), 0);
  assertEquals(jsonInteger(9007199254740991n), 9007199254740991);
  assertEquals(jsonInteger(9007199254740992n), "9007199254740992");
  assertEquals(jsonInteger(-9007199254740992n), "-9007199254740992");
});

Deno.test("times have nine digits and are in UTC", () => {
  assert(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/.test(timestamp()));
});
