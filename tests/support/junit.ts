import type { SuiteCounts } from "./suite_counts.ts";

const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** As much of a failure's message as is told again at the end. */
const MESSAGE_LINES = 12, LINE_LENGTH = 300;

/**
 * The counts of a JUnit report as `deno test --junit-path` writes it. Steps count with the test that holds them; those that failed are named
 * beside it.
 */
export function parseJunit(xml: string): SuiteCounts {
  let passed = 0;
  let failed = 0;
  const failures: string[] = [];
  const skipped: string[] = [];
  const names = new Set<string>();
  for (const [, attributes = "", empty, body = ""] of xml.matchAll(CASE)) {
    const name = decode(/\bname="([^"]*)"/.exec(attributes)?.[1] ?? "");
    const file = decode(/\bclassname="([^"]*)"/.exec(attributes)?.[1] ?? "").replace(/^\.\//, "");
    // A step is listed after its test as "test > step", and its failure fails the test.
    const isStep = [...name.matchAll(/ > /g)].some(({ index }) =>
      names.has(`${file}: ${name.slice(0, index)}`)
    );
    const failure = empty === undefined ? FAILURE.exec(body) : null;
    if (failure !== null) {
      failures.push(`${file}: ${name}\n${cut(decode(failure[1] ?? ""))}`.trimEnd());
    }
    if (isStep) continue;
    names.add(`${file}: ${name}`);
    if (failure !== null) failed++;
    else if (empty === undefined && /<skipped\b/.test(body)) skipped.push(`${file}: ${name}`);
    else passed++;
  }
  return { passed, failed, failures, skipped };
}

const CASE = /<testcase\b([^>]*?)(?:(\/)>|>([\s\S]*?)<\/testcase>)/g;
const FAILURE = /<(?:failure|error)\b(?: message="([^"]*)")?/;

function cut(message: string): string {
  const lines = message.split("\n").filter((line) => line.trim() !== "").slice(0, MESSAGE_LINES);
  return lines.map((line) => `    ${line.slice(0, LINE_LENGTH)}`).join("\n");
}

function decode(text: string): string {
  return text.replace(/&(\w+|#\d+);/g, (whole, name: string) => {
    if (name.startsWith("#")) return String.fromCodePoint(Number(name.slice(1)));
    return ENTITIES[name] ?? whole;
  });
}
