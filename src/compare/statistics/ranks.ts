import {seededRandom, type Random} from '../../util/random.js';
import {ALPHA} from './distributions.js';
import type {Influence} from './influence.js';
import {overSeeds} from './over-seeds.js';
import {halfWidth, squaresAround, tails, type VarianceParts} from './seeds-and-images.js';
import {mean} from '../../util/sum.js';

/** A metric of one head of a design, by seed: its value, and its influences summed in blocks. */
export type RankedHead = {
  readonly values: readonly number[];
  readonly blocks: readonly Float64Array[];
};

export type RankedDesign = {
  readonly name: string;
  readonly seeds: readonly (number | undefined)[];
  /** In the same order for every design. */
  readonly heads: readonly RankedHead[];
};

/** The mean rank of a design over heads; 1 is the best. */
export type MeanRank = {
  readonly mean: number;
  readonly standardDeviation: number;
  readonly ciLow: number;
  readonly ciHigh: number;
};

export type Ranks = {
  readonly designs: ReadonlyMap<string, MeanRank>;
  /** The test of two designs, first minus second; undefined for a name that is not among them. */
  readonly test: (first: string, second: string) => RankTest | undefined;
};

export type RankTest = {
  readonly difference: number;
  readonly parts: VarianceParts;
  /** Two-sided; never below 1 / (number of resamples + 1). */
  readonly p: number;
};

/** Resamples of the images. The standard deviation of so many has an error of 2 %. */
const RESAMPLES = 1000;
/** Images are drawn in blocks: a variance of so many has an error of 7 %, and costs no more for more images. */
const BLOCKS = 400;
/** Ranks are sums of fractions. */
const ROUNDING = 1e-9;
/** The same runs give the same numbers. */
const SEED = 1;
/** Sizes whose draws are kept; each takes up to 0.8 MB. */
const MAX_DRAWN = 4;

/** Sums influences in blocks of images. @returns The sums over the number of images. */
export function blocksOf({values}: Influence): Float64Array {
  const blocks = new Float64Array(Math.min(BLOCKS, values.length));
  values.forEach((value, image) => (blocks[image % blocks.length]! += value / values.length));
  return blocks;
}

/**
 * Ranks designs on each head by its mean over seeds, and averages the ranks over the heads; ties share
 * the mean of their ranks. A rank jumps, so it has no influence function: the images are resampled
 * (Efron 1979), and each head's metric moves by its influences. The variance over seeds comes from the
 * ranks within each seed.
 */
export function meanRanks(designs: readonly RankedDesign[], higherIsBetter: boolean): Ranks {
  const sign = higherIsBetter ? -1 : 1;
  const values = designs.map(({heads}) =>
    Float64Array.from(heads, head => sign * overSeeds(head.values).mean),
  );
  const blocks = designs.map(({heads}) => heads.map(head => meanBlocks(head.blocks, sign)));
  const means = ranksOf(values);
  const resampled = resample(values, blocks);
  const bySeed = ranksBySeed(designs, sign);
  const seeds = bySeed[0]?.length ?? 0;
  const partsOf = (rankOf: (ranks: Float64Array) => number): VarianceParts => ({
    seeds: seeds === 0 ? Infinity : seeds,
    bySeed: seeds === 0 ? 0 : varianceOf(transposed(bySeed).map(rankOf)) / seeds,
    byImage: varianceOf(resampled.map(rankOf)),
  });
  const index = new Map(designs.map(({name}, at) => [name, at]));
  return {
    designs: new Map(
      designs.map(({name}, at) => {
        const half = halfWidth(
          partsOf(ranks => ranks[at]!),
          ALPHA,
        );
        const mean = means[at]!;
        return [
          name,
          {
            mean,
            standardDeviation: overSeeds(bySeed[at] ?? []).standardDeviation,
            ciLow: Math.max(1, mean - half),
            ciHigh: Math.min(designs.length, mean + half),
          },
        ];
      }),
    ),
    test: (first, second) => {
      const [at, rival] = [index.get(first), index.get(second)];
      if (at === undefined || rival === undefined) return undefined;
      const difference = means[at]! - means[rival]!;
      const resamples = partsOf(ranks => ranks[at]! - ranks[rival]!);
      const swaps = swapped(values, blocks, at, rival);
      // A resample keeps the lead that the images gave by chance, so its ranks vary too little.
      const squares = mean(swaps.map(swap => swap ** 2));
      const parts = {...resamples, byImage: Math.max(resamples.byImage, squares)};
      const reached = swaps.filter(
        swap => Math.abs(swap) >= Math.abs(difference) - ROUNDING,
      ).length;
      const byImages = (reached + 1) / (RESAMPLES + 1);
      return {difference, parts, p: Math.max(byImages, tails(parts, Math.abs(difference)))};
    },
  };
}

