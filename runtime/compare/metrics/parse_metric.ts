/**
 * Metrics as files: one SELECT, and in the comment before it what its rows mean. The form is told in queries/README.md.
 *
 * @module
 */
import { basename } from "@std/path";
import { MetricError } from "../../errors.ts";
import type { Metric, MetricKind, SmallestEffect } from "../judge/types.ts";

/**
 * What a lost entry can have done to the rows of a metric.
 *
 * - `counted`: nothing; they come from counters that know what is lost
 * - `hides`: it can have been one more value or case; of a plain value, it can have made it as much as its range allows
 * - `joins`: that, and two of them can have made one false value of two true ones, as where the end of a span and the begin of
 *   the next are missing
 */
export type LossRule = "counted" | "hides" | "joins";

/** A metric and how its file says that it is measured. */
export interface MetricFile {
  readonly metric: Metric;
  /** The SELECT, without its semicolon, with every line where it is in the file. */
  readonly sql: string;
  /** What the comment says first, for people. */
  readonly about: string;
  readonly loss: LossRule;
  /** What the values can be at all. */
  readonly range: readonly [lowest: number, highest: number];
  /** The value of a run whose SELECT gives no row for a dimension that others have; null: there is none. */
  readonly absent: number | null;
  /** A run with fewer rows says too little. */
  readonly atLeast: number;
}

/** What the file of a metric has to give, beside its dimensions, by its kind. */
export const COLUMNS: Readonly<
  Record<MetricKind, { readonly needed: readonly string[]; readonly allowed: readonly string[] }>
> = {
  quantile: { needed: ["ts", "value"], allowed: [] },
  rate: { needed: ["count"], allowed: ["exposure_ns"] },
  ratio: { needed: ["count", "trials"], allowed: [] },
  count: { needed: ["count"], allowed: [] },
  value: { needed: ["value"], allowed: ["count"] },
};

const RANGES: Readonly<Record<MetricKind, readonly [number, number]>> = {
  quantile: [0, Infinity],
  rate: [0, Infinity],
  ratio: [0, 1],
  count: [0, Infinity],
  value: [-Infinity, Infinity],
};

const NAME = /^[a-z][a-z0-9_]*$/;
const NUMBER = String.raw`[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?`;

/** The keys of the comment, each with what it may say. */
const KEYS = {
  title: "some words",
  unit: "ns, 1/s, …",
  kind: "quantile 0.99, rate, ratio, count or value",
  better: "lower, higher or same",
  "smallest effect": "5 %, 100 or, of a rate or ratio, 3 events, or several of them: 5 %, 100",
  gate: "yes or no",
  dimensions: "names of columns: event, processor",
  "at least": "a number of rows: 500",
  loss: "counted, hides or joins",
  range: "two numbers: 0 to 1",
  absent: "a number: 0",
} as const;
type Key = keyof typeof KEYS;
const NEEDED: readonly Key[] = ["title", "kind", "better", "smallest effect", "gate", "loss"];

interface Said {
  readonly text: string;
  readonly line: number;
}

/**
 * Reads the file of a metric; its name is that of the file.
 *
 * @throws {MetricError} It is none; the message has file, line and reason, one line each where there are several.
 */
export function parseMetric(path: string, text: string): MetricFile {
  const problems: string[] = [];
  const blame = (line: number, reason: string) => void problems.push(`${path}:${line}: ${reason}`);
  const name = basename(path, ".sql");
  if (!NAME.test(name)) {
    blame(1, `"${name}" is no name of a metric: the file's name is a-z, 0-9 and _, beginning with a letter`);
  }
  const { keys, about, bodyLine } = readComment(text, blame);
  for (const key of NEEDED) {
    if (!keys.has(key)) blame(1, `"-- ${key}: …" is missing: ${KEYS[key]}`);
  }
  /** What `read` makes of the text of a key; what it cannot read is blamed. */
  const take = <T>(key: Key, fallback: T, read: (text: string) => T | null): T => {
    const said = keys.get(key);
    if (said === undefined) return fallback;
    const value = read(said.text);
    if (value === null) blame(said.line, `"${key}: ${said.text}" is not understood: ${KEYS[key]}`);
    return value ?? fallback;
  };
  const kind = take("kind", { kind: "value" as MetricKind }, readKind);
  const metric: Metric = {
    name,
    title: take("title", name, (text) => text),
    unit: take("unit", "", (text) => text),
    ...kind,
    better: take<Metric["better"]>("better", "lower", (text) => oneOf(text, ["lower", "higher", "same"])),
    smallestEffect: take("smallest effect", {}, readEffect),
    gate: take("gate", false, readYes),
    dimensions: take<string[]>("dimensions", [], readNames),
    file: path,
  };
  const range = take("range", RANGES[metric.kind], readRange);
  const absent = take<number | null>(
    "absent",
    metric.kind === "count" || metric.kind === "rate" ? 0 : null,
    readNumber,
  );
  const atLeast = take("at least", 1, readCount);
  const loss = take<LossRule>("loss", "hides", (text) => oneOf(text, ["counted", "hides", "joins"]));
  if (problems.length === 0) {
    blameLoss({ kind: metric.kind, loss, range }, keys.get("loss")?.line ?? 1, blame);
    blameEvents(metric, keys.get("smallest effect")?.line ?? 1, blame);
  }
  const sql = bodyOf(text, bodyLine, blame);
  if (problems.length > 0) throw new MetricError(problems.join("\n"));
  return { metric, sql, about, loss, range, absent, atLeast };
}

