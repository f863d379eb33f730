/** One checked statement of a guest. */
export interface Verdict {
  readonly name: string;
  readonly ok: boolean;
  /** What was found; of a failed one: what was expected instead, too. */
  readonly detail: string;
}

/** What stands behind the word `verdict` in a report; null: none. */
export function parseVerdict(text: string): Verdict | null {
  try {
    const { name, ok, detail } = JSON.parse(text);
    return { name: String(name), ok: ok === true, detail: String(detail ?? "") };
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
