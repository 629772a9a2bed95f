import {mean} from '../../util/sum.js';
/** A learning rate, and the mean loss of the batch (or batches) that was updated with it. */
type RangePoint = {readonly rate: number; readonly loss: number};

export type SmoothedPoint = RangePoint & {readonly smoothedLoss: number};

export type RangeResult = {
  readonly points: readonly SmoothedPoint[];
  /** Whether the test ended early, because the loss grew or was not finite. */
  readonly isDiverged: boolean;
  readonly lowest: SmoothedPoint;
  /** Where the smoothed loss falls fastest per power of ten of the rate, up to the lowest point. */
  readonly steepest: SmoothedPoint;
  /** The named rate; undefined where the loss does not fall. */
  readonly learningRate: number | undefined;
};

type RangeOptions = {
  readonly from: number;
  readonly to: number;
  /** 2 or more. */
  readonly steps: number;
  /** Trains with the rates; fewer losses than rates where one is not finite. */
  readonly train: (rates: readonly number[]) => Promise<readonly number[]>;
  readonly onProgress: (done: number) => void;
};

/** Steps between two looks whether the loss has grown. */
const CHUNK = 10;
/** A loss this many times the lowest one ends the test, as in fastai's. */
const GROWN = 4;
/** The named rate, as a fraction of that with the lowest loss. */
const BELOW_LOWEST = 0.1;
/** A fall of the smoothed loss by less than this fraction is none. */
const LEAST_FALL = 0.02;

/**
 * Raises the learning rate exponentially, step by step (Smith 2017, Cyclical Learning Rates, section 3.3),
 * until the loss is no longer finite or has grown to four times its lowest value.
 */
export async function rangeTest(options: RangeOptions): Promise<RangeResult> {
  const {from, to, steps, train, onProgress} = options;
  const rates = Array.from(
    {length: steps},
    (_, step) => from * (to / from) ** (step / (steps - 1)),
  );
  const points: RangePoint[] = [];
  let isDiverged = false;
  while (points.length < steps && !isDiverged) {
    const next = rates.slice(points.length, points.length + CHUNK);
    const losses = await train(next);
    losses.forEach((loss, index) => points.push({rate: next[index] as number, loss}));
    onProgress(points.length);
    isDiverged = losses.length < next.length || hasGrown(points, steps);
  }
  return {...chosenRate(points, steps), isDiverged};
}

function hasGrown(points: readonly RangePoint[], steps: number): boolean {
  const losses = smoothed(points, steps).map(({smoothedLoss}) => smoothedLoss);
  const last = losses.at(-1) ?? 0;
  return !Number.isFinite(last) || last > GROWN * Math.min(...losses);
}

/**
 * Chooses a tenth of the rate with the lowest smoothed loss, as fastai's learning-rate finder does: there
 * the loss still falls clearly.
 *
 * @param steps Steps of the whole test.
 */
export function chosenRate(
  points: readonly RangePoint[],
  steps: number,
): Omit<RangeResult, 'isDiverged'> {
  const finite = points.filter(({loss}) => Number.isFinite(loss));
  const all = smoothed(finite, steps);
  const [first] = all;
  if (first === undefined) throw new Error('The first loss of a range test is finite.');
  const lowest = all.reduce((best, point) =>
    point.smoothedLoss < best.smoothedLoss ? point : best,
  );
  const falls = lowest.smoothedLoss < first.smoothedLoss * (1 - LEAST_FALL);
  return {
    points: all,
    lowest,
    steepest: steepestOf(all.slice(0, all.indexOf(lowest) + 1)),
    learningRate: falls ? Number((lowest.rate * BELOW_LOWEST).toPrecision(2)) : undefined,
  };
}

/** The mean over a window around each point: unlike a moving average, it does not lag behind. */
function smoothed(points: readonly RangePoint[], steps: number): SmoothedPoint[] {
  const reach = Math.max(1, Math.round(steps / 40));
  return points.map((point, at) => {
    const near = Math.min(reach, at, points.length - 1 - at);
    const window = points.slice(at - near, at + near + 1);
    const smoothedLoss = mean(window.map(({loss}) => loss));
    return {...point, smoothedLoss};
  });
}

/** The rates are a geometric series: the steepest fall per power of ten is that per step. */
function steepestOf(points: readonly SmoothedPoint[]): SmoothedPoint {
  const slope = (at: number): number => {
    const [before, after] = [points[at - 1], points[at + 1]];
    if (before === undefined || after === undefined) return 0;
    return after.smoothedLoss - before.smoothedLoss;
  };
  const best = points.reduce((best, _, at) => (slope(at) < slope(best) ? at : best), 0);
  return points[best] as SmoothedPoint;
}
