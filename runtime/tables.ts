/**
 * The rows of the tables and views that every store has. Written from the comments in the database, with the page of the SQL library:
 *
 *     deno run --allow-read --allow-write --allow-env --allow-sys --allow-run tests/queries/write_readme.ts
 *
 * A column whose comment speaks of NULL can be null. Times are unix times in ns.
 *
 * @module
 */

/** Every table and view by its name. */
export interface Tables {
  /** See {@link CapturesRow}. */
  readonly captures: CapturesRow;
  /** See {@link GapsRow}. */
  readonly gaps: GapsRow;
  /** See {@link LogsRow}. */
  readonly logs: LogsRow;
  /** See {@link MarksRow}. */
  readonly marks: MarksRow;
  /** See {@link RingsRow}. */
  readonly rings: RingsRow;
  /** See {@link LossesWithContextRow}. */
  readonly losses_with_context: LossesWithContextRow;
  /** See {@link EventsRow}. */
  readonly events: EventsRow;
  /** See {@link SpansRow}. */
  readonly spans: SpansRow;
  /** See {@link TimingsRow}. */
  readonly timings: TimingsRow;
  /** See {@link LateProcessorsRow}. */
  readonly late_processors: LateProcessorsRow;
  /** See {@link LatencyByProcessorRow}. */
  readonly latency_by_processor: LatencyByProcessorRow;
  /** See {@link LatencyOverTimeRow}. */
  readonly latency_over_time: LatencyOverTimeRow;
  /** See {@link WriteCostRow}. */
  readonly write_cost: WriteCostRow;
  /** See {@link AccountingRow}. */
  readonly accounting: AccountingRow;
  /** See {@link LossByProcessorRow}. */
  readonly loss_by_processor: LossByProcessorRow;
  /** See {@link LossOverTimeRow}. */
  readonly loss_over_time: LossOverTimeRow;
  /** See {@link OrderViolationsRow}. */
  readonly order_violations: OrderViolationsRow;
  /** See {@link ProcessorSkewRow}. */
  readonly processor_skew: ProcessorSkewRow;
  /** See {@link ProcessesRow}. */
  readonly processes: ProcessesRow;
  /** See {@link ThreadsRow}. */
  readonly threads: ThreadsRow;
  /** See {@link WritersRow}. */
  readonly writers: WritersRow;
  /** See {@link BurstsRow}. */
  readonly bursts: BurstsRow;
  /** See {@link LevelCountsRow}. */
  readonly level_counts: LevelCountsRow;
  /** See {@link RateByProcessorRow}. */
  readonly rate_by_processor: RateByProcessorRow;
  /** See {@link RateOverTimeRow}. */
  readonly rate_over_time: RateOverTimeRow;
  /** See {@link SilencesRow}. */
  readonly silences: SilencesRow;
  /** See {@link MessageTemplatesRow}. */
  readonly message_templates: MessageTemplatesRow;
  /** See {@link TopMessagesRow}. */
  readonly top_messages: TopMessagesRow;
  /** See {@link CaptureHealthRow}. */
  readonly capture_health: CaptureHealthRow;
}

