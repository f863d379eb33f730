/**
 * `deno task soak`: producers and readers that are killed, stopped and slowed down for as long as one likes, and the account at the
 * end.
 * @module
 */
import { CliError } from "../../runtime/errors.ts";
import { defineCommand, value } from "../../runtime/cli/command.ts";
import { applyColor } from "../../runtime/cli/common_options.ts";
import { formatCount } from "../../runtime/cli/format_number.ts";
import { print } from "../../runtime/cli/output.ts";
import { reportFailure } from "../../runtime/cli/report_failure.ts";
import { createStatusLine } from "../../runtime/cli/status_line.ts";
import { listenForStop } from "../../runtime/cli/stop_signals.ts";
import { runSoak } from "./soak.ts";
import { describePhase, faultsOf, soakReport } from "./soak_report.ts";

const DEFAULT_MINUTES = 10;

function positive(text: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new RangeError(`"${text}" is no number above 0`);
  return number;
}

const soak = defineCommand({
  name: "soak",
  summary: "Put the rings under stress with faults, for a while, and print the account",
  options: {
    minutes: value("--minutes <n>", `how long (default: ${DEFAULT_MINUTES})`, positive),
    seed: value("--seed <n>", "what chance starts from (default: drawn)", positive),
  },
  help:
    "Ctrl-C ends it whole: the account of what has run is printed. The exit status is 1 when something is wrong.",
  async run({ minutes = DEFAULT_MINUTES, seed = 1 + Math.floor(Math.random() * 1e6) }, { operands }) {
    applyColor({ color: "auto" });
    if (operands.length > 0) throw new CliError(`unexpected argument "${operands[0]}"`);
    const status = createStatusLine({ enabled: true });
    using stop = listenForStop({ onInsist: () => Deno.exit(130) });
    const startedMs = performance.now();
    const elapsed = () => `${((performance.now() - startedMs) / 60_000).toFixed(1)} of ${minutes} min`;
    let count = 0;
    const found = await runSoak({
      seconds: minutes * 60,
      seed,
      signal: stop.signal,
      onProgress: (settings, attempts) =>
        status.show(
          `${elapsed()} · phase ${count + 1}: ${describePhase({ settings })} · ${
            formatCount(attempts)
          } attempts`,
        ),
      onPhase: (phase) => {
        count++;
        status.clear();
        const { attempts } = phase.sum;
        const verdict = phase.complaints === "" && phase.unbalanced === 0 ? "well" : "NOT WELL";
        console.error(
          `${elapsed()} · phase ${count}: ${describePhase(phase)} · ${
            formatCount(attempts)
          } attempts · ${verdict}`,
        );
      },
    });
    status.clear();
    await print(`seed ${seed}\n${soakReport(found)}`);
    return faultsOf(found).length === 0 ? 0 : 1;
  },
});

if (import.meta.main) {
  try {
    Deno.exitCode = await soak.run(Deno.args);
  } catch (error) {
    Deno.exitCode = reportFailure(error);
  }
}
