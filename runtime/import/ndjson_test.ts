import { assertEquals } from "@std/assert";
import { ndjsonParser } from "./ndjson.ts";
import { linesOf, read, SETTINGS } from "./test_support.ts";

Deno.test("the usual names are found, and what has no column of its own stands behind the message", async () => {
  assertEquals(read(ndjsonParser(SETTINGS), await linesOf("service.ndjson")), [
    ["2026-03-01T10:00:00.123000000Z", `slow request hostname=box ms=512 url="/a b"`, {
      severity: 4,
      pid: 77,
    }],
    ["2026-03-01T10:00:01.000000001Z", "broken logger=db", { severity: 5 }],
    ["2026-03-01T10:00:02.000001000Z", "from the journal", { severity: 4, pid: 9 }],
    "it is no JSON: Unexpected token 'o', \"no JSON\" is not valid JSON",
    "it is no JSON object",
    "it has no column of times: --column ts=NAME says which it is",
    ["2026-03-01T10:00:04.500000000Z", "last", { severity: 4, processor: 3, tid: 8 }],
  ]);
});

Deno.test("columns are what the user says, and every digit of a number is kept", () => {
  const columns = new Map([["ts", "when"], ["message", "what"]] as const);
  const parse = ndjsonParser({ ...SETTINGS, columns });
  const lines = [
    `{"when":1772359200123456789,"what":"x","msg":"other","big":18446744073709551615,"in":{"a":[1]}}`,
    `{"when":"no","what":"x"}`,
    `{"time":1}`,
    `{"when":1,"level":"loud","pid":-1,"tid":"main","cpu":70000,"what":null}`,
  ];
  assertEquals(read(parse, lines), [
    ["2026-03-01T10:00:00.123456789Z", `x msg=other big=18446744073709551615 in={"a":[1]}`, {}],
    `"no" is no time`,
    "it has no column when",
    ["1970-01-01T00:00:01.000000000Z", "level=loud pid=-1 tid=main cpu=70000", {}],
  ]);
});