/** One row per capture: how it was made, on which machine, and how much of it is loaded. */
export interface CapturesRow {
  /** Name of the capture, as in every other view. */
  readonly capture: string;
  /** Identity of the recording: stays when the folder is renamed or copied. */
  readonly id: string;
  /** Its folder. */
  readonly path: string;
  /** True when it ended in order: everything drained is stored and the counters are final. False while it is being recorded too. */
  readonly complete: boolean;
  /** When recording began, UTC. */
  readonly started: bigint;
  /** When it ended, UTC. NULL when it is running or did not end in order. */
  readonly stopped: bigint | null;
  /** Name of the machine. */
  readonly host: string;
  /** Its operating system. */
  readonly os: string;
  /** Its architecture. */
  readonly arch: string;
  /** Its processors. */
  readonly processors: number;
  /** ABI version of the rings. */
  readonly abi: string;
  /** What wrote the rings: user for the user-mode driver, kmsg for the Linux kernel's log, linux and windows for the drivers of these kernels; import where nothing did and a log was imported. */
  readonly driver: string;
  /** Version of Ringscope that recorded. */
  readonly version: string;
  /** What a full ring does: discard refuses the new entry, overwrite gives up the oldest; none where a log was imported. */
  readonly mode: string;
  /** What idx follows: index, the order in which writes took their place, or clock. */
  readonly order: string;
  /** The clock that ticks come from. */
  readonly clock_kind: string;
  /** Its frequency, ticks per second. */
  readonly ticks_per_second: bigint;
  /** Number of rings: one per processor. */
  readonly ring_count: number;
  /** Size of each ring, bytes. */
  readonly ring_bytes: bigint;
  /** Segments at its beginning that are gone because of --keep-size, --keep-age or --keep-segments; 0 when everything is kept. */
  readonly retired_segments: bigint;
  /** Entries that were in them: read, and not in logs any more. The counters and the account include them. */
  readonly retired_entries: bigint;
  /** When the newest of them was written, UTC. NULL when none is gone. */
  readonly retired_until: bigint | null;
  /** The first idx that logs holds of this capture. NULL when it holds none. */
  readonly loaded_from_idx: bigint | null;
  /** Number of entries that logs holds of it. Fewer than were read when only the newest are kept. */
  readonly loaded_rows: bigint;
  /** Stored entries that logs does not hold: of segments that hold nothing wanted, older than what fits into the memory, or stepped over because they came faster than they could be taken. They are no loss. */
  readonly skipped_rows: bigint;
  /** The condition that was put on its entries when it was opened: logs holds no others, while counters and gaps are always there whole. NULL when there is none. */
  readonly selection: string | null;
  /** What recording and loading noticed, one text each: a torn tail, damage with file and byte range. */
  readonly warnings: readonly string[];
}

/** One row per hole and cause: attempts of one processor that are lost, between the two neighbours that were read, which logs does not hold where the capture filtered them. Several rows share their neighbours when a hole has several causes. The holes of retired segments are one row per processor and cause, with the times before the first and after the last of them, without seq and idx. */
export interface GapsRow {
  /** Name of the capture. */
  readonly capture: string;
  /** Whose ring. */
  readonly processor: number;
  /** Why: lost_full (ring full), overwritten, too_big (larger than an entry may be), abandoned (writer died), corrupt (failed validation), unstored (taken by a capture that died before it stored them), mixed (certainly lost, cause not known). */
  readonly cause: string;
  /** Attempts lost here for this cause. */
  readonly lost: bigint;
  /** seq of the neighbour before. NULL when there is none, and for retired segments. */
  readonly prev_seq: bigint | null;
  /** seq of the neighbour after. NULL when there is none, and for retired segments. */
  readonly next_seq: bigint | null;
  /** idx of the neighbour before. NULL when there is none, and in captures in clock order, where rows are numbered later. */
  readonly prev_idx: bigint | null;
  /** idx of the neighbour after. NULL when there is none, and in captures in clock order, where rows are numbered later. */
  readonly next_idx: bigint | null;
  /** When the neighbour before was written, UTC. NULL when there is none. */
  readonly prev_ts: bigint | null;
  /** When the neighbour after was written, UTC. NULL when there is none. */
  readonly next_ts: bigint | null;
}

/** One row per entry. */
export interface LogsRow {
  /** Name of the capture. */
  readonly capture: string;
  /** Place in the total order over all processors. Numbers are missing where an entry was discarded or lost. */
  readonly idx: bigint;
  /** When it was written, UTC; the clock is read when the write begins. */
  readonly ts: bigint;
  /** The same moment in ticks of the producer's clock. */
  readonly ticks: bigint;
  /** The processor whose ring it was written into. */
  readonly processor: number;
  /** Number of the attempt on that processor, in the order of reservation. (capture, processor, seq) names an entry. */
  readonly seq: bigint;
  /** 1 trace, 2 debug, 3 info, 4 warn, 5 error, 6 fatal. Compare with this: severity >= at_least('warn'). */
  readonly severity: number;
  /** The name of the severity. Text: do not compare it with < or >. */
  readonly level: string;
  /** text, data or event. */
  readonly kind: string;
  /** The caller's number for data, the call site's for events, 1263681869 for marks, 0 for other texts. */
  readonly type: number;
  /** The caller's second number; 0 for text. */
  readonly remarks: number;
  /** Process that wrote it. */
  readonly pid: number;
  /** Thread that wrote it. */
  readonly tid: number;
  /** Name of a typed event. NULL for everything else. */
  readonly event: string | null;
  /** The text, of events formatted. Bytes that are not UTF-8 are shown as U+FFFD. NULL for data. */
  readonly message: string | null;
  /** The bytes of data, and of a text that is not valid UTF-8. NULL for other texts and for events, whose arguments are in their own tables. */
  readonly data: Uint8Array | null;
  /** When the reader took it out of the ring, UTC. NULL when that is not known. */
  readonly read_ts: bigint | null;
  /** read_ts - ts, ns: delivery latency, mostly the reader's own polling when little is logged. It tells how fresh and how congested the way is, not how fast a write is. NULL when read_ts is. */
  readonly latency_ns: bigint | null;
  /** Bits: 1 the entry was cut to fit, 2 its text is not valid UTF-8, 4 an argument of an event was cut; of a kernel the context that wrote it, where it was no task: 8 a softirq, 16 a hard interrupt, 32 an NMI, each in the name of the task that it interrupted. */
  readonly flags: number;
}

