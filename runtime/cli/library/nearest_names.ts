import { wordSimilaritySort } from "@std/text";

/** The names most like a word: first those that hold it or one of its parts, then by the number of edits. */
export function nearestNames(word: string, names: readonly string[], count = 3): string[] {
  const parts = word.split("_").filter((part) => part.length > 2);
  const shared = (name: string) => parts.filter((part) => name.includes(part)).length;
  const byEdits = wordSimilaritySort(word, names);
  return byEdits.sort((a, b) => shared(b) - shared(a)).slice(0, count);
}
