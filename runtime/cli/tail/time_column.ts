import { formatMoment } from "../format_value.ts";

/** Forms of the time column: of the day in UTC, since the capture began, since the line before. */
export const TIME_FORMS = ["clock", "elapsed", "delta"] as const;
/** One of {@link TIME_FORMS}. */
export type TimeForm = typeof TIME_FORMS[number];

/** Of the longest form: hours, minutes, seconds and microseconds. */
export const TIME_WIDTH: number = "00:00:00.000000".length;

/** Says for each line when it was written. */
export class TimeColumn {
  readonly #form: TimeForm;
  readonly #startNs: bigint;
  #lastNs: bigint | null = null;

  /** `startNs` is when the capture began, unix time in ns. */
  constructor(form: TimeForm, startNs: bigint) {
    this.#form = form;
    this.#startNs = startNs;
  }

  /** The time of an entry, with microseconds. */
  format(ns: bigint): string {
    const last = this.#lastNs ?? ns;
    this.#lastNs = ns;
    if (this.#form === "clock") return formatMoment(ns, 9).slice("1970-01-01T".length, -"000Z".length);
    const span = this.#form === "elapsed" ? formatSpan(ns - this.#startNs) : formatSpan(ns - last, "+");
    return span.padStart(TIME_WIDTH);
  }
}

function formatSpan(ns: bigint, plus = ""): string {
  const micros = (ns < 0n ? -ns : ns) / 1000n;
  const fraction = String(micros % 1_000_000n).padStart(6, "0");
  return `${ns < 0n ? "-" : plus}${micros / 1_000_000n}.${fraction}`;
}
