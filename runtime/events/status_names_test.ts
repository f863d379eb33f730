import { assert, assertEquals } from "@std/assert";
import { ERRNO_NAMES, HRESULT_NAMES, NTSTATUS_NAMES } from "./status_names.ts";

/** The tables of the native reader in the order of their source: errno, NTSTATUS, HRESULT. */
async function tablesInC(): Promise<[number, string][][]> {
  const source = await Deno.readTextFile(new URL("../../driver/reader/event_names.c", import.meta.url));
  return source.split("static const number_name_t").slice(1).map((table) =>
    [...table.matchAll(/\{(\w+), "(\w+)"\},/g)].map(([, number, name]) => [Number(number), name ?? ""])
  );
}

Deno.test("both readers know the same names of errors, and C finds them by halving", async () => {
  const inC = await tablesInC();
  assertEquals(inC, [ERRNO_NAMES, NTSTATUS_NAMES, HRESULT_NAMES].map((names) => [...names]));
  for (const table of inC) {
    for (const [at, [number]] of table.entries()) {
      assert(at === 0 || number > table[at - 1]![0], `${number} stands behind a larger one`);
    }
  }
});

Deno.test("no name is longer than the native reader has room for, and none is given twice", () => {
  for (const names of [ERRNO_NAMES, NTSTATUS_NAMES, HRESULT_NAMES]) {
    for (const name of names.values()) assert(name.length < 63, name);
    assertEquals(new Set(names.values()).size, names.size);
  }
});
