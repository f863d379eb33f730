import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { ArgumentType as Type } from "./argument_type.ts";
import type { NumberedSite } from "./event_table.ts";
import { parseSite } from "./parse_site.ts";
import { encodeSite, type SiteParts } from "./test_support.ts";
import { writeEventTypes } from "./typescript_types.ts";

function numbered(...parts: SiteParts[]): NumberedSite[] {
  return parts.map((site, at) => ({ number: at + 1, site: parseSite(encodeSite(site)) }));
}

/** Whether the types and a program that uses them pass `deno check`, and what it says. */
async function check(types: string, program: string): Promise<{ success: boolean; said: string }> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(join(folder, "deno.json"), `{ "compilerOptions": { "strict": true } }`);
    await Deno.writeTextFile(join(folder, "events.ts"), types);
    await Deno.writeTextFile(
      join(folder, "use.ts"),
      `import type * as Events from "./events.ts";\n${program}`,
    );
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["check", "--no-lock", "use.ts", "events.ts"],
      cwd: folder,
      env: { NO_COLOR: "1" },
    }).output();
    return { success, said: new TextDecoder().decode(stderr) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const IO_DONE: SiteParts = {
  format: "irp=%p state=%s path=%s us=%u",
  arguments: [
    { key: "irp", type: Type.pointer },
    { key: "state", type: Type.enum, enumName: "io_state", enumerators: [[0n, "IDLE"], [1n, "BUSY"]] },
    { key: "path", type: Type.text },
    { key: "us", type: Type.u32 },
  ],
};

Deno.test("the types of one event are what its table has", () => {
  const types = writeEventTypes(numbered(IO_DONE, { kind: 0, format: "" }));
  assertEquals(
    types.slice(types.indexOf("/**\n")),
    `/**
 * A row of \`event_io_done\`:
 * - \`irp=%p state=%s path=%s us=%u\` in finish(), disk.c:42
 */
export interface IoDoneEvent extends EventRow {
  /** An address. */
  readonly irp: bigint;
  /** A value of the enumeration \`io_state\`. */
  readonly state: bigint;
  /** The name of a value of the enumeration \`io_state\`. */
  readonly state_name: "IDLE" | "BUSY" | (string & Record<never, never>);
  /** A text; one that was cut ends with \`…\` and its original length: \`abc…(4096)\`. */
  readonly path: string | null;
  /** An unsigned integer of 32 bits. */
  readonly us: number;
}

/** Rows by event: those of the table \`event_NAME\`. */
export interface EventTables {
  readonly io_done: IoDoneEvent;
}
`,
  );
});

Deno.test("sites of one name share their columns, and a conflict is told", () => {
  const types = writeEventTypes(numbered(
    { name: "read", format: "%u", arguments: [{ key: "size", type: Type.u32 }] },
    {
      name: "READ",
      line: 7,
      format: "%u %d",
      arguments: [{ key: "size", type: Type.u64 }, { key: "n", type: Type.i8 }],
    },
  ));
  assertStringIncludes(
    types,
    "/** An unsigned integer of 32 bits. Null but for in finish(), disk.c:42. Other sites have another type here: `size_site_2`. */\n" +
      "  readonly size: number | null;",
  );
  assertStringIncludes(
    types,
    "Other sites have another type here: `size`. */\n  readonly size_site_2: bigint | null;",
  );
  assertStringIncludes(types, "readonly n: number | null;");
  assertEquals(types.match(/export interface/g)?.length, 3);
});

Deno.test("what is written compiles, is used as documented, and refuses what is wrong", async () => {
  const types = writeEventTypes(numbered(
    IO_DONE,
    ...Object.values(Type).map((type): SiteParts => ({
      name: "all",
      format: type === Type.f32 || type === Type.f64
        ? "%g"
        : type >= Type.text && type <= Type.hresult
        ? "%s"
        : "%x",
      arguments: [{ key: `of_${type}`, type }],
    })),
    { name: "io__done", format: "" },
    { name: "_", format: "" },
    { name: "_1st", format: "" },
    { name: "EventRow", format: "*/ \n ${x} `", file: "a*/b.c", function: "f*/\n" },
    {
      name: "keys",
      format: "%d%d%d",
      arguments: ["a b", 'q"\\', "*/"].map((key) => ({ key, type: Type.i32 })),
    },
    {
      name: "names",
      format: "%s",
      arguments: [{ type: Type.enum, enumName: "*/", enumerators: [[0n, 'A"*/'], [1n, "\n"]] }],
    },
  ));
  const right = await check(
    types,
    `export function use(row: Events.EventTables["io_done"], all: Events.AllEvent): string {
      const total: bigint = row.irp + row.idx + row.ts;
      if (row.state_name === "BUSY" || row.state_name === "7" || row.state === 7n) return row.path ?? "";
      return \`\${total} \${all.of_15?.length} \${all.of_1 === true}\`;
    }
    export const keys = (row: Events.KeysEvent): number => row["a b"] + row['q"\\\\'] + row["*/"];`,
  );
  assert(right.success, `${right.said}\n${types}`);
  const wrong = [
    "row.irp.length",
    "row.path.length",
    "row.us.padEnd(1)",
    "row.state.at(1)",
    "row.nothing",
    "row.state_name.at(1) ?? row.us > ''",
  ];
  const uses = wrong.map((use) => `  // @ts-expect-error\n  ${use};\n`).join("");
  // A line that is no mistake to the compiler is one under @ts-expect-error.
  const refused = await check(types, `export function use(row: Events.IoDoneEvent): void {\n${uses}}\n`);
  assert(refused.success, refused.said);
});

Deno.test("a capture without events has types too", async () => {
  const types = writeEventTypes([]);
  const { success, said } = await check(types, "export const none: Events.EventTables = {};");
  assert(success, said);
});
