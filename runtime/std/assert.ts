/**
 * Assertions of Deno's standard library, with the types that its npm form leaves out.
 *
 * The package holds JavaScript only, so a bare import would be `any` and a wrong use would pass `deno check`.
 * Each function is given its type here, and std_types_test.ts shows that misuse is refused.
 * @module
 */
import { assertAlmostEquals as almostEquals } from "deno-std/assert/almost_equals.js";
import { assertArrayIncludes as arrayIncludes } from "deno-std/assert/array_includes.js";
import { assert as isTrue } from "deno-std/assert/assert.js";
import { AssertionError as Failure } from "deno-std/assert/assertion_error.js";
import { equal as sameValue } from "deno-std/assert/equal.js";
import { assertEquals as equals } from "deno-std/assert/equals.js";
import { assertExists as exists } from "deno-std/assert/exists.js";
import { fail as failNow } from "deno-std/assert/fail.js";
import { assertFalse as isFalse } from "deno-std/assert/false.js";
import { assertGreater as greater } from "deno-std/assert/greater.js";
import { assertGreaterOrEqual as greaterOrEqual } from "deno-std/assert/greater_or_equal.js";
import { assertInstanceOf as instanceOf } from "deno-std/assert/instance_of.js";
import { assertIsError as isError } from "deno-std/assert/is_error.js";
import { assertLess as less } from "deno-std/assert/less.js";
import { assertLessOrEqual as lessOrEqual } from "deno-std/assert/less_or_equal.js";
import { assertMatch as match } from "deno-std/assert/match.js";
import { assertNotEquals as notEquals } from "deno-std/assert/not_equals.js";
import { assertNotMatch as notMatch } from "deno-std/assert/not_match.js";
import { assertObjectMatch as objectMatch } from "deno-std/assert/object_match.js";
import { assertRejects as rejects } from "deno-std/assert/rejects.js";
import { assertStrictEquals as strictEquals } from "deno-std/assert/strict_equals.js";
import { assertStringIncludes as stringIncludes } from "deno-std/assert/string_includes.js";
import { assertThrows as throws } from "deno-std/assert/throws.js";
import { unreachable as neverReached } from "deno-std/assert/unreachable.js";

// deno-lint-ignore no-explicit-any -- a constructor is matched whatever its parameters are
type ErrorClass<E extends Error> = abstract new (...parameters: any[]) => E;
// deno-lint-ignore no-explicit-any -- as above
type AnyClass<T> = abstract new (...parameters: any[]) => T;

/** A comparison of two values of one kind. */
interface Compare {
  (actual: number, expected: number, message?: string): void;
  (actual: bigint, expected: bigint, message?: string): void;
  (actual: string, expected: string, message?: string): void;
  (actual: Date, expected: Date, message?: string): void;
}

/** What a failed assertion throws. */
export interface AssertionError extends Error {
  readonly name: "AssertionError";
}
/** The class of {@link AssertionError}. */
export const AssertionError: new (message: string, options?: ErrorOptions) => AssertionError = Failure;

/** Throws unless `condition` is truthy. */
export const assert: (condition: unknown, message?: string) => asserts condition = isTrue;
/** Throws unless `condition` is falsy. */
export const assertFalse: (condition: unknown, message?: string) => void = isFalse;
/** Throws unless the numbers differ by at most `tolerance` (default: 1e-7 of the expected value). */
export const assertAlmostEquals: (
  actual: number,
  expected: number,
  tolerance?: number,
  message?: string,
) => void = almostEquals;
/** Throws unless `actual` holds every element of `expected`, compared deeply. */
export const assertArrayIncludes: <T>(
  actual: ArrayLike<T>,
  expected: ArrayLike<T>,
  message?: string,
) => void = arrayIncludes;
/** Throws unless both are deeply equal. */
export const assertEquals: <T>(actual: T, expected: NoInfer<T>, message?: string) => void = equals;
/** Throws when both are deeply equal. */
export const assertNotEquals: <T>(actual: T, expected: NoInfer<T>, message?: string) => void = notEquals;
/** Throws unless both are the same by `Object.is`. */
export const assertStrictEquals: <T>(actual: unknown, expected: T, message?: string) => asserts actual is T =
  strictEquals;
/** Throws when `actual` is null or undefined. */
export const assertExists: <T>(actual: T, message?: string) => asserts actual is NonNullable<T> = exists;
/** Throws unless `actual > expected`. */
export const assertGreater: Compare = greater;
/** Throws unless `actual >= expected`. */
export const assertGreaterOrEqual: Compare = greaterOrEqual;
/** Throws unless `actual < expected`. */
export const assertLess: Compare = less;
/** Throws unless `actual <= expected`. */
export const assertLessOrEqual: Compare = lessOrEqual;
/** Throws unless `actual` is an instance of `expected`. */
export const assertInstanceOf: <T>(
  actual: unknown,
  expected: AnyClass<T>,
  message?: string,
) => asserts actual is T = instanceOf;
/** Throws unless `error` is of the class and its message holds the text or fits the pattern. */
export const assertIsError: <E extends Error = Error>(
  error: unknown,
  errorClass?: ErrorClass<E>,
  messageMatches?: string | RegExp,
  message?: string,
) => asserts error is E = isError;
/** Throws unless `pattern` fits `actual`. */
export const assertMatch: (actual: string, pattern: RegExp, message?: string) => void = match;
/** Throws when `pattern` fits `actual`. */
export const assertNotMatch: (actual: string, pattern: RegExp, message?: string) => void = notMatch;
/** Throws unless every property of `expected` is in `actual` with the same value, deeply. */
export const assertObjectMatch: (
  // deno-lint-ignore no-explicit-any -- an interface is no Record<PropertyKey, unknown>
  actual: Record<PropertyKey, any>,
  expected: Record<PropertyKey, unknown>,
  message?: string,
) => void = objectMatch;
/** Throws unless `actual` holds `expected`. */
export const assertStringIncludes: (actual: string, expected: string, message?: string) => void =
  stringIncludes;
/** Throws unless `run` throws an error of the class whose message holds the text; returns the error. */
export const assertThrows: {
  (run: () => unknown, message?: string): unknown;
  <E extends Error>(
    run: () => unknown,
    errorClass: ErrorClass<E>,
    messageIncludes?: string,
    message?: string,
  ): E;
} = throws;
/** Rejects unless `run` rejects with an error of the class whose message holds the text; resolves to the error. */
export const assertRejects: {
  (run: () => PromiseLike<unknown>, message?: string): Promise<unknown>;
  <E extends Error>(
    run: () => PromiseLike<unknown>,
    errorClass: ErrorClass<E>,
    messageIncludes?: string,
    message?: string,
  ): Promise<E>;
} = rejects;
/** Whether both are deeply equal. */
export const equal: (a: unknown, b: unknown) => boolean = sameValue;
/** Throws. */
export const fail: (message?: string) => never = failNow;
/** Throws: this place cannot be reached. */
export const unreachable: (message?: string) => never = neverReached;
