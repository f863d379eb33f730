/**
 * Compares two recordings of one tracepoint on one processor of which one began earlier and ended later.
 *
 * @module
 */

/** One event as both recordings can tell it. */
export interface TimedText {
  readonly text: string;
  readonly us: bigint;
}

/** Where the shorter recording lies in the longer one. */
export interface SameEvents {
  /** Events of the longer one before the shorter one begins; null: nowhere, they differ. */
  readonly before: number | null;
  /** What differs at the best place; empty otherwise. */
  readonly difference: string;
}

/** One recording rounds its times, the other one cuts them. */
const ROUNDED_US = 1n;

/**
 * Looks for `inner` as a whole in `outer`: an event more or less in the middle, another order or another field makes it fail. Events that all
 * read the same are told apart by their times: of each event `outer` is told first and `inner` next, however long the processor is taken from
 * them in between, and only then comes the next event.
 */
export function findSameEvents(outer: readonly TimedText[], inner: readonly TimedText[]): SameEvents {
  let best = { before: 0, common: -1 };
  for (let before = 0; before + inner.length <= outer.length; before++) {
    let common = 0;
    while (common < inner.length && isSame(outer[before + common]!.text, inner[common]!.text)) common++;
    if (common === inner.length && isInStep(outer.slice(before), inner)) return { before, difference: "" };
    if (common > best.common) best = { before, common };
  }
  return { before: null, difference: describe(outer, inner, best) };
}

/** The name of a task, which may have spaces, and what stands before and behind it. */
const NAME = /(\b(?:prev_|next_)?comm=)(.*?)(?= \w+=|$)/g;
/** What a new thread of the kernel is called until it gets a name of its own, perhaps between the probes of both recordings. */
const UNNAMED = "kthreadd";

function isSame(one: string, other: string): boolean {
  if (one === other) return true;
  if (!one.includes(UNNAMED) && !other.includes(UNNAMED)) return false;
  return withoutName(one, namesOf(other)) === withoutName(other, namesOf(one));
}

function namesOf(text: string): string[] {
  return [...text.matchAll(NAME)].map(([, , name = ""]) => name);
}

/** `text` with `*` for each name that is not known, here or in the other text at the same place. */
function withoutName(text: string, others: readonly string[]): string {
  let at = 0;
  return text.replaceAll(NAME, (found, key: string, name: string) => {
    const other = others[at++];
    return name === UNNAMED || other === UNNAMED ? `${key}*` : found;
  });
}

function isInStep(outer: readonly TimedText[], inner: readonly TimedText[]): boolean {
  return inner.every(({ us }, at) => {
    const next = outer[at + 1];
    return us + ROUNDED_US >= outer[at]!.us && (next === undefined || us <= next.us);
  });
}

function describe(
  outer: readonly TimedText[],
  inner: readonly TimedText[],
  { before, common }: { before: number; common: number },
): string {
  if (common < 0) return `${inner.length} events, of which the other recording has only ${outer.length}`;
  if (common === inner.length) return `${common} events that read the same at other times`;
  const [one, other] = [inner[common], outer[before + common]];
  return `after ${common} of ${inner.length}: ${one?.us} ${one?.text}; the other has ${other?.us} ${other?.text}`;
}
