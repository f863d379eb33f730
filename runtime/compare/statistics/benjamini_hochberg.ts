/**
 * Many tests at once.
 * @module
 */

/**
 * p values adjusted so that calling all below q significant has a false discovery rate of at most q: Benjamini and
 * Hochberg, Journal of the Royal Statistical Society B 57 (1995), 289–300; the step-up form of R's `p.adjust`.
 */
export function benjaminiHochberg(p: readonly number[]): number[] {
  const order = p.map((_, place) => place).sort((a, b) => p[b]! - p[a]!);
  const adjusted = new Array<number>(p.length);
  let least = 1;
  order.forEach((place, k) => {
    least = Math.min(least, p[place]! * p.length / (p.length - k));
    adjusted[place] = least;
  });
  return adjusted;
}
