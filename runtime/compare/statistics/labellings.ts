/**
 * The ways in which runs can be called base and candidate: what a permutation test goes through.
 * @module
 */
import { Random } from "./random.ts";

/** The ways to choose `chosen` of `all`. */
export function choose(all: number, chosen: number): number {
  let ways = 1;
  for (let k = 1; k <= chosen; k++) ways = ways * (all - chosen + k) / k;
  return Math.round(ways);
}

/** Labellings of `base + candidate` runs; each lists the places of the runs that it calls candidates. */
export interface Labellings {
  readonly base: number;
  readonly candidate: number;
  readonly all: readonly Uint16Array[];
  /** Whether `all` has every labelling once; otherwise it is drawn, with the true one at its beginning. */
  readonly exact: boolean;
}

/**
 * Every labelling when there are at most `most`, otherwise that many drawn ones. The true one, in which the last
 * `candidate` places are the candidates, is among them, so that a p value can never be 0: Phipson and Smyth,
 * Statistical Applications in Genetics and Molecular Biology 9 (2010), article 39.
 */
export function labellingsOf(base: number, candidate: number, most: number, seed: number): Labellings {
  const key = [base, candidate, most, seed].join();
  if (lastMade?.key !== key) lastMade = { key, made: makeLabellings(base, candidate, most, seed) };
  return lastMade.made;
}

/** Metrics of one comparison mostly have the same numbers of runs, and labellings are never changed. */
let lastMade: { key: string; made: Labellings } | undefined;

function makeLabellings(base: number, candidate: number, most: number, seed: number): Labellings {
  const runs = base + candidate;
  const exact = choose(runs, candidate) <= most;
  return {
    base,
    candidate,
    exact,
    all: exact ? everyLabelling(runs, candidate) : draw(runs, candidate, most, seed),
  };
}

/** In lexicographic order. */
function everyLabelling(runs: number, chosen: number): Uint16Array[] {
  const found: Uint16Array[] = [];
  const places = Uint16Array.from({ length: chosen }, (_, k) => k);
  while (true) {
    found.push(places.slice());
    let k = chosen - 1;
    while (k >= 0 && places[k] === runs - chosen + k) k--;
    if (k < 0) return found;
    places[k]!++;
    for (let next = k + 1; next < chosen; next++) places[next] = places[next - 1]! + 1;
  }
}

function draw(runs: number, chosen: number, count: number, seed: number): Uint16Array[] {
  const random = new Random(seed);
  const order = Uint16Array.from({ length: runs }, (_, place) => place);
  const found = [order.slice(runs - chosen)];
  while (found.length < count) {
    for (let k = 0; k < chosen; k++) {
      const other = k + random.below(runs - k);
      [order[k], order[other]] = [order[other]!, order[k]!];
    }
    found.push(order.slice(0, chosen));
  }
  return found;
}
