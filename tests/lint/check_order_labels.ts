import { type Breach, lineOf, type Source } from "./sources.ts";

const DESIGN = "driver/DESIGN.md";
const CODE = /^driver\/.*\.[ch]$/;
const COMMENT = /\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;
const LABEL = /\b([A-Z]{1,2}\d{1,2})([ab]):/g;
const ROW = /^\|\s*\[?`?([A-Z]{1,2}\d{1,2})`?\]?\s*\|/gm;

interface Use {
  readonly path: string;
  readonly line: number;
  readonly end: string;
}

/**
 * Breaches of the agreement between the order pairs of driver/DESIGN.md (a table row begins with the label: `| P1 |`) and the
 * comments in the code (`P1a:` at the one end, `P1b:` at the other): every label in the code is in the table, and every row of
 * the table stands at both ends in the code.
 */
export function checkOrderLabels(sources: readonly Source[]): Breach[] {
  const uses = new Map<string, Use[]>();
  for (const source of sources) {
    if (CODE.test(source.path)) collectUses(source, uses);
  }
  const design = sources.find(({ path }) => path === DESIGN);
  if (design === undefined) {
    return uses.size === 0
      ? []
      : [{ path: DESIGN, line: 1, message: "missing, and the code has order labels" }];
  }
  const rows = new Map(
    [...design.text.matchAll(ROW)].map((match) => [match[1] ?? "", lineOf(design.text, match.index)]),
  );
  return [...inCodeOnly(uses, rows), ...notAtBothEnds(uses, rows)];
}

function collectUses({ path, text }: Source, uses: Map<string, Use[]>): void {
  for (const comment of text.matchAll(COMMENT)) {
    for (const match of comment[0].matchAll(LABEL)) {
      const [, label = "", end = ""] = match;
      const use = { path, line: lineOf(text, comment.index + match.index), end };
      uses.set(label, [...uses.get(label) ?? [], use]);
    }
  }
}

function inCodeOnly(uses: ReadonlyMap<string, Use[]>, rows: ReadonlyMap<string, number>): Breach[] {
  return [...uses].filter(([label]) => !rows.has(label)).flatMap(([label, places]) =>
    places.map(({ path, line, end }) => ({
      path,
      line,
      message: `order label ${label}${end} is not in the table of order pairs in ${DESIGN}`,
    }))
  );
}

function notAtBothEnds(uses: ReadonlyMap<string, Use[]>, rows: ReadonlyMap<string, number>): Breach[] {
  return [...rows].flatMap(([label, line]) =>
    ["a", "b"].filter((end) => !(uses.get(label) ?? []).some((use) => use.end === end)).map((end) => ({
      path: DESIGN,
      line,
      message: `order pair ${label} has no end ${label}${end} in the code`,
    }))
  );
}
