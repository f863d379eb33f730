/**
 * What a check found wrong, by rule; empty when all is well.
 * @module
 */

const SHOWN = 5;

/** Collects violations. Keeps a few examples of each rule and counts the rest. */
export class Findings {
  readonly #examples = new Map<string, string[]>();
  readonly #counts = new Map<string, number>();

  /** Notes a violation of `rule`. `detail` is called only for those that are shown. */
  add(rule: string, detail: () => string): void {
    const count = (this.#counts.get(rule) ?? 0) + 1;
    this.#counts.set(rule, count);
    if (count > SHOWN) return;
    const examples = this.#examples.get(rule) ?? [];
    examples.push(detail());
    this.#examples.set(rule, examples);
  }

  /** Notes a violation unless the two are equal. */
  equal(rule: string, actual: number, expected: number, what: () => string): void {
    if (actual !== expected) this.add(rule, () => `${what()}: ${actual}, expected ${expected}`);
  }

  /** How often `rule` was violated. */
  countOf(rule: string): number {
    return this.#counts.get(rule) ?? 0;
  }

  /** The rules that were violated. */
  get rules(): string[] {
    return [...this.#counts.keys()].sort();
  }

  /** One line for each example. */
  lines(): string[] {
    return this.rules.flatMap((rule) => {
      const count = this.#counts.get(rule) ?? 0;
      const lines = (this.#examples.get(rule) ?? []).map((example) => `${rule}: ${example}`);
      return count > SHOWN ? [...lines, `${rule}: … ${count} in all`] : lines;
    });
  }
}
