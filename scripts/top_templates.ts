/**
 * What is logged most, numbers and addresses aside; with a second capture, which messages are new in it.
 *
 *     deno task run scripts/top_templates.ts CAPTURE [NEWER_CAPTURE]
 *
 * @module
 */
import { openStore } from "@ringscope/ringscope";

const [path, newer] = Deno.args;
if (path === undefined) {
  console.error("usage: top_templates.ts CAPTURE [NEWER_CAPTURE]");
  Deno.exit(2);
}

await using store = await openStore(newer === undefined ? [path] : [path, newer]);
const [first, second] = store.captures.map(({ name }) => name);
const print = async (title: string, query: string, params: unknown[]) => {
  const { rows } = await store.query(query, params);
  console.log(`\n${title}\n`);
  for (const [entries, level, template] of rows) {
    console.log(`${String(entries).padStart(12)}  ${String(level).padEnd(5)}  ${template}`);
  }
};
await print(
  `The most frequent messages of ${first}:`,
  "SELECT entries, level, template FROM message_templates WHERE capture = ? LIMIT 20",
  [first],
);
if (second !== undefined) {
  await print(
    `New in ${second}:`,
    "SELECT entries, level, template FROM new_templates(?, ?) LIMIT 20",
    [first, second],
  );
}
