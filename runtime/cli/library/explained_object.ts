import { toLiteral } from "../../store/sql_literal.ts";
import { readLibraryFile } from "./library_file.ts";
import type { AskRows, LibraryColumn, LibraryObject } from "./library_objects.ts";
import { type LibraryParameter, PARAMETER_KINDS, parseParameter } from "./library_parameters.ts";

/** An object with everything that is told of it. */
export interface ExplainedObject extends LibraryObject {
  readonly described: readonly LibraryParameter[];
  /** For a table macro those that a call gives. */
  readonly columns: readonly LibraryColumn[];
  /** The file that defines it. */
  readonly source: string;
}

/** Adds what stands in its file, and what the database says of a call. */
export async function describeObject(object: LibraryObject, ask: AskRows): Promise<ExplainedObject> {
  const { parameters: described, source } = await readLibraryFile(object.name);
  if (object.kind !== "table macro") return { ...object, described, source };
  const values = described.filter(({ fallback }) => fallback === null)
    .map((one) => `${one.name} := ${toLiteral(parseParameter(one, PARAMETER_KINDS[one.kind].sample))}`);
  const rows = await ask(`DESCRIBE SELECT * FROM ${object.name}(${values.join(", ")})`);
  const columns = rows.map(([name, type]) => ({ name: String(name), type: String(type), comment: null }));
  return { ...object, columns, described, source };
}
