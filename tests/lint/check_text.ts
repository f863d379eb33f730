import { type Breach, lineOf, type Source } from "./sources.ts";

// Spelled in pieces, or this file would break its own rules.
const RULES: readonly { readonly pattern: RegExp; readonly message: string }[] = [
  {
    pattern: new RegExp(String.raw`(?<![\w.$}/-])/(?:home|Users|root|work)/[\w.-]+|\bC:\\Users\\`, "g"),
    message: "a path of one machine: make it relative or ask the system",
  },
  {
    pattern: new RegExp(String.raw`\b(?:TO${"DO"}|FIX${"ME"}|X${"XX"})\b`, "g"),
    message: "unfinished work: do it, or leave it out and say so in the documentation",
  },
];

/** Breaches of the rules about what no file may say. */
export function checkText({ path, text }: Source): Breach[] {
  return RULES.flatMap(({ pattern, message }) =>
    [...text.matchAll(pattern)].map((match) => ({
      path,
      line: lineOf(text, match.index),
      message: `"${match[0]}" is ${message}`,
    }))
  );
}
