/**
 * Where one SQL statement ends and the next begins.
 *
 * @module
 */

/** What may hold a semicolon that ends nothing: texts (with backslashes behind E), names, dollar quotes, comments. */
export const ENCLOSED =
  /[eE]'(?:[^'\\]|\\[^]|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[^]*?\$\1\$|--[^\n]*|\/\*[^]*?\*\//g;

const PART = new RegExp(`${ENCLOSED.source}|;|[^\\s]`, "g");

/**
 * The statements of a text, without those that are empty. Each is padded with spaces and line ends so that a place in it is the
 * place in the whole.
 */
export function splitStatements(text: string): string[] {
  const statements: string[] = [];
  let from = 0, isEmpty = true;
  const end = (to: number) => {
    if (!isEmpty) statements.push(text.slice(0, from).replace(/[^\n]/g, " ") + text.slice(from, to));
    from = to + 1;
    isEmpty = true;
  };
  for (const { 0: part, index } of text.matchAll(PART)) {
    if (part === ";") end(index);
    else if (!/^(--|\/\*)/.test(part)) isEmpty = false;
  }
  end(text.length);
  return statements;
}

/** The first word of a statement, in upper case. */
export function firstWord(statement: string): string {
  const bare = statement.replace(/^(?:\s|--[^\n]*|\/\*[^]*?\*\/|\()*/, "");
  return /^\w*/.exec(bare)![0].toUpperCase();
}
