import { CliError } from "../../errors.ts";
import { defineCommand, flag } from "../command.ts";
import { applyColor, commonOptions, terminalWidth } from "../common_options.ts";
import { describeObject } from "../library/explained_object.ts";
import { exampleCommands, explainLibrary, explainObject } from "../library/explain_library.ts";
import { readLibraryFile } from "../library/library_file.ts";
import { type LibraryObject, readLibrary } from "../library/library_objects.ts";
import { print } from "../output.ts";
import { taskCommand } from "../user_folder.ts";

const HELP = `Examples:
  deno task queries                             every view and macro, by folder
  deno task queries bursts                      what a row of it is, its columns, an example
  deno task queries --sql entries_around        and its SQL
  deno task sql --query bursts                  its rows, for the newest capture`;

/** `queries`: the SQL library, explained. */
export const queries = defineCommand({
  name: "queries",
  summary: "List and explain the views and macros that sql knows",
  usage: "[NAME]",
  options: { sql: flag("--sql", "show the SQL that defines it"), ...commonOptions },
  help: HELP,
  async run(given, { operands: [name, ...others] }) {
    if (others.length > 0) {
      throw new CliError(`one name at a time: "${others[0]}" is the second (without a name, all are listed)`);
    }
    if (name === undefined && given.sql) throw new CliError("--sql shows one view or macro: name it");
    applyColor(given);
    const wanted = name === undefined ? null : (await readLibraryFile(name)).name;
    const { openStore } = await import("../../store/store.ts");
    // Without a capture the tables are empty, and everything that is told of them is there.
    await using store = await openStore([]);
    const ask = async (text: string) => (await store.query(text)).rows;
    const objects = await readLibrary(ask);
    const width = terminalWidth();
    const found = objects.find((one) => one.name === wanted);
    if (found === undefined) {
      const list = objects.filter((one) => !one.name.startsWith("_"));
      await print(given.json ? toJson(list.map(briefly)) : explainLibrary(list, { width }));
      return 0;
    }
    const object = await describeObject(found, ask);
    const { described: parameters, columns, source } = object;
    const examples = exampleCommands(object, taskCommand());
    await print(
      given.json
        ? toJson({ ...briefly(object), parameters, columns, examples, ...(given.sql && { sql: source }) })
        : explainObject(object, { width, task: taskCommand(), sql: given.sql }),
    );
    return 0;
  },
});

function briefly({ name, kind, folder, comment, parameters }: LibraryObject): Record<string, unknown> {
  return { name, kind, folder, comment, parameters };
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
