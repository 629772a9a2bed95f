import {normalQuantile, normalTails, studentTails} from './distributions.js';

/** 2: a test of a difference in either direction. 1: in one direction. */
export type Sides = 1 | 2;

/** Looks at a growing number of seeds: after `first` seeds, then after each further one up to `last`. */
export type Looks = {
  /** 3 or more. */
  readonly first: number;
  readonly last: number;
};

/**
 * The error that all looks so far may have spent: 2 - 2 Phi(z / sqrt(fraction)), where z is the
 * quantile of 1 - alpha / 2. Early looks spend hardly any, as with the limits of O'Brien and Fleming
 * (1979); any number of looks is allowed (the first function of Lan and DeMets 1983).
 *
 * @param alpha    Level of all looks together, above 0 to 1.
 * @param fraction Fraction of the planned information, above 0 to 1.
 */
export function spentLevel(alpha: number, fraction: number): number {
  return normalTails(normalQuantile(alpha / 2) / Math.sqrt(fraction));
}

/** Levels between 1e-4 and 0.5 differ by less than a hundredth from those of twice as many cells. */
const CELLS = 300;
const ANGLES = 4000;

/**
 * Finds the level at which p is tested at each look, so that all looks together have a given level.
 *
 * The statistics of the looks are those of a paired t test over seeds, whose joint distribution has
 * no unknowns: of j differences x, u = sum(x) / sqrt(sum(x^2)) is the coordinate of a random
 * direction, and a further difference takes it to u cos(a) + sin(a), where sqrt(j) tan(a) has
 * Student's t distribution with j degrees of freedom. Probabilities of u that have stayed below all
 * former limits are summed in cells from look to look, as Armitage, McPherson and Rowe (1969) do for
 * normal statistics, and Jennison and Turnbull (1991) for Student's t. Where the images contribute to
 * the variance, the looks are correlated more, and spend less.
 *
 * With two sides, each has half of the error; crossing both limits counts twice.
 */
export class LookLevels {
  readonly #looks: Looks;
  readonly #sides: Sides;
  /** From each look to the next: a row per cell of the earlier look. */
  readonly #steps: readonly (readonly Float64Array[])[];

  constructor(looks: Looks, sides: Sides) {
    this.#looks = looks;
    this.#sides = sides;
    this.#steps = Array.from({length: looks.last - looks.first}, (_, step) =>
      transitions(looks.first + step),
    );
  }

  /** @param alpha Level of all looks together, above 0 to 1. @returns A level per look. */
  of(alpha: number): number[] {
    const {first, last} = this.#looks;
    const levels: number[] = [];
    let masses = firstMasses(first);
    let spent = 0;
    for (let seeds = first; seeds <= last; seeds++) {
      const allowed = spentLevel(alpha, seeds / last) / this.#sides;
      const limit = cutUpper(masses, allowed - spent, seeds);
      spent = allowed;
      levels.push(this.#sides * aboveDirection(limit, seeds));
      const step = this.#steps[seeds - first];
      if (step !== undefined) masses = moved(masses, step);
    }
    return levels;
  }
}

/** The upper edge of a cell; cells divide all values of u, which lie within sqrt(seeds) of 0. */
function edgeOf(cell: number, seeds: number): number {
  return Math.sqrt(seeds) * ((2 * (cell + 1)) / CELLS - 1);
}

/** The probability of a u above a value. */
function aboveDirection(value: number, seeds: number): number {
  const rest = seeds - value ** 2;
  if (rest <= 0) return value > 0 ? 0 : 1;
  const tail = studentTails(value * Math.sqrt((seeds - 1) / rest), seeds - 1) / 2;
  return value < 0 ? 1 - tail : tail;
}

function firstMasses(seeds: number): Float64Array {
  return Float64Array.from(
    {length: CELLS},
    (_, cell) =>
      aboveDirection(edgeOf(cell - 1, seeds), seeds) - aboveDirection(edgeOf(cell, seeds), seeds),
  );
}

/** Removes this probability from the upper end. @returns The limit above which nothing is left. */
function cutUpper(masses: Float64Array, probability: number, seeds: number): number {
  let rest = probability;
  let cell = CELLS - 1;
  while (cell > 0 && rest > masses[cell]!) {
    rest -= masses[cell]!;
    masses[cell] = 0;
    cell -= 1;
  }
  const fraction = masses[cell]! > 0 ? Math.min(1, rest / masses[cell]!) : 0;
  masses[cell]! *= 1 - fraction;
  return edgeOf(cell, seeds) - fraction * (edgeOf(cell, seeds) - edgeOf(cell - 1, seeds));
}

function moved(masses: Float64Array, step: readonly Float64Array[]): Float64Array {
  const next = new Float64Array(CELLS);
  masses.forEach((mass, cell) => {
    if (mass > 0) step[cell]!.forEach((fraction, target) => (next[target]! += mass * fraction));
  });
  return next;
}

/** For each cell at a number of seeds, the probabilities of the cells that one more seed leads to. */
function transitions(seeds: number): Float64Array[] {
  const below = angleDistribution(seeds);
  return Array.from({length: CELLS}, (_, cell) => {
    const middle = (edgeOf(cell - 1, seeds) + edgeOf(cell, seeds)) / 2;
    // u cos(a) + sin(a) = length * sin(a + turn)
    const length = Math.hypot(1, middle);
    const turn = Math.atan(middle);
    let before = 0;
    return Float64Array.from({length: CELLS}, (_unused, target) => {
      const sine = edgeOf(target, seeds + 1) / length;
      const angle = Math.asin(Math.max(-1, Math.min(1, sine)));
      const above = sine >= 1 ? 0 : below(Math.PI - angle - turn) - below(angle - turn);
      const upTo = 1 - above;
      const mass = Math.max(0, upTo - before);
      before = upTo;
      return mass;
    });
  });
}

/** The distribution function of the angle a, whose density is proportional to cos(a)^(seeds - 1). */
function angleDistribution(seeds: number): (angle: number) => number {
  const sums = new Float64Array(ANGLES + 1);
  for (let at = 0; at < ANGLES; at++)
    sums[at + 1] = sums[at]! + Math.cos(Math.PI * ((at + 0.5) / ANGLES - 0.5)) ** (seeds - 1);
  const total = sums[ANGLES]!;
  return angle => {
    const place = Math.max(0, Math.min(ANGLES, (angle / Math.PI + 0.5) * ANGLES));
    const at = Math.min(ANGLES - 1, Math.floor(place));
    return (sums[at]! + (place - at) * (sums[at + 1]! - sums[at]!)) / total;
  };
}
