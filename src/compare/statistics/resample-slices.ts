import {MISSING} from '../../experiment/missing-label.js';
import {deriveSeed, seededRandom, type Random} from '../../util/random.js';

/** What one seed of one design, or of two designs, predicts for images that are in slices. */
export type SlicedSeed = {
  readonly images: number;
  /** For each product of attributes, the slice of each image: its index among all slices. */
  readonly slices: readonly Uint8Array[];
  readonly heads: readonly {
    /** 0, 1 or MISSING for each image. */
    readonly labels: Uint8Array;
    /** 0 or 1 for each image, by design. */
    readonly predicted: readonly Uint8Array[];
  }[];
};

/** Fractions of the images in a slice, 0 to 1; NaN where there is nothing to divide by. */
export type SliceRates = {
  readonly accuracy: number;
  /** Fraction of the images with label 1 that are predicted as 1. */
  readonly truePositiveRate: number;
  /** Fraction of the images with label 0 that are predicted as 1. */
  readonly falsePositiveRate: number;
};

/** The mean rates over seeds, by index of the design and of the slice. */
type RatesIn = (design: number, slice: number) => SliceRates;

/** Enough for the ends of a 95 % interval: 50 resamples are beyond each. */
const RESAMPLES = 2000;

/**
 * The bootstrap of everything that follows from the slices of a design (Efron 1979): draws images
 * with replacement, and seeds where there are several, and calls `visit` with the rates in the
 * resample. Seeds on the same images share the draw, as do the heads. The same input gives the same
 * draws.
 *
 * @param count      Number of slices.
 * @param sameImages Whether all seeds were evaluated on the same images, in the same order.
 * @param visit      Gets the index of a head and its rates, which hold until it returns.
 */
export function resampleSlices(
  seeds: readonly SlicedSeed[],
  count: number,
  sameImages: boolean,
  visit: (head: number, ratesIn: RatesIn) => void,
): void {
  const [first] = seeds;
  if (first === undefined) return;
  const random = seededRandom(deriveSeed(1, 'slices'));
  const sets = sameImages ? [seeds] : seeds.map(seed => [seed]);
  const heads = first.heads.map((_, head) => sets.map(set => patternsOf(set, head)));
  const drawn = sets.map(([seed]) => new Uint16Array(seed!.images));
  const tables = new SliceTables(seeds.length, first.heads[0]?.predicted.length ?? 0, count);
  for (let resample = 0; resample < RESAMPLES; resample++) {
    drawn.forEach(times => drawImages(times, random));
    const chosen = seeds.map((_, seed) =>
      seeds.length === 1 ? seed : Math.floor(random() * seeds.length),
    );
    heads.forEach((patterns, head) => {
      tables.clear();
      patterns.forEach((pattern, set) => tables.add(pattern, drawn[set]!, sameImages ? 0 : set));
      visit(head, (design, slice) => tables.meanRates(chosen, design, slice));
    });
  }
}

/** Counts how often each image is drawn. */
function drawImages(times: Uint16Array, random: Random): void {
  times.fill(0);
  for (let draw = 0; draw < times.length; draw++) times[Math.floor(random() * times.length)]! += 1;
}

/** Images that no table tells apart: in the same slices, with the same label and predictions. */
type Patterns = {
  /** Index of the pattern of each image. */
  readonly patternOf: Uint32Array;
  /** For each pattern, seed, design and product: where the image is counted in its table. */
  readonly cells: readonly Uint16Array[];
  readonly products: number;
};

/** Groups images into patterns: a resample then counts a few patterns, and not each image by seed. */
function patternsOf(seeds: readonly SlicedSeed[], head: number): Patterns {
  const [first] = seeds;
  const images = first?.images ?? 0;
  const indexes = new Map<string, number>();
  const cells: Uint16Array[] = [];
  const patternOf = new Uint32Array(images);
  for (let image = 0; image < images; image++) {
    const isMissing = seeds.some(({heads}) => heads[head]!.labels[image] === MISSING);
    const places = (isMissing ? [] : seeds).flatMap(({slices, heads}) => {
      const {labels, predicted} = heads[head]!;
      return predicted.flatMap(column =>
        slices.map(slice => 4 * slice[image]! + 2 * labels[image]! + column[image]!),
      );
    });
    const key = places.join();
    const index = indexes.get(key) ?? indexes.size;
    if (index === indexes.size) {
      indexes.set(key, index);
      cells.push(Uint16Array.from(places));
    }
    patternOf[image] = index;
  }
  return {patternOf, cells, products: first?.slices.length ?? 0};
}

/** Confusion matrices by seed, design and slice. */
class SliceTables {
  readonly #designs: number;
  readonly #count: number;
  readonly #counts: Uint32Array;

  constructor(seeds: number, designs: number, count: number) {
    this.#designs = designs;
    this.#count = count;
    this.#counts = new Uint32Array(4 * seeds * designs * count);
  }

  clear(): void {
    this.#counts.fill(0);
  }

  /** @param firstSeed Index of the seed that the patterns begin with. */
  add({patternOf, cells, products}: Patterns, times: Uint16Array, firstSeed: number): void {
    const totals = new Uint32Array(cells.length);
    for (let image = 0; image < times.length; image++) totals[patternOf[image]!]! += times[image]!;
    cells.forEach((places, pattern) => {
      const total = totals[pattern]!;
      if (total === 0) return;
      for (let place = 0; place < places.length; place++) {
        const table = firstSeed * this.#designs + Math.floor(place / products);
        this.#counts[4 * this.#count * table + places[place]!]! += total;
      }
    });
  }

  /** @param chosen Indexes of seeds. */
  meanRates(chosen: readonly number[], design: number, slice: number): SliceRates {
    let [accuracy, truePositiveRate, falsePositiveRate] = [0, 0, 0];
    for (const seed of chosen) {
      const at = 4 * ((seed * this.#designs + design) * this.#count + slice);
      const [trueNegatives, falsePositives] = [this.#counts[at]!, this.#counts[at + 1]!];
      const [falseNegatives, truePositives] = [this.#counts[at + 2]!, this.#counts[at + 3]!];
      const [zeros, ones] = [trueNegatives + falsePositives, falseNegatives + truePositives];
      accuracy += (trueNegatives + truePositives) / (zeros + ones) / chosen.length;
      truePositiveRate += truePositives / ones / chosen.length;
      falsePositiveRate += falsePositives / zeros / chosen.length;
    }
    return {accuracy, truePositiveRate, falsePositiveRate};
  }
}
