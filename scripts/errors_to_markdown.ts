/**
 * Each error of a capture with what was logged before and after it on all processors, as Markdown for a bug report.
 *
 *     deno task run scripts/errors_to_markdown.ts CAPTURE [ENTRIES_BEFORE]
 *
 * @module
 */
import { openCapture } from "@ringscope/ringscope";

const [path, before = "10"] = Deno.args;
if (path === undefined) {
  console.error("usage: errors_to_markdown.ts CAPTURE [ENTRIES_BEFORE]");
  Deno.exit(2);
}

interface Line {
  error_idx: bigint;
  offset_entries: bigint;
  offset_ns: bigint;
  processor: number;
  level: string;
  message: string | null;
}

await using log = await openCapture(path);
const rows = await log.sql<Line>`
  SELECT error_idx, offset_entries, offset_ns, processor, level, message
  FROM errors_with_context(entries_before := ${Number(before)}) ORDER BY error_idx, offset_entries`;
console.log(`# Errors of ${log.name}`);
for (const [idx, lines] of Map.groupBy(rows, ({ error_idx }) => error_idx)) {
  const error = lines.find(({ offset_entries }) => offset_entries === 0n);
  console.log(`\n## ${error?.message ?? "(data)"} (idx ${idx})\n\n\`\`\`text`);
  for (const { offset_ns, processor, level, message } of lines) {
    console.log(
      `${(Number(offset_ns) / 1e3).toFixed(1).padStart(12)} us  [${processor}] ${level.padEnd(5)} ${
        message ?? "(data)"
      }`,
    );
  }
  console.log("```");
}
if (rows.length === 0) console.log("\nThere are none.");
