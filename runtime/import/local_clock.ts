/** Units of the wall clock. */
export interface WallTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Of the second. */
  readonly ns: number;
}

const NS_PER_MS = 1_000_000n;
/** Zones change at multiples of a quarter of an hour. */
const QUARTER_MS = 900_000;

/** The wall clock of a time zone. */
export class LocalClock {
  readonly #zone: string;
  #quarter = NaN;
  #offsetNs = 0n;

  /**
   * `zone` is an IANA name, an offset like `+01:00`, or `local`, that of this machine.
   *
   * @throws {RangeError} There is no such zone.
   */
  constructor(zone = "UTC") {
    this.#zone = zone === "local" ? Temporal.Now.timeZoneId() : zone;
    try {
      Temporal.Now.zonedDateTimeISO(this.#zone);
    } catch (error) {
      throw new RangeError(`"${zone}" is no time zone: use a name like Europe/Berlin, +01:00, UTC or local`, {
        cause: error,
      });
    }
  }

  /** Unix time in ns; null where there is no such day or time of the day. */
  toUnixNs(time: WallTime): bigint | null {
    const ms = utcMs(time);
    return ms === null ? null : BigInt(ms) * NS_PER_MS + BigInt(time.ns) - this.#offsetAt(ms);
  }

  /** The wall time of a moment. */
  toWallTime(unixNs: bigint): WallTime {
    const { year, month, day, hour, minute, second, millisecond, microsecond, nanosecond } = Temporal.Instant
      .fromEpochNanoseconds(unixNs).toZonedDateTimeISO(this.#zone);
    return { year, month, day, hour, minute, second, ns: millisecond * 1e6 + microsecond * 1e3 + nanosecond };
  }

  #offsetAt(ms: number): bigint {
    const quarter = Math.floor(ms / QUARTER_MS);
    if (quarter !== this.#quarter) {
      const wall = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO("UTC").toPlainDateTime();
      this.#offsetNs = BigInt(wall.toZonedDateTime(this.#zone).offsetNanoseconds);
      this.#quarter = quarter;
    }
    return this.#offsetNs;
  }
}

/** As if the wall clock showed UTC, in ms; null where there is no such time. A leap second is the second after it. */
export function utcMs({ year, month, day, hour, minute, second }: WallTime): number | null {
  if (hour > 23 || minute > 59 || second > 60) return null;
  const midnight = Date.UTC(year, month - 1, day);
  const date = new Date(midnight);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  return midnight + ((hour * 60 + minute) * 60 + second) * 1000;
}
