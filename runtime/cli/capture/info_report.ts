import { bold, green, red, yellow } from "@std/fmt";
import { shellQuote, terminalWidth } from "../common_options.ts";
import { formatCount, formatSeconds, formatSize } from "../format_number.ts";
import { printable, toJsonValue } from "../format_value.ts";
import { renderTable, type TableColumn } from "../table.ts";
import type { CaptureFacts } from "./capture_facts.ts";

const columns = (...titles: string[]) => titles.map((title): TableColumn => ({ title, align: "right" }));

/** What `info` prints for people: first whether the numbers may be trusted, then where they come from. */
export function infoReport(facts: CaptureFacts): string {
  const isFiltered = facts.processors.some(({ filtered }) => filtered > 0n);
  const rows = facts.processors.map((one) => [
    String(one.processor),
    formatCount(one.attempts),
    formatCount(one.read),
    ...(isFiltered ? [formatCount(one.filtered)] : []),
    formatCount(one.lost),
  ]);
  const table = columns("processor", "attempts", "read", ...(isFiltered ? ["filtered"] : []), "lost");
  const fields = describe(facts);
  const width = Math.max(...fields.map(([name]) => name.length)) + 2;
  return [
    ...verdict(facts),
    "",
    ...fields.map(([name, text]) => name.padEnd(width) + printable(text)),
    "",
    ...(rows.length === 0 ? [] : [renderTable(table, rows, { width: terminalWidth() }), ""]),
    ...facts.warnings.map((warning) => `${yellow("warning:")} ${printable(warning)}`),
  ].join("\n").trimEnd() + "\n";
}

function verdict({ name, trustworthy, reasons, state }: CaptureFacts): string[] {
  if (trustworthy) return [`${bold(name)}: ${green("trustworthy")}, nothing speaks against its numbers`];
  // A capture that is still being written has not had the chance to end in order.
  const head = state === "recording" ? yellow("still being recorded") : red("not trustworthy as it is");
  return [`${bold(name)}: ${head}`, ...reasons.map((reason) => `  - ${printable(reason)}`)];
}

function describe({ info, path, state, entries, bytes }: CaptureFacts): [string, string][] {
  const { started, stopped } = info;
  const ms = started === null || stopped === null ? null : Date.parse(stopped) - Date.parse(started);
  return [
    ["state", state],
    ["entries", `${formatCount(entries)}, ${formatSize(bytes)}`],
    ...retiredField(info),
    ["started", started ?? "–"],
    ["stopped", ms === null ? "–" : `${stopped} (after ${formatSeconds(ms / 1000)})`],
    ["host", [info.host, info.os, info.arch].filter((part) => part !== "").join(", ") || "–"],
    ["processors", String(info.processors)],
    [
      "rings",
      `${info.ringCount} of ${formatSize(Number(info.ringBytes))}, ${info.mode} mode, ${info.order} order, ` +
      `clock ${info.clockKind} at ${(Number(info.ticksPerSecond) / 1e6).toFixed(0)} MHz`,
    ],
    ["command", info.commandLine.map(shellQuote).join(" ")],
    ["ringscope", `${info.version}, driver ${info.driver}${info.abi === "" ? "" : `, ABI ${info.abi}`}`],
    ["folder", path],
  ];
}

function retiredField({ retired }: CaptureFacts["info"]): [string, string][] {
  const { segments, entries, bytes, lastNs } = retired;
  if (segments === 0) return [];
  const until = lastNs === null
    ? ""
    : `, until ${Temporal.Instant.fromEpochNanoseconds(lastNs).toString({ fractionalSecondDigits: 9 })}`;
  return [["retired", `${formatCount(entries)}, ${formatSize(Number(bytes))}, ${segments} segments${until}`]];
}

/** What `info` prints for machines. */
export function infoJson(facts: CaptureFacts): string {
  const { info } = facts;
  const object = {
    health: { trustworthy: facts.trustworthy, reasons: facts.reasons },
    name: facts.name,
    path: facts.path,
    state: facts.state,
    entries: toJsonValue(facts.entries, "UBIGINT"),
    bytes: facts.bytes,
    retired: {
      segments: info.retired.segments,
      entries: toJsonValue(info.retired.entries, "UBIGINT"),
      bytes: toJsonValue(info.retired.bytes, "UBIGINT"),
      last_idx: info.retired.lastIdx === null ? null : toJsonValue(info.retired.lastIdx, "UBIGINT"),
      until_ns: info.retired.lastNs === null ? null : String(info.retired.lastNs),
    },
    id: info.id,
    started: info.started,
    stopped: info.stopped,
    host: info.host,
    os: info.os,
    arch: info.arch,
    processors: facts.processors.map(({ processor, attempts, read, lost, filtered }) => ({
      processor,
      attempts: toJsonValue(attempts, "UBIGINT"),
      read: toJsonValue(read, "UBIGINT"),
      filtered: toJsonValue(filtered, "UBIGINT"),
      lost: toJsonValue(lost, "UBIGINT"),
    })),
    abi: info.abi,
    driver: info.driver,
    version: info.version,
    mode: info.mode,
    order: info.order,
    clock: info.clockKind,
    ring_count: info.ringCount,
    ring_bytes: toJsonValue(info.ringBytes, "UBIGINT"),
    rings: info.rings,
    command_line: info.commandLine,
    warnings: facts.warnings,
  };
  return `${JSON.stringify(object, null, 2)}\n`;
}
