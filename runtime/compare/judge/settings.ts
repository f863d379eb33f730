/**
 * What the judge does when nobody says otherwise; `CALIBRATION.md` shows what these settings hold.
 * @module
 */
import type { JudgeSettings } from "./types.ts";

/** The defaults. `falseAlarm` is what the calibration is accepted by. */
export const JUDGE_DEFAULTS: Readonly<JudgeSettings> = {
  falseAlarm: 0.01,
  confidence: 0.95,
  permutations: 20_000,
  resamples: 200,
  seed: 20_260_301,
};
