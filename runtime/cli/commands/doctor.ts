import { resolve } from "@std/path";
import { bold, green, red, yellow } from "@std/fmt";
import { defineCommand } from "../command.ts";
import { applyColor, commonOptions, DEFAULT_DIR } from "../common_options.ts";
import { CHECKS, type Finding } from "../doctor/checks.ts";
import { print } from "../output.ts";

const MARKS: Record<Finding["state"], string> = { ok: "ok", warning: "note", missing: "missing" };

/** `doctor`: what is installed, what is missing, what to do. */
export const doctor = defineCommand({
  name: "doctor",
  summary: "Show what is installed, what is missing and what to do",
  options: commonOptions,
  async run(given) {
    applyColor(given);
    const dir = resolve(given.dir ?? DEFAULT_DIR);
    const findings: (Finding & { name: string })[] = [];
    for (const check of CHECKS) {
      const finding = { name: check.name, ...await look(check.run, dir) };
      findings.push(finding);
      if (!given.json && !(given.quiet && finding.state === "ok")) await print(line(finding));
    }
    const ok = findings.every(({ state }) => state !== "missing");
    if (given.json) await print(`${JSON.stringify({ ok, checks: findings }, null, 2)}\n`);
    return ok ? 0 : 1;
  },
});

/** A check that fails has found something out, too. */
async function look(run: (dir: string) => Promise<Finding>, dir: string): Promise<Finding> {
  try {
    return await run(dir);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { state: "missing", found: error.message };
  }
}

function line({ name, state, found, advice }: Finding & { name: string }): string {
  const paint = { ok: green, warning: yellow, missing: red }[state];
  const first = `${paint(MARKS[state].padEnd(8))}${bold(name)}: ${found}\n`;
  return advice === undefined ? first : `${first}        → ${advice}\n`;
}
