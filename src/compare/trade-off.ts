import type {ComparedGroup} from './groups.js';
import {ownValue} from '../util/own-value.js';

/** What a group gives for what it costs. */
export type TradeOffPoint = {
  readonly name: string;
  /** Value on the axis; undefined where the groups are not one axis of a matrix. */
  readonly value: string | number | boolean | undefined;
  /** Mean accuracy over seeds and heads. */
  readonly accuracy: number;
  /** To train, mean over seeds. */
  readonly seconds: number;
  /** Whether no other group is at least as accurate in less time (the Pareto front). */
  readonly front: boolean;
};

export type TradeOff = {
  /** The one key in which the groups of a matrix differ, such as data.image.scale. */
  readonly axis: string | undefined;
  readonly points: readonly TradeOffPoint[];
};

export function tradeOffOf(groups: readonly ComparedGroup[]): TradeOff {
  const axis = axisOf(groups);
  const points = groups.map(group => ({
    name: group.name,
    value: axis === undefined ? undefined : ownValue(group.variant, axis),
    accuracy: meanAccuracy(group),
    seconds: group.seconds,
  }));
  return {
    axis,
    points: points.map(point => ({
      ...point,
      front: Number.isFinite(point.accuracy) && !points.some(other => beats(other, point)),
    })),
  };
}

type Cost = {readonly accuracy: number; readonly seconds: number};

function beats(a: Cost, b: Cost): boolean {
  const noWorse = a.accuracy >= b.accuracy && a.seconds <= b.seconds;
  return noWorse && (a.accuracy > b.accuracy || a.seconds < b.seconds);
}

/** Mean accuracy over the heads: 0 to 1; NaN without heads. */
export function meanAccuracy({heads}: ComparedGroup): number {
  const means = Object.values(heads).map(({metrics}) => metrics.accuracy.mean);
  return means.reduce((sum, mean) => sum + mean, 0) / means.length;
}

function axisOf(groups: readonly ComparedGroup[]): string | undefined {
  const keys = [...new Set(groups.flatMap(({variant}) => Object.keys(variant)))];
  const varying = keys.filter(
    key => new Set(groups.map(({variant}) => ownValue(variant, key))).size > 1,
  );
  const [axis] = varying;
  const everywhere =
    axis !== undefined && groups.every(({variant}) => Object.hasOwn(variant, axis));
  return varying.length === 1 && everywhere ? axis : undefined;
}
