import { assert, assertEquals, assertFalse } from "@std/assert";
import { CsvParser, CsvRecords, splitRecord } from "./csv.ts";
import { SETTINGS } from "./test_support.ts";

function recordsOf(lines: readonly string[]): unknown[] {
  const records = new CsvRecords((text) => splitRecord(text, ",") !== null);
  const found = lines.flatMap((text, at) => [...records.push({ number: at + 1, text, isBytes: false })]);
  return [...found, ...records.end()].map(({ number, text, isOpen }) => [number, text, isOpen]);
}

Deno.test("a record may have several lines, and keeps its line ends", () => {
  assertEquals(recordsOf(["a,b\r", '1,"x\r', 'y"\r', "2,z"]), [
    [1, "a,b\r", false],
    [2, '1,"x\r\ny"\r', false],
    [4, "2,z", false],
  ]);
});

Deno.test("a line with a quote that is never closed is given up alone", () => {
  assertEquals(recordsOf(["a", '1,"open', "2,b", '3,"c"', '4,"d']), [
    [1, "a", false],
    [2, '1,"open', true],
    [3, "2,b", false],
    [4, '3,"c"', false],
    [5, '4,"d', true],
  ]);
});

Deno.test("fields are taken apart exactly", () => {
  assertEquals(splitRecord('a,,"b ""c"", d",\r', ","), ["a", "", 'b "c", d', ""]);
  assertEquals(splitRecord("", ","), [""]);
  assertEquals(splitRecord('"";x', ";"), ["", "x"]);
  for (const bad of ['a"b', '"a"b,c', 'a,"b']) assertEquals(splitRecord(bad, ","), null, bad);
});

Deno.test("the first line tells names and separator", () => {
  for (const header of ["time,msg", "when;TIMESTAMP;x", "id\tDate\tmessage\r"]) {
    assert(new CsvParser(SETTINGS).begin(header), header);
  }
  for (const header of ["time", "a,b", "", "Mar  1 10:00:00 box app: one, two"]) {
    assertFalse(new CsvParser(SETTINGS).begin(header), header);
  }
});