function blameLoss(
  { kind, loss, range }: { kind: MetricKind; loss: LossRule; range: readonly [number, number] },
  line: number,
  blame: (line: number, reason: string) => void,
): void {
  if (kind === "value" && loss === "hides" && range[1] === Infinity) {
    blame(
      line,
      'what a lost entry adds to a value is not known: "loss: counted", or "range: 0 to 1" for the most that it can be',
    );
  } else if (loss === "joins" && kind !== "quantile") {
    blame(line, 'only the values of a quantile are joined by loss: "loss: hides"');
  }
}

function blameEvents(
  { kind, smallestEffect: { events } }: Metric,
  line: number,
  blame: (line: number, reason: string) => void,
): void {
  if (events === undefined || kind === "rate" || kind === "ratio") return;
  blame(line, `a ${kind} counts no events by time or trial: give the smallest effect as 5 % or in its unit`);
}

/** Reads the comment that the file begins with: some sentences, then keys, then the SELECT. */
function readComment(text: string, blame: (line: number, reason: string) => void) {
  const keys = new Map<Key, Said>();
  const about: string[] = [];
  const lines = text.split("\n");
  let at = 0;
  for (; at < lines.length && /^\s*(--.*)?$/.test(lines[at]!); at++) {
    const content = lines[at]!.trim().replace(/^--\s?/, "").trim();
    const [, key, said] = /^([a-z]+(?: [a-z]+)?):\s*(.*)$/.exec(content) ?? [];
    if (key === undefined) {
      if (content !== "" && keys.size === 0) about.push(content);
      else if (content !== "") {
        blame(at + 1, `"${content}" is no "key: …", and sentences come before the keys`);
      }
      continue;
    }
    if (!Object.hasOwn(KEYS, key)) {
      blame(at + 1, `unknown key "${key}": there are ${Object.keys(KEYS).join(", ")}`);
    } else if (keys.has(key as Key)) blame(at + 1, `"${key}" is said twice`);
    else if (said === undefined || said === "") blame(at + 1, `"${key}" says nothing: ${KEYS[key as Key]}`);
    else keys.set(key as Key, { text: said, line: at + 1 });
  }
  return { keys, about: about.join(" "), bodyLine: at };
}

function bodyOf(text: string, from: number, blame: (line: number, reason: string) => void): string {
  const lines = text.split("\n");
  const body = lines.slice(from).join("\n").trimEnd();
  if (body === "") blame(lines.length, "there is no SELECT behind the comment");
  else if (!/^\s*(SELECT|WITH|FROM|\()/i.test(body)) {
    blame(from + 1, "what stands behind the comment is no SELECT: a metric only asks");
  }
  return "\n".repeat(from) + body.replace(/;\s*$/, "");
}

function readKind(text: string): Pick<Metric, "kind" | "quantile"> | null {
  const [, quantile] = /^quantile (0?\.\d+)$/.exec(text) ?? [];
  if (quantile !== undefined) {
    const part = Number(quantile);
    return part > 0 && part < 1 ? { kind: "quantile", quantile: part } : null;
  }
  const kind = oneOf<MetricKind>(text, ["rate", "ratio", "count", "value"]);
  return kind === null ? null : { kind };
}

/** By what stands behind the number. */
const EFFECTS: Readonly<Record<string, keyof SmallestEffect>> = { "%": "relative", "event": "events" };

function readEffect(text: string): SmallestEffect | null {
  const effect: SmallestEffect = {};
  for (const part of text.split(",").map((part) => part.trim())) {
    const [, number, of = ""] = new RegExp(`^(${NUMBER})(\\s*%|\\s+events?)?$`).exec(part) ?? [];
    const size = Number(number);
    const which = EFFECTS[of.trim().replace(/s$/, "")] ?? "absolute";
    if (number === undefined || !(size > 0) || effect[which] !== undefined) return null;
    effect[which] = which === "relative" ? size / 100 : size;
  }
  return effect;
}

function readRange(text: string): [number, number] | null {
  const [, low, high] = new RegExp(`^(${NUMBER}) to (${NUMBER})$`).exec(text) ?? [];
  if (low === undefined || high === undefined || Number(low) >= Number(high)) return null;
  return [Number(low), Number(high)];
}

function readNumber(text: string): number | null {
  return new RegExp(`^${NUMBER}$`).test(text) ? Number(text) : null;
}

function readYes(text: string): boolean | null {
  return text === "yes" ? true : text === "no" ? false : null;
}

function readCount(text: string): number | null {
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : null;
}

function readNames(text: string): string[] | null {
  const names = text.split(",").map((name) => name.trim());
  const inputs = Object.values(COLUMNS).flatMap(({ needed, allowed }) => [...needed, ...allowed]);
  return names.every((name) => NAME.test(name) && !inputs.includes(name)) &&
      new Set(names).size === names.length
    ? names
    : null;
}

function oneOf<T extends string>(text: string, words: readonly T[]): T | null {
  return words.find((word) => word === text) ?? null;
}
