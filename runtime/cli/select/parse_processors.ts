/**
 * The processors that a list names: `0`, `0,2`.
 *
 * @throws {RangeError} One is no processor number.
 */
export function parseProcessors(given: string): number[] {
  return given.split(",").map((one) => {
    if (/^\s*\d{1,5}\s*$/.test(one) && Number(one) <= 0xffff) return Number(one);
    throw new RangeError(`"${one}" is no processor number: write 0 or 0,2`);
  });
}
