/**
 * What object files need from elsewhere: of the write path of a kernel's driver that may be very little.
 * @module
 */
import { runTool } from "./linux/harness/guest_error.ts";

/** The program that lists symbols, and the Debian package that has it. */
export interface Nm {
  readonly program: string;
  readonly package: string;
}

/** Which symbols an object needs and which it gives. */
export async function readSymbols(
  nm: Nm,
  object: string,
): Promise<{ needs: Set<string>; gives: Set<string> }> {
  const listed = new TextDecoder().decode(
    await runTool([nm.program, object], `list the symbols of ${object}`, { package: nm.package }),
  );
  const found = [...listed.matchAll(/^[0-9a-f ]{16} ([A-Za-z]) (\S+)$/gm)];
  const names = (is: (kind: string) => boolean) =>
    new Set(found.filter(([, kind = ""]) => is(kind)).map(([, , name = ""]) => name));
  return {
    needs: names((kind) => kind === "U" || kind === "w"),
    gives: names((kind) => /[A-TV-Z]/.test(kind)),
  };
}

/** What those objects need that none of them gives and nothing allows, sorted. */
export async function findForbiddenSymbols(
  nm: Nm,
  objects: readonly string[],
  isAllowed: (name: string) => boolean,
): Promise<string[]> {
  const all = await Promise.all(objects.map((object) => readSymbols(nm, object)));
  const given = new Set(all.flatMap(({ gives }) => [...gives]));
  return [...new Set(all.flatMap(({ needs }) => [...needs]))]
    .filter((name) => !given.has(name) && !isAllowed(name))
    .sort();
}
