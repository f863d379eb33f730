/**
 * Tables on a terminal: the only file that knows cli-table3.
 * @module
 */
import Table from "cli-table3";
import { bold } from "@std/fmt";

/** A column of a table. */
export interface TableColumn {
  title: string;
  /** Numbers stand to the right. Default: left. */
  align?: "left" | "right";
}

/** Options of {@link renderTable}. */
export interface TableOptions {
  /** Columns of the terminal: wider tables have their left-aligned columns cut. Default: no limit. */
  width?: number | undefined;
  /** The last row is a sum, set apart by a line. */
  total?: boolean;
}

const NARROWEST = 8;

/** Draws a table; every cell must be one line. The text ends without a line break. */
export function renderTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  options: TableOptions = {},
): string {
  const natural = draw(columns, rows, undefined);
  const widths = (natural[0] ?? "").slice(1, -1).split("┬").map((part) => part.length);
  const excess = (natural[0]?.length ?? 0) - (options.width ?? Infinity);
  const lines = excess > 0 ? draw(columns, rows, shrink(columns, widths, excess)) : natural;

  const rule = (lines[0] ?? "").replace("┌", "├").replaceAll("┬", "┼").replace("┐", "┤");
  lines.splice(2, 0, rule);
  if (options.total === true && rows.length > 1) lines.splice(lines.length - 2, 0, rule);
  return lines.join("\n");
}

function draw(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  widths: number[] | undefined,
): string[] {
  const table = new Table({
    head: columns.map((column) => bold(column.title)),
    colAligns: columns.map((column) => column.align ?? "left"),
    ...(widths === undefined ? {} : { colWidths: widths }),
    // One line between rows would double the height; the one below the head is put in afterwards.
    chars: { "mid": "", "left-mid": "", "mid-mid": "", "right-mid": "" },
    style: { head: [], border: [] },
  });
  table.push(...rows.map((row) => [...row]));
  return table.toString().split("\n");
}

/** Takes `excess` from the widest left-aligned columns, none below {@link NARROWEST}. */
function shrink(columns: readonly TableColumn[], widths: readonly number[], excess: number): number[] {
  const result = [...widths];
  for (let left = excess; left > 0; left--) {
    let widest = -1;
    for (const [at, column] of columns.entries()) {
      const width = result[at] ?? 0;
      if (column.align === "right" || width <= NARROWEST) continue;
      if (widest < 0 || width > (result[widest] ?? 0)) widest = at;
    }
    if (widest < 0) break;
    result[widest] = (result[widest] ?? 0) - 1;
  }
  return result;
}