/** One row per mark: a comment that "ringscope mark" or a program (rs_write with RS_TYPE_MARK) added while the capture ran. Marks are entries of logs too, of type 1263681869. */
export interface MarksRow {
  /** Name of the capture. */
  readonly capture: string;
  /** Its place in the total order: entries with a smaller idx were written before it. */
  readonly idx: bigint;
  /** When it was written, UTC. */
  readonly ts: bigint;
  /** The processor whose ring it was written into. */
  readonly processor: number;
  /** 1 trace, 2 debug, 3 info, 4 warn, 5 error, 6 fatal. */
  readonly severity: number;
  /** The name of the severity. */
  readonly level: string;
  /** Process that wrote it. */
  readonly pid: number;
  /** The comment. */
  readonly message: string;
}

/** One row per ring and stored batch: its counters at that moment, all counted since the capture began, except pending, used_bytes and capacity_bytes. */
export interface RingsRow {
  /** Name of the capture. */
  readonly capture: string;
  /** When the counters were taken, UTC. */
  readonly ts: bigint;
  /** Whose ring. */
  readonly processor: number;
  /** Calls that tried to log. */
  readonly attempts: bigint;
  /** Entries that the reader took from the ring. */
  readonly read: bigint;
  /** Entries that their writer took back; not a loss. */
  readonly discarded: bigint;
  /** Attempts that are lost: the sum of the seven causes that follow. */
  readonly lost: bigint;
  /** Lost: refused because the ring was full. */
  readonly lost_full: bigint;
  /** Lost: made room for newer entries before they were read, in the ring or in the log that was passed on to it. */
  readonly overwritten: bigint;
  /** Lost: refused because larger than an entry may be. */
  readonly too_big: bigint;
  /** Lost: their writer died before it committed them. */
  readonly abandoned: bigint;
  /** Lost: failed the reader's validation. */
  readonly corrupt: bigint;
  /** Lost: taken by an earlier capture that died before it stored them. */
  readonly unstored: bigint;
  /** Lost for certain, to a cause that the counters cannot tell. */
  readonly mixed: bigint;
  /** Attempts that are neither delivered nor lost at this moment. */
  readonly pending: bigint;
  /** How often writing began again at the start of the buffer. */
  readonly wraps: bigint;
  /** Entries finished after they had been passed; they are among the abandoned and never delivered. */
  readonly late: bigint;
  /** Entries that were passed because their writers, alive, stood still inside them; they are among the abandoned. */
  readonly stalled: bigint;
  /** Bytes of the ring in use at this moment. */
  readonly used_bytes: bigint;
  /** Size of the ring, bytes. */
  readonly capacity_bytes: bigint;
  /** Of those that were read, entries that the filter of the capture kept back: wished, and no loss. */
  readonly filtered: bigint;
}

/** One row per hole: how much one processor lost between two of its entries, and what these say. */
export interface LossesWithContextRow {
  /** Name of the capture. */
  readonly capture: string;
  /** Whose ring. */
  readonly processor: number;
  /** Attempts lost here. */
  readonly lost: bigint;
  /** Each cause with its count, the largest first. */
  readonly causes: string;
  /** The entry before the hole, UTC. NULL when there is none. */
  readonly ts: bigint | null;
  /** From it to the entry after, ns: the loss lies within. NULL when one of them is not there. */
  readonly duration_ns: bigint | null;
  /** idx of the entry before. NULL when there is none, or logs does not hold it. */
  readonly prev_idx: bigint | null;
  /** Its text. NULL when it is data too. */
  readonly prev_message: string | null;
  /** idx of the entry after. NULL when there is none, or logs does not hold it. */
  readonly next_idx: bigint | null;
  /** Its text. NULL when it is data too. */
  readonly next_message: string | null;
}

