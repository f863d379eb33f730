/**
 * Names of columns from the keys of arguments. A producer has made its keys unique already; a descriptor can come from anywhere. As
 * driver/reader/event_keys.c.
 *
 * @module
 */

/** Columns that every table of events has. */
const TAKEN_BY_ALL = new Set([
  "idx",
  "ts",
  "processor",
  "severity",
  "level",
  "pid",
  "tid",
  "capture",
  "site",
  "message",
]);

/** A name as SQL compares it: the case of ASCII letters does not count. */
export function foldName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** Keys as they stand in a descriptor, made fit to be columns of one table. */
export function makeUniqueKeys(keys: readonly string[]): string[] {
  const taken = new Set<string>();
  return keys.map((given, at) => {
    // deno-lint-ignore no-control-regex -- control characters are meant
    let key = given.replace(/[\x00-\x1f\x7f]/g, "_") || `arg${at + 1}`;
    if (TAKEN_BY_ALL.has(foldName(key))) key += "_";
    let unique = key;
    for (let number = 2; taken.has(foldName(unique)); number++) unique = `${key}_${number}`;
    taken.add(foldName(unique));
    return unique;
  });
}
