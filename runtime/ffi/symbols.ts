/**
 * Every function of driver/include/rs_reader.h as `Deno.dlopen` wants it. Meanings stand in that header.
 * @module
 */

/** `rs_status_t` is an enum, which C passes as an int. A u64 is given as bigint: a number costs twenty times as much. */
export const READER_SYMBOLS = {
  rs_reader_abi: { parameters: [], result: "u32" },
  rs_reader_layout: { parameters: ["buffer", "u32"], result: "u32" },
  rs_set_make: { parameters: ["buffer", "u32", "u64", "u64", "u32", "u32", "u32", "buffer"], result: "i32" },
  rs_set_make_in_memory: {
    parameters: ["u32", "u64", "u64", "u32", "u32", "u32", "buffer", "buffer", "buffer"],
    result: "i32",
  },
  rs_set_release: { parameters: ["i32"], result: "void" },
  rs_index_cap: { parameters: [], result: "u64" },
  rs_capture_open: { parameters: ["buffer", "u32", "buffer", "buffer"], result: "i32" },
  rs_capture_close: { parameters: ["pointer"], result: "void" },
  rs_capture_info: { parameters: ["pointer", "buffer"], result: "void" },
  rs_capture_stats: { parameters: ["pointer", "buffer", "buffer", "u32"], result: "u32" },
  rs_capture_writers: { parameters: ["pointer", "buffer", "u32"], result: "u32" },
  rs_capture_write_cost: { parameters: ["pointer", "buffer", "u32"], result: "u32" },
  rs_capture_refused_sites: { parameters: ["pointer"], result: "u64" },
  rs_capture_stop: { parameters: ["pointer"], result: "void" },
  rs_drain_open: { parameters: ["pointer", "u64", "u32", "u32", "buffer"], result: "i32" },
  rs_drain_tune: { parameters: ["pointer", "u32", "u64"], result: "void" },
  rs_filter_pattern: { parameters: ["pointer", "u32", "buffer"], result: "i32" },
  rs_filter_severity: { parameters: ["pointer", "u32"], result: "i32" },
  rs_drain_run: { parameters: ["pointer", "u32"], result: "i32" },
  rs_drain_once: { parameters: ["pointer", "buffer"], result: "i32" },
  rs_drain_finish: { parameters: ["pointer", "u32"], result: "i32" },
  rs_capture_next: { parameters: ["pointer", "buffer"], result: "i32" },
  rs_store_open: { parameters: ["pointer", "buffer", "u32", "u64", "buffer"], result: "i32" },
  rs_store_tune: { parameters: ["pointer", "u32"], result: "void" },
  rs_store_run: { parameters: ["pointer", "u32", "buffer"], result: "i32" },
  rs_store_finish: { parameters: ["pointer", "buffer"], result: "i32" },
  rs_events_new: { parameters: [], result: "pointer" },
  rs_events_free: { parameters: ["pointer"], result: "void" },
  rs_events_add: { parameters: ["pointer", "u32", "buffer", "u32"], result: "i32" },
  rs_events_format: {
    parameters: [
      "pointer",
      "u32",
      "buffer",
      "buffer",
      "buffer",
      "buffer",
      "u64",
      "buffer",
      "buffer",
      "u64",
    ],
    result: "u64",
  },
  rs_events_name: { parameters: ["pointer", "u32"], result: "pointer" },
  rs_events_columns: {
    parameters: ["pointer", "buffer", "u32", "buffer", "buffer", "buffer", "buffer", "u64", "buffer"],
    result: "i32",
  },
  rs_crc32c: { parameters: ["u32", "buffer", "u64"], result: "u32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** The functions of an opened reader library. */
export type ReaderSymbols = Deno.DynamicLibrary<typeof READER_SYMBOLS>["symbols"];
