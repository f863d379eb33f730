/**
 * The interval of a proportion.
 * @module
 */
import { betaQuantile } from "./distributions.ts";

/**
 * Bounds of a proportion of which `cases` in `trials` were seen, each wrong with at most 1 − `confidence`: Clopper
 * and Pearson, Biometrika 26 (1934), 404–413.
 */
export function clopperPearson(
  cases: number,
  trials: number,
  confidence: number,
): [low: number, high: number] {
  return [
    cases === 0 ? 0 : betaQuantile(1 - confidence, cases, trials - cases + 1),
    cases === trials ? 1 : betaQuantile(confidence, cases + 1, trials - cases),
  ];
}