/** Mean rank of each design. @param values A row per design, a number per head; the lowest is best. */
export function ranksOf(values: readonly Float64Array[]): Float64Array {
  const ranks = new Float64Array(values.length);
  const heads = values[0]?.length ?? 0;
  for (let head = 0; head < heads; head++) {
    for (let design = 0; design < values.length; design++) {
      const value = values[design]![head]!;
      let rank = Number.isNaN(value) ? Number.NaN : 0.5;
      for (const row of values) rank += row[head]! < value ? 1 : row[head] === value ? 0.5 : 0;
      ranks[design]! += rank / heads;
    }
  }
  return ranks;
}

function meanBlocks(seeds: readonly Float64Array[], sign: number): Float64Array {
  const mean = new Float64Array(seeds[0]?.length ?? 0);
  for (const blocks of seeds)
    blocks.forEach((value, at) => (mean[at]! += (sign * value) / seeds.length));
  return mean;
}

/** The mean ranks of the designs in each resample of the images. */
function resample(
  values: readonly Float64Array[],
  blocks: readonly (readonly Float64Array[])[],
): Float64Array[] {
  const moved = values.map(row => new Float64Array(row.length));
  return drawsOf(blocks[0]?.[0]?.length ?? 0).map(counts => {
    moved.forEach((row, design) => {
      for (let head = 0; head < row.length; head++) {
        const sums = blocks[design]![head]!;
        let value = values[design]![head]!;
        for (let at = 0; at < counts.length; at++) value += counts[at]! * sums[at]!;
        row[head] = value;
      }
    });
    return ranksOf(moved);
  });
}

/**
 * Differences of two designs' mean ranks where each block of images gives its advantage to either of
 * them by chance, as it does where both are equally good.
 */
function swapped(
  values: readonly Float64Array[],
  blocks: readonly (readonly Float64Array[])[],
  first: number,
  second: number,
): number[] {
  const size = blocks[0]?.[0]?.length ?? 0;
  const moved = values.map(row => Float64Array.from(row));
  return signsOf(size).map(signs => {
    for (let head = 0; head < values[first]!.length; head++) {
      const [ours, theirs] = [values[first]![head]!, values[second]![head]!];
      const [sums, rivals] = [blocks[first]![head]!, blocks[second]![head]!];
      let advantage = 0;
      for (let at = 0; at < size; at++)
        advantage += signs[at]! * (sums[at]! - rivals[at]! + (ours - theirs) / size);
      moved[first]![head] = (ours + theirs + advantage) / 2;
      moved[second]![head] = (ours + theirs - advantage) / 2;
    }
    const ranks = ranksOf(moved);
    return ranks[first]! - ranks[second]!;
  });
}

/** How often each block is drawn, in each resample. */
const drawsOf = drawnOnce((size, random) => {
  const counts = new Uint16Array(size);
  for (let draw = 0; draw < size; draw++) counts[Math.floor(random() * size)]! += 1;
  return counts;
});

/** A sign for each block, in each resample. */
const signsOf = drawnOnce((size, random) =>
  Int8Array.from({length: size}, () => (random() < 0.5 ? -1 : 1)),
);

/** Draws for a number of blocks, the same for every comparison, and so only once. */
function drawnOnce<T>(draw: (size: number, random: Random) => T): (size: number) => readonly T[] {
  const cached = new Map<number, readonly T[]>();
  return size => {
    const before = cached.get(size);
    if (before !== undefined) return before;
    const random = seededRandom(SEED);
    const draws = Array.from({length: RESAMPLES}, () => draw(size, random));
    if (cached.size >= MAX_DRAWN) cached.clear();
    cached.set(size, draws);
    return draws;
  };
}

/**
 * The mean rank of each design within each seed that all have.
 *
 * @returns A row per design; empty rows where each design has a single run. NaN where the designs have
 *          fewer than two seeds in common.
 */
function ranksBySeed(designs: readonly RankedDesign[], sign: number): number[][] {
  if (designs.every(({seeds}) => seeds.length === 1)) return designs.map(() => []);
  const common = (designs[0]?.seeds ?? []).filter(candidate =>
    designs.every(({seeds}) => seeds.includes(candidate)),
  );
  if (common.length < 2) return designs.map(() => [Number.NaN]);
  const rows = common.map(seed =>
    ranksOf(
      designs.map(({seeds, heads}) =>
        Float64Array.from(heads, head => sign * head.values[seeds.indexOf(seed)]!),
      ),
    ),
  );
  return designs.map((_, design) => rows.map(ranks => ranks[design]!));
}

function transposed(rows: readonly (readonly number[])[]): Float64Array[] {
  return (rows[0] ?? []).map((_, column) => Float64Array.from(rows, row => row[column]!));
}

function varianceOf(values: readonly number[]): number {
  return squaresAround(mean(values), values) / (values.length - 1);
}
