import path from 'node:path';
import type {Dataset} from '../data/dataset.js';
import {encodePng} from '../data/image/sharp-images.js';
import {changesOf, mixesImages} from '../data/mixup.js';
import {loadExperiment} from '../experiment/load.js';
import type {Experiment} from '../experiment/schema.js';
import {modelPlans} from '../model/plan.js';
import {trainingPlan} from '../training/batch-plans.js';
import {readBatch} from '../training/batches.js';
import type {ExitCode} from '../util/exit-codes.js';
import {printable} from '../util/format.js';
import {UserError} from '../util/user-error.js';
import type {Streams} from '../app/streams.js';
import {loadData, type DataFlags} from './load-data.js';
import {writeOut} from './write-out.js';

type PreviewRequest = DataFlags & {
  /** The PNG; named after the experiment where nothing is said. */
  readonly out?: string;
  /** Folder in which experiments are found by name. */
  readonly folder: string;
};

/** Rows of the preview. */
const IMAGES = 6;
/** Columns after the first, which shows each image as it is. */
const EPOCHS = 5;
/** White pixels between two images. */
const GAP = 2;
/** Small images are enlarged to about this many pixels. */
const LEGIBLE_HEIGHT = 140;

/**
 * Draws some training images as they are, and as the network sees them in its first epochs.
 *
 * @throws UserError where the experiment changes no images, or the file cannot be written.
 */
export async function previewDataOf(
  name: string,
  overrides: readonly string[],
  {folder, out, ...flags}: PreviewRequest,
  streams: Streams,
): Promise<ExitCode> {
  const {variants} = await loadExperiment(name, folder, overrides);
  const changing = variants.find(
    ({experiment: {training}}) => changesOf(training.augment).length > 0,
  );
  const {experiment} = changing ?? variants[0]!;
  const {augment: augmentation} = experiment.training;
  if (augmentation === undefined)
    throw new UserError(
      `${experiment.name}: training.augment is not set, so that training changes no image. Expected some of its keys.`,
      {hint: 'Try --set "training.augment={flip: true, shift: 0.1, brightness: 0.2}".'},
    );
  const dataset = await loadData(experiment, flags, streams);
  try {
    const file = out ?? `${path.basename(experiment.name)}-preview.png`;
    await writeOut(file, await sheetOf(experiment, dataset), 'preview');
    const shown = Math.min(IMAGES, dataset.train.count);
    const [first, ...more] = modelPlans(experiment);
    // Each network has an order of its own, and so mixes other images.
    const which = mixesImages(augmentation) && more.length > 0 ? ` of ${first!.name}` : '';
    streams.stdout.write(
      `${printable(file)}: ${shown} training images as they are, and in epochs 1 to ${EPOCHS}${which}\n`,
    );
    if (variants.length > 1)
      streams.stderr.write(
        `note: this is ${printable(experiment.name)}, of ${variants.length} combinations. To see another one, set its values: --set KEY=VALUE\n`,
      );
  } finally {
    await dataset.close();
  }
  return 0;
}

/** A PNG with a row for each image. */
async function sheetOf(experiment: Experiment, dataset: Dataset): Promise<Buffer> {
  const {train, height, width} = dataset;
  const positions = Uint32Array.from({length: Math.min(IMAGES, train.count)}, (_, row) => row);
  const imageBytes = height * width * 3;
  const originals = new Uint8Array(positions.length * imageBytes);
  await train.read(positions, originals);
  const columns = [originals];
  for (let epoch = 1; epoch <= EPOCHS; epoch++) {
    const plan = trainingPlan({experiment, dataset}, modelPlans(experiment)[0]!, epoch);
    const images = new Uint8Array(originals.length);
    for (const position of positions) {
      const batch = await readBatch({...plan, batchSize: 1}, plan.order.indexOf(position));
      images.set(batch.images, position * imageBytes);
    }
    columns.push(images);
  }
  const sides = [
    positions.length * (height + GAP) - GAP,
    columns.length * (width + GAP) - GAP,
  ] as const;
  const sheet = new Uint8Array(sides[0] * sides[1] * 3).fill(255);
  columns.forEach((images, column) => {
    for (let row = 0; row < positions.length * height; row++) {
      const line = images.subarray(row * width * 3, (row + 1) * width * 3);
      const below = row + Math.floor(row / height) * GAP;
      sheet.set(line, (below * sides[1] + column * (width + GAP)) * 3);
    }
  });
  return encodePng(sheet, sides, Math.max(1, Math.round(LEGIBLE_HEIGHT / height)));
}
