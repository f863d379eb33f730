/**
 * The script that a shell sources: what `@bomb.sh/tab` makes for it, and before that a command `ringscope`, which runs the tasks of
 * this project from any folder, for who has not installed one.
 *
 * @module
 */
import { CliError } from "../../errors.ts";

/** Shells that can be helped. */
export const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;
/** One of {@link SHELLS}. */
export type Shell = typeof SHELLS[number];

/** The name that is completed. */
export const PROGRAM = "ringscope";

/**
 * Reads the name of a shell.
 *
 * @throws {CliError} It is none of {@link SHELLS}.
 */
export function parseShell(name: string | undefined): Shell {
  const shell = SHELLS.find((one) => one === name);
  if (shell !== undefined) return shell;
  throw new CliError(
    `${name === undefined ? "no shell is named" : `there is no completion for "${name}"`}: it is one of ${
      SHELLS.join(", ")
    }`,
  );
}

/** Words as a shell takes them. */
export function quoteWords(shell: Shell, words: readonly string[]): string {
  const quotes = { bash: `'\\''`, zsh: `'\\''`, fish: `\\'`, powershell: "''" };
  return words.map((word) => /^[\w./:=-]+$/.test(word) ? word : `'${word.replaceAll("'", quotes[shell])}'`)
    .join(" ");
}

/** The command `ringscope`, where there is none. */
export function defineProgram(shell: Shell, task: string): string {
  switch (shell) {
    case "bash":
    case "zsh":
      return `command -v ${PROGRAM} >/dev/null 2>&1 || ${PROGRAM}() { ${task} "$@"; }\n`;
    case "fish":
      return `type -q ${PROGRAM}; or function ${PROGRAM}; ${task} $argv; end\n`;
    case "powershell":
      return `if (-not (Get-Command ${PROGRAM} -ErrorAction SilentlyContinue)) { function global:${PROGRAM} { & ${task} @args } }\n`;
  }
}

/**
 * Two things that bash's script needs and does not bring: what it takes from the package bash-completion, where that is not
 * installed; and the words of the line quoted, which it would otherwise run, `$(…)` and `> file` included.
 */
export function hardenBash(script: string): string {
  const unquoted = "${words[@]:1}";
  if (!script.includes(unquoted)) throw new Error(`bash's completion script has no ${unquoted} to be quoted`);
  return `declare -F _get_comp_words_by_ref >/dev/null || _get_comp_words_by_ref() {
    cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} words=("\${COMP_WORDS[@]}") cword=$COMP_CWORD
}
${script.replace(unquoted, `$(printf '%q ' "${unquoted}")`)}`;
}
