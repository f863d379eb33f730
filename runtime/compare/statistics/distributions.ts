/**
 * Quantiles of the distributions that intervals are made of, from jStat.
 *
 * The package holds JavaScript only, so each function is given its type here; `distributions_test.ts` compares them
 * with published tables.
 * @module
 */
import jstat from "jstat";

interface Distribution {
  cdf(x: number, ...parameters: number[]): number;
  inv(probability: number, ...parameters: number[]): number;
}

const { beta, chisquare, normal, studentt } = jstat as Record<
  "beta" | "chisquare" | "normal" | "studentt",
  Distribution
>;

/** The value below which a standard normal variable stays with this probability. */
export function normalQuantile(probability: number): number {
  return normal.inv(probability, 0, 1);
}

/** The probability that a standard normal variable is at most `x`. */
export function normalProbability(x: number): number {
  return normal.cdf(x, 0, 1);
}

/** Likewise of Student's t with so many degrees of freedom. */
export function studentQuantile(probability: number, degrees: number): number {
  return studentt.inv(probability, degrees);
}

/** Likewise of chi-squared; the degrees of freedom need not be whole. */
export function chiSquaredQuantile(probability: number, degrees: number): number {
  return degrees <= 0 ? 0 : chisquare.inv(probability, degrees);
}

/** Likewise of the beta distribution. */
export function betaQuantile(probability: number, a: number, b: number): number {
  return beta.inv(probability, a, b);
}
