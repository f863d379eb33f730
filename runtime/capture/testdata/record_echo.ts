/** Records `echo` with its output on standard error: `record_echo.ts DIR`. Run by record_test.ts. */
import { record } from "../record.ts";

const [dir = ""] = Deno.args;
const command = { program: "echo", args: ["from the program"], stdout: "stderr" } as const;
const { commandStatus } = await record({ dir, command });
console.log(JSON.stringify(commandStatus));