/** One row per capture and call site: where in the program something is logged, and how often it was. The arguments of typed events are in tables of their own: event_ and the name. */
export interface EventsRow {
  /** Name of the capture. */
  readonly capture: string;
  /** Number of the call site in its capture: type in logs, site in the tables of events. */
  readonly site: number;
  /** Name of the event; for texts and data that of the function. NULL where the description of the site is damaged. */
  readonly name: string | null;
  /** text, data or event. NULL where name is. */
  readonly kind: string | null;
  /** event, or begin or end of a span. NULL where name is. */
  readonly role: string | null;
  /** Source file, as the compiler was told it. NULL where name is. */
  readonly file: string | null;
  /** Line of the source file. NULL where name is. */
  readonly line: number | null;
  /** Function that it stands in. NULL where name is. */
  readonly function: string | null;
  /** 1 trace, 2 debug, 3 info, 4 warn, 5 error, 6 fatal. NULL when it is given at each call. */
  readonly severity: number | null;
  /** The name of the severity. NULL where that is. */
  readonly level: string | null;
  /** Format of its messages. NULL where name is. */
  readonly format: string | null;
  /** Events of the site that logs holds; 0 when it has written none. NULL for texts and data, which do not tell their site. */
  readonly entries: bigint | null;
}

/** One row per span: from a typed event that begins something (RS_BEGIN) to the one of the same name and thread that ends it. What ends elsewhere than it began, as requests of block devices do, is joined by the number in `remarks`, where that is not 0; of the idle tasks, which all have tid 0, those of one processor belong together. An end belongs to the last begin that is still open; one without a begin is no span. Where entries are lost, so may be the end of one span and the begin of the next: see gaps. */
export interface SpansRow {
  /** Name of the capture. */
  readonly capture: string;
  /** Name of the event that begins it. */
  readonly name: string;
  /** When it began, UTC. */
  readonly ts: bigint;
  /** From its begin to its end, ns. NULL while it is not finished. */
  readonly dur_ns: bigint | null;
  /** Where it began. */
  readonly processor: number;
  /** Process that wrote it. */
  readonly pid: number;
  /** Thread that wrote it. */
  readonly tid: number;
  /** How many spans of its thread were open around it when it began, whatever their names; 0 for an outermost one, and for one that is joined by `remarks`. */
  readonly depth: number;
  /** idx of the entry that begins it. */
  readonly begin_idx: bigint;
  /** idx of the entry that ends it. NULL while it is not finished. */
  readonly end_idx: bigint | null;
  /** Message of the entry that begins it. */
  readonly message: string;
}

/** One row per duration that a capture tells: of each span that has ended, and of each entry whose message has ns=NUMBER or duration_ns=NUMBER. In no order. */
export interface TimingsRow {
  /** Name of the capture. */
  readonly capture: string;
  /** What took so long: the name of the event; of a text what stands before its first value, or text. */
  readonly name: string;
  /** span, or entry where a message tells it. */
  readonly source: string;
  /** When the span began, or when the entry was written, which is mostly at the end of what it tells of; UTC. */
  readonly ts: bigint;
  /** How long it took, ns. Of a span negative where the clock went back. */
  readonly dur_ns: bigint;
  /** Where its (first) entry was written. */
  readonly processor: number;
  /** Who wrote it: process. */
  readonly pid: number;
  /** Who wrote it: thread. */
  readonly tid: number;
  /** Its first entry. */
  readonly idx: bigint;
  /** Its last entry; the same where one entry tells it. */
  readonly end_idx: bigint;
}

