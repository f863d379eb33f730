/**
 * The scale on which a metric's shifts are told and tested.
 * @module
 */
import { median } from "simple-statistics";
import { exposureOf } from "./event_count.ts";
import type { MeasuredMetric, Metric, RunMeasure, SmallestEffect } from "./types.ts";

/** A scale; `transform` makes a shift a difference. */
export interface Scale {
  name: "relative" | "absolute";
  /** The smallest effect that matters, told as effects are; 0 when the metric has none here. */
  smallestEffect: number;
  /** The same among transformed values. */
  smallestShift: number;
  /** Of a value in the metric's unit; a logarithm on the relative scale. */
  transform(value: number): number;
  /** A difference of transformed values as an effect. */
  effectOf(shift: number): number;
}

/** The values that were measured. */
export function valuesOf(runs: readonly RunMeasure[]): number[] {
  return runs.flatMap(({ value }) => value === null ? [] : [value]);
}

/**
 * Relative where the smallest effect is, and no value is 0 or below; otherwise absolute, where a relative smallest effect is
 * taken of the base's median.
 */
export function scaleOf({ metric, base, candidate }: MeasuredMetric): Scale {
  const values = [...valuesOf(base), ...valuesOf(candidate)];
  const effect = effectInUnit(metric, base);
  return effect.relative > 0 && values.every((value) => value > 0)
    ? relativeScale(effect, median(valuesOf(base)))
    : absoluteScale(effect, median(valuesOf(base)));
}

/** The smallest effect with its events as a part of what the metric's value is: of the median run of the base. */
export function effectInUnit(
  metric: Metric,
  base: readonly RunMeasure[],
): Required<Omit<SmallestEffect, "events">> {
  const { relative = 0, absolute = 0, events = 0 } = metric.smallestEffect;
  const exposures = base.flatMap((run) => exposureOf(metric, run) ?? []);
  return {
    relative,
    absolute: exposures.length === 0 ? absolute : Math.max(absolute, events / median(exposures)),
  };
}

/** A shift has to reach both smallest effects, the absolute one of the base's centre. */
function relativeScale({ relative = 0, absolute = 0 }: SmallestEffect, centre: number): Scale {
  const smallestEffect = Math.max(relative, absolute / centre);
  return {
    name: "relative",
    smallestEffect,
    smallestShift: Math.log1p(smallestEffect),
    transform: (value) => Math.log(Math.max(0, value)),
    effectOf: Math.expm1,
  };
}

/** Likewise, the relative one of the base's centre. */
export function absoluteScale({ relative = 0, absolute = 0 }: SmallestEffect, centre: number): Scale {
  const smallestEffect = Math.max(relative * Math.abs(centre), absolute);
  return {
    name: "absolute",
    smallestEffect,
    smallestShift: smallestEffect,
    transform: (value) => value,
    effectOf: (shift) => shift,
  };
}
