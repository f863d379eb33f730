import { assertEquals } from "@std/assert";
import { makeBatch } from "../support/make_capture.ts";
import { openLibrary } from "./open_library.ts";

const texts = (payloads: readonly string[]) =>
  payloads.map((payload, seq) => ({ idx: seq, seq, ticks: seq, payload }));

const before = [
  "request 12 took 340 us",
  "request 9 took 1 us",
  "reset of eth0 at 0xffff888012345678",
  "reset of eth0 at 0x0",
  "idle",
  "idle",
  "idle",
];
const { rows } = await openLibrary({
  before: { logs: [[makeBatch(texts(before))]] },
  after: {
    logs: [[makeBatch([
      ...texts(["request 77 took 5 us", "request 78 timed out"]),
      { idx: 2, seq: 2, ticks: 9, payload: "link down on eth1", severity: 5 },
      { idx: 3, seq: 3, ticks: 10, kind: "data", payload: Uint8Array.of(49, 50) },
    ])]],
  },
});

const template = async (text: string) => (await rows(`SELECT template_of('${text}')`))[0]![0];

Deno.test("a template shows numbers, hexadecimal numbers and addresses as #", async () => {
  const pairs: [text: string, template: string][] = [
    ["request 12 took 340 us", "request # took # us"],
    ["took 12ms, 3.5 MB/s, 100%", "took #ms, # MB/s, #%"],
    ["status -5 at +7 (-1)", "status # at # (#)"],
    ["status=-110 rc=0xC0000005", "status=# rc=#"],
    ["at ffff888012345678, deadbeef", "at #, #"],
    ["irp 8a3f", "irp #"],
    ["from 10.0.0.17:8080 to 192.168.1.1", "from # to #"],
    ["mac 52:54:00:ab:cd:ef gone", "mac # gone"],
    ["peer fe80::5054:ff:feab:cdef up", "peer # up"],
    ["volume 6ba7b810-9dad-11d1-80b4-00c04fd430c8", "volume #"],
    ["2026-03-01 10:15:00.123 ready", "# # ready"],
  ];
  for (const [text, expected] of pairs) assertEquals(await template(text), expected, text);
});

Deno.test("a template keeps words that hold digits, and words that could be hexadecimal", async () => {
  for (const text of ["eth0 and sda1 are up", "x86_64", "add a face", "utf8 decoded", "be quick", "a-b"]) {
    assertEquals(await template(text), text);
  }
});

Deno.test("a template of a template is the same, so it can be counted in two steps", async () => {
  for (const text of ["a -5", "1 2 3", "0x12 -0x12", "10.0.0.1/24", "[-1]", "#", "# -# 7"]) {
    assertEquals(await template(String(await template(text))), await template(text), text);
  }
});

Deno.test("message_templates counts texts that differ in numbers as one, the most frequent first", async () => {
  assertEquals(
    await rows(`
      SELECT template, entries, level, first_idx, example FROM message_templates WHERE capture = 'before'`),
    [
      ["idle", 3n, "info", 4n, "idle"],
      ["request # took # us", 2n, "info", 0n, "request 12 took 340 us"],
      ["reset of eth0 at #", 2n, "info", 2n, "reset of eth0 at 0xffff888012345678"],
    ],
  );
});

Deno.test("a template has the same id in every capture, and another template another one", async () => {
  assertEquals(
    await rows(`
      SELECT count(DISTINCT template_id), count(*) FROM message_templates WHERE template = 'request # took # us'`),
    [[1n, 2n]],
  );
  assertEquals(await rows("SELECT template_id FROM message_templates WHERE template = 'idle'"), [[
    "ec2f993aec2c",
  ]]);
  assertEquals(
    await rows("SELECT count(DISTINCT template_id) = count(DISTINCT template) FROM message_templates"),
    [[true]],
  );
});

Deno.test("new_templates shows what only the second capture says, the most severe first", async () => {
  assertEquals(
    await rows("SELECT template, entries, level FROM new_templates('before', 'after')"),
    [["link down on eth1", 1n, "error"], ["request # timed out", 1n, "info"]],
  );
  assertEquals(await rows("SELECT template FROM new_templates('after', 'after')"), []);
});

Deno.test("top_messages counts texts word for word", async () => {
  assertEquals(
    await rows(
      "SELECT message, entries, round(share, 4), level FROM top_messages WHERE capture = 'before' LIMIT 2",
    ),
    [["idle", 3n, 0.4286, "info"], ["request 12 took 340 us", 1n, 0.1429, "info"]],
  );
});
