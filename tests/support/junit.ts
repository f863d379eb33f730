import type { SuiteCounts } from "./suite_counts.ts";

const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** The counts of a JUnit report as `deno test --junit-path` writes it. Steps count with the test that holds them. */
export function parseJunit(xml: string): SuiteCounts {
  let passed = 0;
  let failed = 0;
  const skipped: string[] = [];
  const names = new Set<string>();
  for (const [, attributes = "", empty, body = ""] of xml.matchAll(CASE)) {
    const name = decode(/\bname="([^"]*)"/.exec(attributes)?.[1] ?? "");
    const file = decode(/\bclassname="([^"]*)"/.exec(attributes)?.[1] ?? "").replace(/^\.\//, "");
    // A step is listed after its test as "test > step", and its failure fails the test.
    const isStep = [...name.matchAll(/ > /g)].some(({ index }) =>
      names.has(`${file}: ${name.slice(0, index)}`)
    );
    if (isStep) continue;
    names.add(`${file}: ${name}`);
    if (empty === undefined && /<(failure|error)\b/.test(body)) failed++;
    else if (empty === undefined && /<skipped\b/.test(body)) skipped.push(`${file}: ${name}`);
    else passed++;
  }
  return { passed, failed, skipped };
}

const CASE = /<testcase\b([^>]*?)(?:(\/)>|>([\s\S]*?)<\/testcase>)/g;

function decode(text: string): string {
  return text.replace(/&(\w+|#\d+);/g, (whole, name: string) => {
    if (name.startsWith("#")) return String.fromCodePoint(Number(name.slice(1)));
    return ENTITIES[name] ?? whole;
  });
}
