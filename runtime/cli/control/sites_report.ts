/**
 * Call sites and rules as `control` shows them.
 * @module
 */
import { bold, dim, yellow } from "@std/fmt";
import { EntryKind, Level as SiteLevel, Severity, SiteRole } from "../../abi/layout.ts";
import { LEVELS } from "../../log_entry.ts";
import type { ListedSite, RingSites } from "../../sites/ring_sites.ts";
import { matchesSite, parseSitePattern } from "../../sites/site_pattern.ts";
import { terminalWidth } from "../common_options.ts";
import { formatCount } from "../format_number.ts";
import { printable } from "../format_value.ts";
import { renderTable, type TableColumn } from "../table.ts";
import type { Change } from "./changes.ts";

const COLUMNS: readonly TableColumn[] = [
  { title: "site", align: "right" },
  { title: "name" },
  { title: "kind" },
  { title: "writes" },
  { title: "severity" },
  { title: "place" },
  { title: "format" },
];
const STORED: TableColumn = { title: "stored", align: "right" };

/** What a site or rule writes: `off`, or the name of the least level. Nobody has decided: everything. */
export function levelName(level: number): string {
  return level === SiteLevel.off ? "off" : LEVELS[level - 1] ?? "trace";
}

/** How many sites a pattern means now; of null, those that no rule means. */
export function countMatches({ sites, rules }: RingSites, pattern: string | null): number {
  const encoder = new TextEncoder();
  const matches = (pattern: string) => {
    const parsed = parseSitePattern(pattern);
    return ({ name, file, line }: ListedSite) =>
      matchesSite(parsed, { name: encoder.encode(name), file: encoder.encode(file), line });
  };
  if (pattern !== null) return sites.filter(matches(pattern)).length;
  const ruled = rules.map((rule) => matches(rule.pattern));
  return sites.filter((site) => !ruled.some((matches) => matches(site))).length;
}

/** One line for each change, and one about where everything stands. */
export function changesReport(changes: readonly Change[], isReset: boolean, sites: RingSites): string {
  const lines = changes.map(({ pattern, level }) => {
    const what = pattern === null ? "whatever no rule names" : bold(printable(pattern));
    const count = countMatches(sites, pattern);
    const waits = count === 0 && pattern !== null
      ? dim(" (none yet: the rule waits for those that come)")
      : "";
    return `${writes(level)}: ${what}, ${plural(count, "site")}${waits}`;
  });
  if (isReset) lines.unshift("all rules are taken back");
  return [...lines, summary(sites), ""].join("\n");
}

function writes(level: number): string {
  if (level === SiteLevel.off) return "off";
  return level <= Severity.trace ? "everything" : `${levelName(level)} and above`;
}

function summary({ sites, rules }: RingSites): string {
  const off = sites.filter(({ level }) => level === SiteLevel.off).length;
  const some = sites.filter(({ level }) => level > Severity.trace && level < SiteLevel.off).length;
  return `${plural(sites.length, "site")} by ${plural(rules.length, "rule")}: ${
    sites.length - off - some
  } write everything, ` +
    `${some} by level, ${off} nothing`;
}

/** The table of sites, and below it the rules. */
export function sitesReport(found: RingSites, stored: ReadonlyMap<number, bigint> | null): string {
  const { sites, rules, defaultLevel, refused, isSettled } = found;
  const rows = sites.map((site) => [
    String(site.number),
    printable(site.name),
    kindName(site),
    site.level === SiteLevel.off ? yellow("off") : levelName(site.level),
    site.severity === 0 ? "–" : levelName(site.severity),
    printable(placeOf(site)),
    printable(site.format),
    ...(stored === null
      ? []
      : [site.kind === EntryKind.event ? formatCount(stored.get(site.number) ?? 0) : "–"]),
  ]);
  const columns = stored === null ? COLUMNS : [...COLUMNS, STORED];
  const width = Math.max(0, ...rules.map(({ pattern }) => printable(pattern).length));
  return [
    sites.length === 0
      ? "no site has been registered yet: each is when it is called for the first time"
      : renderTable(columns, rows, { width: terminalWidth() }),
    ...rules.map(({ pattern, level }) => `${printable(pattern).padEnd(width)}  ${writes(level)}`),
    `${rules.length === 0 ? "no rules" : "otherwise"}: ${writes(defaultLevel)}`,
    ...(refused === 0n ? [] : [
      yellow(
        `${
          plural(Number(refused), "site")
        } could not be registered: no room in the table, or a format that cannot be`,
      ),
    ]),
    ...(isSettled
      ? []
      : [yellow("the rules are being changed, or whoever changed them died over it: set one again")]),
    "",
  ].join("\n");
}

function kindName({ kind, role }: ListedSite): string {
  if (kind === EntryKind.text) return "text";
  if (kind === EntryKind.data) return "data";
  return role === SiteRole.begin ? "begin" : role === SiteRole.end ? "end" : "event";
}

/** `file:line` as patterns are compared with it. */
function placeOf({ file, line }: ListedSite): string {
  return `${file.split(/[\\/]/).at(-1)}:${line}`;
}

function plural(count: number, what: string): string {
  return `${formatCount(count)} ${what}${count === 1 ? "" : "s"}`;
}

/** The same for machines. */
export function sitesJson(
  found: RingSites,
  stored: ReadonlyMap<number, bigint> | null,
): Record<string, unknown> {
  return {
    settled: found.isSettled,
    rules: found.rules.map(({ pattern, level }) => ({ pattern, level: levelName(level) })),
    default_level: levelName(found.defaultLevel),
    refused: Number(found.refused),
    sites: found.sites.map((site) => ({
      number: site.number,
      name: site.name,
      kind: kindName(site),
      level: levelName(site.level),
      severity: site.severity === 0 ? null : levelName(site.severity),
      file: site.file,
      line: site.line,
      function: site.function,
      format: site.format,
      ...(stored === null
        ? {}
        : { stored: site.kind === EntryKind.event ? Number(stored.get(site.number) ?? 0n) : null }),
    })),
  };
}
