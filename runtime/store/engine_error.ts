/**
 * DuckDB's errors as ours.
 *
 * @module
 */
import { QueryError } from "../errors.ts";

/** The engine broke and can answer nothing any more; another one has to be started. */
export class EngineBrokenError extends QueryError {}

const NOTHING_OUTSIDE =
  "SQL here works on loaded captures alone: it reads and writes no files, fetches nothing and loads no extensions";
/** What DuckDB advises where an extension is missing, and how it says that everything outside is shut. */
const ADVICE =
  /\n*(Please try installing and loading|Alternatively, consider enabling|Consider installing)[^]*?(?=\n*LINE \d+:|$)/;
const SHUT = [
  /extension/i,
  /file system operations are disabled/,
  /SQL reads and writes no files/,
  /disabled (by|through) configuration/,
];

/** An error that DuckDB-WASM threw, with DuckDB's message and its place in the query. */
export function toQueryError(thrown: unknown): QueryError {
  const message = readMessage(thrown instanceof Error ? thrown.message : String(thrown));
  if (
    thrown instanceof WebAssembly.RuntimeError || thrown instanceof RangeError ||
    /^FATAL Error|database has been invalidated/.test(message)
  ) {
    return new EngineBrokenError(
      `the query broke the engine (${message}), most often because it needs more memory than there is; ask for less`,
      { cause: thrown },
    );
  }
  if (!SHUT.some((pattern) => pattern.test(message))) return new QueryError(message, { cause: thrown });
  return new QueryError(sayWhyShut(message), { cause: thrown });
}

/** What reaches outside of the database, and what would silently do nothing. */
export function refuseOutside(): QueryError {
  return new QueryError(`Permission Error: ${NOTHING_OUTSIDE}`);
}

function sayWhyShut(message: string): string {
  const bare = message.replace(ADVICE, "");
  const at = bare.search(/\n+LINE \d+:/);
  const [said, place] = at < 0 ? [bare, ""] : [bare.slice(0, at), bare.slice(at)];
  return `${said.trimEnd()}\n${NOTHING_OUTSIDE}${place}`;
}

/** DuckDB tells some errors as JSON. */
function readMessage(text: string): string {
  // What C++ threw follows the message and says nothing more.
  const said = text.replace(/\s*Exception \[WebAssembly\.Exception\][^]*$/, "").trim();
  if (!said.startsWith("{")) return dropRepeat(said);
  try {
    const { exception_type: type, exception_message: message } = JSON.parse(said);
    if (typeof message === "string") return dropRepeat(`${type} Error: ${message}`);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return said;
}

/** The parser's place may be told twice. */
function dropRepeat(message: string): string {
  const [said = "", first, ...others] = message.split(/\n+(?=LINE \d+:)/);
  if (first === undefined) return said;
  return [said, ...new Set([first.trimEnd(), ...others.map((place) => place.trimEnd())])].join("\n\n");
}