/** One row per capture, span of time and processor whose entries arrived much later than those of another processor: its 99th percentile is above eight times that of the best one, and by more than a millisecond. */
export interface LateProcessorsRow {
  /** Name of the capture. */
  readonly capture: string;
  /** Beginning of the span, UTC. */
  readonly ts: bigint;
  /** Its width, ns. */
  readonly width_ns: bigint;
  /** Whose ring was late. */
  readonly processor: number;
  /** Entries that it wrote then. */
  readonly count: bigint;
  /** 99 % of their delivery latencies are not above it, ns. */
  readonly p99_ns: bigint;
  /** The same of the processor that was best then, ns. */
  readonly least_p99_ns: bigint;
  /** The largest of this processor, ns. */
  readonly max_ns: bigint;
  /** The entry that it is of: entries_around shows what happened there. */
  readonly worst_idx: bigint;
}

/** One row per capture and processor: delivery latency, from the write to the moment at which the reader took the entry. Entries whose read_ts is not known are left out. It tells how fresh and how congested the way is, not how fast a write is. */
export interface LatencyByProcessorRow {
  /** Name of the capture. */
  readonly capture: string;
  /** Whose ring. */
  readonly processor: number;
  /** Entries that are in these figures. */
  readonly count: bigint;
  /** Median, ns; like the next three interpolated between neighbours. */
  readonly p50_ns: bigint;
  /** 90 % are not above it, ns. */
  readonly p90_ns: bigint;
  /** 99 % are not above it, ns. */
  readonly p99_ns: bigint;
  /** 99.9 % are not above it, ns. */
  readonly p999_ns: bigint;
  /** The largest, ns. */
  readonly max_ns: bigint;
}

/** One row per capture and span of time in which something was logged: delivery latency of what was written then, over all processors. The spans are as wide as makes 20 to 200 of them. */
export interface LatencyOverTimeRow {
  /** Name of the capture. */
  readonly capture: string;
  /** Beginning of the span, UTC. */
  readonly ts: bigint;
  /** Its width, ns. */
  readonly width_ns: bigint;
  /** Entries that are in these figures. */
  readonly count: bigint;
  /** Median, ns; like the next three interpolated between neighbours. */
  readonly p50_ns: bigint;
  /** 90 % are not above it, ns. */
  readonly p90_ns: bigint;
  /** 99 % are not above it, ns. */
  readonly p99_ns: bigint;
  /** 99.9 % are not above it, ns. */
  readonly p999_ns: bigint;
  /** The largest, ns. */
  readonly max_ns: bigint;
  /** The processor whose ring the largest is of. */
  readonly slowest_processor: number;
}

/** One row per capture, processor and kind of cost: how long writes took their callers, from before the reservation (in clock order from behind it) to behind the commit, measured at every 1,024th write. A write that was interrupted, or lost its processor, counts with that time. Empty where the driver measured nothing. */
export interface WriteCostRow {
  /** Name of the capture. */
  readonly capture: string;
  /** Into whose ring. */
  readonly processor: number;
  /** They took at least so long, ns. */
  readonly from_ns: bigint;
  /** And less than this, ns. */
  readonly to_ns: bigint;
  /** Measured writes. */
  readonly writes: bigint;
  /** Their part of the processor's measured writes, 0 to 1. */
  readonly share: number;
  /** The part that took less than to_ns, 0 to 1. */
  readonly share_so_far: number;
}

/** One row per capture and processor: attempts = read + discarded + lost + pending, by the last counters that are stored, and whether the entries and holes that are there agree. No term is computed from the others. */
export interface AccountingRow {
  /** Name of the capture. */
  readonly capture: string;
  /** Whose ring. */
  readonly processor: number;
  /** Calls that tried to log. NULL when entries or holes are there and no counters. */
  readonly attempts: bigint | null;
  /** Entries that the reader delivered. NULL when there are no counters. */
  readonly read: bigint | null;
  /** Entries that their writer took back. NULL when there are no counters. */
  readonly discarded: bigint | null;
  /** Attempts that are lost, of all causes. NULL when there are no counters. */
  readonly lost: bigint | null;
  /** Attempts that were neither delivered nor lost. NULL when there are no counters. */
  readonly pending: bigint | null;
  /** attempts less the four others: 0, or the account does not close. NULL when there are no counters. */
  readonly unaccounted: bigint | null;
  /** Of those that were read, entries that the filter of the capture kept back. NULL when there are no counters. */
  readonly filtered: bigint | null;
  /** Entries that logs holds. */
  readonly rows_stored: bigint;
  /** Entries that logs should hold: read less filtered, and less those of the oldest batches where a store keeps only the newest. NULL when more were filtered than read, when no whole batches explain what is loaded, when the capture was opened with a selection, and when a follower has stepped over entries. */
  readonly rows_expected: bigint | null;
  /** Sum over gaps, to be compared with lost. May be below it while a capture is not complete: a hole is stored when the entry after it is. */
  readonly gaps_lost: bigint;
  /** True when the account closes and entries and holes agree with it. */
  readonly balanced: boolean;
}

