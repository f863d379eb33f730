import { assertEquals } from "@std/assert";
import { describeObject } from "../../runtime/cli/library/explained_object.ts";
import { readLibraryFile } from "../../runtime/cli/library/library_file.ts";
import { readLibrary } from "../../runtime/cli/library/library_objects.ts";
import { libraryQuery } from "../../runtime/cli/library/library_query.ts";
import { PARAMETER_KINDS } from "../../runtime/cli/library/library_parameters.ts";
import { toLiteral } from "../../runtime/store/sql_literal.ts";
import { openLibrary } from "./open_library.ts";

const library = await openLibrary({ boot: {} }, ["wasm"]);
const ask = (query: string) => library.rows(query);
const objects = await readLibrary(ask);

Deno.test("what is read from a file is what the database says of the object", async () => {
  for (const { name, kind, parameters } of objects) {
    const file = await readLibraryFile(name);
    assertEquals([file.kind, file.parameters.map((one) => one.name)], [kind, [...parameters]], name);
  }
});

Deno.test("every macro that gives rows takes a sample of each of its parameters' kinds", async () => {
  const macros = objects.filter(({ kind }) => kind === "table macro");
  assertEquals(macros.length >= 4, true);
  for (const { name } of macros) {
    const file = await readLibraryFile(name);
    assertEquals(
      file.parameters.filter(({ kind }) => kind === "text"),
      [],
      `${name}: the kind follows from the name`,
    );
    const given = file.parameters.map((one) => `${one.name}=${PARAMETER_KINDS[one.kind].sample}`);
    const { text, params } = libraryQuery(file, given);
    await ask(text.replaceAll(/\$(\d+)/g, (_, at) => toLiteral(params[at - 1])));
  }
});

Deno.test("every macro that gives rows tells its columns", async () => {
  for (const object of objects.filter(({ kind }) => kind === "table macro")) {
    const { columns } = await describeObject(object, ask);
    assertEquals(columns.length > 1, true, object.name);
  }
});
