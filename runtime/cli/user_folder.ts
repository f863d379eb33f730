/**
 * The folder that the user stands in. `deno task` changes to the project's folder and says in INIT_CWD where it was
 * called.
 */
export function userFolder(): string {
  const initial = Deno.env.get("INIT_CWD");
  return initial === undefined || initial === "" ? Deno.cwd() : initial;
}

/** How the user runs tasks here: with npx where Deno is not installed. */
export function taskCommand(): string {
  return Deno.env.get("npm_command") === "exec" ? `npx -y deno@${Deno.version.deno} task` : "deno task";
}