/** One row per capture and processor: how much was lost, by cause, since the capture began. Where and when: gaps. */
export interface LossByProcessorRow {
  /** Name of the capture. */
  readonly capture: string;
  /** Whose ring. */
  readonly processor: number;
  /** Calls that tried to log. */
  readonly attempts: bigint;
  /** Entries that the reader delivered. */
  readonly read: bigint;
  /** Refused because the ring was full. */
  readonly lost_full: bigint;
  /** Made room for newer entries before they were read, in the ring or in the log that was passed on to it. */
  readonly overwritten: bigint;
  /** Refused because larger than an entry may be. */
  readonly too_big: bigint;
  /** Their writer died before it committed them. */
  readonly abandoned: bigint;
  /** Failed the reader's validation. */
  readonly corrupt: bigint;
  /** Taken by an earlier capture that died before it stored them. */
  readonly unstored: bigint;
  /** Lost for certain, to a cause that the counters cannot tell. */
  readonly mixed: bigint;
  /** The sum of the seven causes. */
  readonly lost: bigint;
  /** lost / attempts, 0 to 1. NULL when nothing was attempted. */
  readonly loss_ratio: number | null;
}

/** One row per capture and span of time in which counters were stored: what was attempted, read and lost in it, over all processors. The spans are as wide as makes 20 to 200 of them. */
export interface LossOverTimeRow {
  /** Name of the capture. */
  readonly capture: string;
  /** Beginning of the span, UTC. */
  readonly ts: bigint;
  /** Its width, ns. */
  readonly width_ns: bigint;
  /** Calls that tried to log. */
  readonly attempts: bigint;
  /** Entries that the reader delivered. */
  readonly read: bigint;
  /** Attempts that were found lost, of all causes. */
  readonly lost: bigint;
  /** lost / attempts, 0 to 1. NULL when nothing was attempted. */
  readonly loss_ratio: number | null;
  /** Processors that lost something. */
  readonly rings_with_loss: bigint;
}

/** One row per proof that the total order is wrong; empty for a good capture. Causal witnesses are by convention: an entry of kind data, type 0x52534357, whose 16 bytes are two little-endian 64-bit numbers, chain and step, where each step is logged after the call that logged the step before has returned. */
export interface OrderViolationsRow {
  /** Name of the capture. */
  readonly capture: string;
  /** duplicate_idx: several entries have one idx. duplicate_seq: several entries of a processor have one seq. stored_order: stored behind a larger idx. clock_order: in a capture in clock order, older than the entry before it. thread_order: entries of one thread in an order that nesting cannot explain. causal: an effect before its cause. */
  readonly kind: string;
  /** The entry that stands wrong; of duplicates the one with the smallest numbers. */
  readonly idx: bigint;
  /** Its processor. */
  readonly processor: number;
  /** Its seq. */
  readonly seq: bigint;
  /** Its process. */
  readonly pid: number;
  /** Its thread. */
  readonly tid: number;
  /** The entry that it contradicts. */
  readonly other_idx: bigint;
  /** The same in words. */
  readonly detail: string;
}

/** One row per capture and processor that logged: how unevenly the processors log, and how far their clocks may be apart. */
export interface ProcessorSkewRow {
  /** Name of the capture. */
  readonly capture: string;
  /** The processor. */
  readonly processor: number;
  /** Entries that logs holds of it. */
  readonly entries: bigint;
  /** Its part of the capture's entries, 0 to 1. */
  readonly share: number;
  /** Its entries over the mean of the processors: 1 is even. */
  readonly times_mean: number;
  /** The smallest time from a write to its reading, ns. Negative: its clock is ahead of the reader's by at least that. NULL when no reading time is known. */
  readonly least_latency_ns: bigint | null;
  /** That, less the smallest of all processors, ns: as much its clock may be behind theirs, if it logged as often as they. NULL when no reading time is known. */
  readonly behind_least_ns: bigint | null;
  /** Its first entry, UTC. */
  readonly first_ts: bigint;
  /** Its last entry, UTC. */
  readonly last_ts: bigint;
}

