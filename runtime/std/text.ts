/**
 * `text` of Deno's standard library, with types.
 * @module
 */
import { closestString as closest } from "deno-std/text/closest_string.js";
import { levenshteinDistance as distance } from "deno-std/text/levenshtein_distance.js";
import { wordSimilaritySort as bySimilarity } from "deno-std/text/word_similarity_sort.js";

/** How the words are compared; without options the case of letters does not count. */
export interface SimilarityOptions {
  caseSensitive?: boolean;
  compareFn?: (a: string, b: string) => number;
}
/** The word most like the given one. Throws TypeError when there are no words. */
export const closestString: (word: string, words: readonly string[], options?: SimilarityOptions) => string =
  closest;
/** How many single-character edits lead from one text to the other. */
export const levenshteinDistance: (a: string, b: string) => number = distance;
/** The words, most similar first. */
export const wordSimilaritySort: (
  word: string,
  words: readonly string[],
  options?: SimilarityOptions,
) => string[] = bySimilarity;
