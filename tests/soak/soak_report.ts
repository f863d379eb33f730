/**
 * The account of a soak, as a table, and the verdict.
 * @module
 */
import { formatCount, formatSize } from "../../runtime/cli/format_number.ts";
import { renderTable, type TableColumn } from "../../runtime/cli/table.ts";
import { addLaps, type Lap, NO_LAP, WAYS } from "./lap.ts";
import { KINDS } from "./phase_settings.ts";
import type { Phase, Soak } from "./soak.ts";

const COUNTS = ["attempts", ...WAYS, "late", "stalled"] as const;

/** Everything that is wrong, one line each. */
export function faultsOf({ phases }: Soak): string[] {
  const found: string[] = [];
  phases.forEach(({ settings, sum, unbalanced, complaints }, n) => {
    const name = `phase ${n + 1} (${KINDS[settings.kind]}, seed ${settings.seed})`;
    if (unbalanced > 0) found.push(`${name}: the account of ${unbalanced} laps does not close`);
    if (complaints !== "") found.push(`${name}: ${complaints}`);
    else if (sum.findings > 0) found.push(`${name}: ${sum.findings} findings`);
  });
  if (phases.length === 0) found.push("no phase has run");
  return found;
}

/** All phases together. */
export function totalOf({ phases }: Soak): Lap {
  return phases.reduce((sum, phase) => addLaps(sum, phase.sum), NO_LAP);
}

/** What a phase is like, in a few words. */
export function describePhase({ settings }: Pick<Phase, "settings">): string {
  const { rings, producers, threads } = settings;
  return `${KINDS[settings.kind]}; ${rings} × ${
    formatSize(settings["ring-bytes"])
  }; ${producers} × ${threads} threads`;
}

/** The table and what follows it, ending with a line break. */
export function soakReport(soak: Soak): string {
  const columns: TableColumn[] = [
    { title: "phase" },
    ...COUNTS.map((name): TableColumn => ({ title: name.replace("_", " "), align: "right" })),
  ];
  const cells = (lap: Lap) => COUNTS.map((name) => formatCount(lap[name]));
  const total = totalOf(soak);
  const lines = [
    renderTable(columns, [
      ...soak.phases.map((phase, n) => [`${n + 1}: ${describePhase(phase)}`, ...cells(phase.sum)]),
      ["all", ...cells(total)],
    ], { total: true }),
    `${formatCount(total.killed_producers)} producers and ${
      formatCount(total.killed_readers)
    } readers killed, ` +
    `${formatCount(total.ended_readers)} readers ended and followed, ` +
    `${formatCount(total.stopped_writers)} writers made to stand still`,
    ...[...soak.missing].map(([kind, reason]) => `not run: ${KINDS[kind]}: ${reason}`),
  ];
  const faults = faultsOf(soak);
  lines.push(faults.length === 0 ? "every account closes, and the oracle found nothing" : faults.join("\n"));
  return `${lines.join("\n")}\n`;
}
