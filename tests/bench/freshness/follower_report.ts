/** What a follower saw. */
export interface FollowerReport {
  /** From the writing of an entry to the SQL answer that shows it, of a sample of all entries, in ms. */
  readonly agesMs: readonly number[];
  /** Resident bytes, four times a second. */
  readonly memory: readonly number[];
  readonly answers: number;
  /** Entries in its window at the end, and entries that it dropped or stepped over. */
  readonly loaded: number;
  readonly skipped: number;
}
