import type {Prediction} from '../../compare/predictions.js';
import type {InterfaceState} from '../state/interface-state.js';
import type {PredictionsState} from '../state/predictions-state.js';

/** One picture with what every head says of it. */
export type PicturePrediction = {
  readonly file: string;
  readonly heads: readonly Prediction[];
  readonly mistakes: number;
};

/**
 * The pictures in the order in which they are shown: mistakes first, of them first the one that
 * the network was surest of; then the others, the least sure first.
 */
export function orderedPictures(
  {rows}: Pick<PredictionsState, 'rows'>,
  {mistakesOnly}: Pick<InterfaceState['predictions'], 'mistakesOnly'>,
): readonly PicturePrediction[] {
  const byFile = new Map<string, Prediction[]>();
  for (const row of rows) {
    const known = byFile.get(row.file);
    if (known === undefined) byFile.set(row.file, [row]);
    else known.push(row);
  }
  return [...byFile]
    .map(([file, heads]) => {
      const wrong = heads.filter(({label, predicted}) => label !== predicted);
      const worst = Math.max(...wrong.map(certainty), -1);
      const weakest = Math.min(...heads.map(certainty));
      return {file, heads, mistakes: wrong.length, worst, weakest};
    })
    .filter(({mistakes}) => !mistakesOnly || mistakes > 0)
    .sort((a, b) => b.worst - a.worst || a.weakest - b.weakest || (a.file < b.file ? -1 : 1));
}

/** Probability that the network gave to its own answer, 0.5 to 1. */
export function certainty({probability}: Pick<Prediction, 'probability'>): number {
  return Math.max(probability, 1 - probability);
}

/** `✗ Male: is yes, said no (0.93)`; the sign says whether it was right. */
export function predictionText({head, label, predicted, probability}: Prediction): string {
  const sure = certainty({probability}).toFixed(2);
  const sign = label === predicted ? '✓' : '✗';
  return `${sign} ${head}: is ${yesNo(label)}, said ${yesNo(predicted)} (${sure})`;
}

function yesNo(value: number): string {
  return value === 1 ? 'yes' : 'no';
}
