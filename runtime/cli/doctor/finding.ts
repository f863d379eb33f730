/**
 * What a check of `doctor` found.
 * @module
 */

/** What a check found. */
export interface Finding {
  /** `ok`; `warning`: works, but not as well as it could; `missing`: something that Ringscope is for does not work. */
  readonly state: "ok" | "warning" | "missing";
  readonly found: string;
  /** What to do; only where the state is not `ok`. */
  readonly advice?: string;
}