/** One row per process that logged or was started to be recorded; two of one pid where it was given out again. Known from what the recorder sees of the writers ten times a second, in a kernel's capture of the tasks in whose name entries were written, and from what the preloaded library logs at start and end; one that neither knows has its pid alone. To join with logs, compare capture, pid and, where pids come again, ts with start and end. */
export interface ProcessesRow {
  /** Name of the capture. */
  readonly capture: string;
  /** Number of the process, as in logs. */
  readonly pid: number;
  /** Name of its program, the last one that it executed; of a program that was not recorded by preloading at most 15 bytes. NULL when it was too short to be seen. */
  readonly name: string | null;
  /** The program's file. NULL when it is not known. */
  readonly path: string | null;
  /** Its arguments with spaces between them, the program's name first; long ones are cut. NULL when it is not known. */
  readonly command_line: string | null;
  /** The process that started it. NULL when it is not known. */
  readonly parent_pid: number | null;
  /** When it started, UTC: to the microsecond where the preloaded library logged it, else to 10 ms. NULL when it is not known. */
  readonly start: bigint | null;
  /** When it ended, UTC: exact where it ended in order and the preloaded library logged it, else up to 0.2 s late. NULL when it ran on, or it is not known. */
  readonly end: bigint | null;
}

/** One row per thread that logged; two of one tid where it was given out again. Known from what the recorder sees of the writers ten times a second, the first thread of a process also from what the preloaded library logs; one that neither knows has its numbers alone. */
export interface ThreadsRow {
  /** Name of the capture. */
  readonly capture: string;
  /** Number of the thread, as in logs. */
  readonly tid: number;
  /** Its process. */
  readonly pid: number;
  /** Its name, at most 15 bytes; where a program gives none, its own. NULL when it was too short to be seen. */
  readonly name: string | null;
  /** When it started, UTC, to 10 ms. NULL when it is not known. */
  readonly start: bigint | null;
  /** When it ended, UTC, up to 0.2 s late. NULL when it ran on, or it is not known. */
  readonly end: bigint | null;
}

/** One row per capture and thread that logged, the busiest first. */
export interface WritersRow {
  /** Name of the capture. */
  readonly capture: string;
  /** Its process. */
  readonly pid: number;
  /** The thread. */
  readonly tid: number;
  /** Name of the process; where its number was given out again, the names of all that had it. NULL where it is not known. */
  readonly process: string | null;
  /** Name of the thread, likewise. NULL where it is not known. */
  readonly thread: string | null;
  /** Entries that it logged. */
  readonly entries: bigint;
  /** Their part of the capture's entries, 0 to 1. */
  readonly share: number;
  /** Of these errors and fatal ones. */
  readonly errors: bigint;
  /** Of these warnings. */
  readonly warnings: bigint;
  /** The processors that it logged on, by number. */
  readonly processors: readonly number[];
  /** Its first entry, UTC. */
  readonly first_ts: bigint;
  /** Its last entry, UTC. */
  readonly last_ts: bigint;
}

/** One row per burst: neighbouring short spans of time in each of which more than five times the capture's mean was logged, and at least ten entries. */
export interface BurstsRow {
  /** Name of the capture. */
  readonly capture: string;
  /** When it began, UTC, to the width of a span. */
  readonly ts: bigint;
  /** How long it lasted, ns: a whole number of spans. */
  readonly duration_ns: bigint;
  /** Entries logged in it. */
  readonly entries: bigint;
  /** entries over duration_ns, per second. */
  readonly entries_per_s: number;
  /** That rate over the mean rate of the capture. */
  readonly times_mean: number;
  /** The smallest idx in it. */
  readonly first_idx: bigint;
  /** The largest idx in it. */
  readonly last_idx: bigint;
}

/** One row per capture and severity that was logged. */
export interface LevelCountsRow {
  /** Name of the capture. */
  readonly capture: string;
  /** 1 trace, 2 debug, 3 info, 4 warn, 5 error, 6 fatal. */
  readonly severity: number;
  /** Its name. */
  readonly level: string;
  /** Entries that logs holds. */
  readonly entries: bigint;
  /** Their part of the capture's entries, 0 to 1. */
  readonly share: number;
  /** The first of them, UTC. */
  readonly first_ts: bigint;
  /** The last of them, UTC. */
  readonly last_ts: bigint;
}

