/** Both ends belong to it; NaN where there is nothing to say. */
export type Interval = readonly [low: number, high: number];

export const noInterval: Interval = [Number.NaN, Number.NaN];

/** Share of a distribution that an interval leaves out, both sides together: 95 % intervals. */
export const ALPHA = 0.05;
