/** What a text is searched for. */
export interface Pattern {
  /** As the user wrote it. */
  readonly source: string;
  /** Finds every match. */
  readonly regex: RegExp;
}

/**
 * Reads what a user searches for: a text, found exactly as it is written, or a regular expression between slashes, with `i` behind the
 * second one where the case of letters does not matter.
 *
 * @throws {RangeError} It is empty, or no regular expression.
 * @example
 * ```ts
 * import { exportCapture, parsePattern } from "@ringscope/ringscope";
 *
 * const conditions = { match: [parsePattern("/time.?out/i")], exclude: [] };
 * const lines = await exportCapture("captures/boot", { format: "ndjson", conditions });
 * for await (const bytes of lines) await Deno.stdout.write(bytes);
 * ```
 */
export function parsePattern(source: string): Pattern {
  if (source === "") throw new RangeError("an empty text is everywhere: write what to look for");
  const [, body, flags] = /^\/(.+)\/(i?)$/s.exec(source) ?? [];
  if (body === undefined) return { source, regex: new RegExp(RegExp.escape(source), "g") };
  try {
    return { source, regex: new RegExp(body, `g${flags}`) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const reason = error.message.replace(/^Invalid regular expression: .*\/\w*: /s, "");
    throw new RangeError(`${source} is no regular expression: ${reason}`, { cause: error });
  }
}

/** Whether the text holds a match. */
export function matches({ regex }: Pattern, text: string): boolean {
  return text.search(regex) >= 0; // unlike test() it leaves no place behind from which the next search would begin
}