/** One row per capture and processor that logged: how much in which time. */
export interface RateByProcessorRow {
  /** Name of the capture. */
  readonly capture: string;
  /** Whose ring. */
  readonly processor: number;
  /** Entries that logs holds. */
  readonly entries: bigint;
  /** Their texts and data, bytes. */
  readonly payload_bytes: bigint;
  /** From the first to the last entry of the capture, over all processors, ns. */
  readonly span_ns: bigint;
  /** entries over span_ns, per second; the processors of a capture add up to its own rate. NULL when span_ns is 0. */
  readonly entries_per_s: number | null;
  /** payload_bytes over span_ns, per second. NULL when span_ns is 0. */
  readonly bytes_per_s: number | null;
  /** Most entries within one second of the clock. */
  readonly peak_entries_per_s: bigint;
}

/** One row per capture, span of time and severity that was logged in it. The spans are as wide as makes 20 to 200 of them. */
export interface RateOverTimeRow {
  /** Name of the capture. */
  readonly capture: string;
  /** Beginning of the span, UTC. */
  readonly ts: bigint;
  /** Its width, ns. */
  readonly width_ns: bigint;
  /** 1 trace, 2 debug, 3 info, 4 warn, 5 error, 6 fatal. */
  readonly severity: number;
  /** Its name. */
  readonly level: string;
  /** Entries that logs holds. */
  readonly entries: bigint;
  /** entries over width_ns, per second. The first and the last span are only partly within the capture. */
  readonly entries_per_s: number;
}

/** One row per silence, the longest first: a pause between two entries of a capture, over all processors, that is above 50 times the mean pause and at least a millisecond. Whether entries were lost in it: gaps. */
export interface SilencesRow {
  /** Name of the capture. */
  readonly capture: string;
  /** The last entry before it, UTC. */
  readonly ts: bigint;
  /** How long nothing was logged, ns. */
  readonly duration_ns: bigint;
  /** That over the mean pause between two entries. */
  readonly times_mean: number;
  /** The last entry before it. */
  readonly last_idx: bigint;
  /** The first entry after it. */
  readonly next_idx: bigint;
}

/** One row per capture and template, the most frequent first. A template is a text whose numbers, hexadecimal numbers and addresses are shown as #. */
export interface MessageTemplatesRow {
  /** Name of the capture. */
  readonly capture: string;
  /** A short name for the template, the same in every capture. */
  readonly template_id: string;
  /** The template. */
  readonly template: string;
  /** Entries with it. */
  readonly entries: bigint;
  /** Their part of the capture's texts, 0 to 1. */
  readonly share: number;
  /** The highest that it was logged with, 1 to 6. */
  readonly severity: number;
  /** Its name. */
  readonly level: string;
  /** The first time, UTC. */
  readonly first_ts: bigint;
  /** The last time, UTC. */
  readonly last_ts: bigint;
  /** The first entry with it. */
  readonly first_idx: bigint;
  /** The text of that entry. */
  readonly example: string;
}

/** One row per capture and text, the most frequent first. Texts that differ in a number are different: message_templates puts those together. */
export interface TopMessagesRow {
  /** Name of the capture. */
  readonly capture: string;
  /** The text. */
  readonly message: string;
  /** How often it was logged. */
  readonly entries: bigint;
  /** Its part of the capture's texts, 0 to 1. */
  readonly share: number;
  /** The highest that it was logged with, 1 to 6. */
  readonly severity: number;
  /** Its name. */
  readonly level: string;
  /** The first time, UTC. */
  readonly first_ts: bigint;
  /** The last time, UTC. */
  readonly last_ts: bigint;
}

/** One row per capture: may its numbers be trusted, and why not. Looks at every entry, so it takes a while over many millions. */
export interface CaptureHealthRow {
  /** Name of the capture. */
  readonly capture: string;
  /** True when there is no reason not to. */
  readonly trustworthy: boolean;
  /** In plain words: not complete, no counters, lost, cause unknown, pending, account, order, clocks, and what recording and loading noticed. Empty when trustworthy. */
  readonly reasons: readonly string[];
}
