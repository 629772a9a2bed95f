import {MOST_LOST_FRACTION} from './limits.js';

/** What `docs/experiment-file.md` says beyond its table, section by section. */
export const fileNotes: readonly {readonly title: string; readonly text: string}[] = [
  {
    title: 'Paths',
    text: `\`data.root\` and \`--data\` are absolute, begin with \`~/\` for the home folder, or are relative to the folder in which
the program is started: not to the experiment file. \`--data\` takes the place of \`data.root\`. A run keeps the full path
that it used, in its \`experiment.yaml\` and as \`dataRoot\` in its \`run.json\`, so that it can be resumed from any folder.`,
  },
  {
    title: 'Sizes of images',
    text: `All images enter a network in one size, which \`check\` prints. \`data.image.scale\` divides the size of CelebA's aligned images,
218 high and 178 wide, whatever the images have: shapes are known without the data. Images of another size are scaled to the
same input: smaller ones are enlarged, and those of other proportions, such as square ones, are stretched. The run's log, its
\`summary.txt\` and \`data prepare\` say so. Name \`data.image.size: [height, width]\` for them, with proportions like theirs.`,
  },
  {
    title: 'One class alone',
    text: `A head that has the same value in all training images, or in all validation images, trains and means nothing. \`check\` (where
the data is there), the run's log and its \`summary.txt\` warn of it.`,
  },
  {
    title: 'YAML',
    text: `Files are YAML 1.2 with anchors, aliases and merge keys: \`- conv2d: &first {filters: 32, activation: relu}\`, then
\`- conv2d: {<<: *first, filters: 64}\`. A key beside \`<<\` holds before one that is taken over; of a list of maps the first
holds. With all aliases written out a file has at most 110,000 values.`,
  },
  {
    title: 'Images that are missing or broken',
    text: `Samples are drawn from the images that are there. Labels without an image are counted in a warning; they are
neither drawn nor an error, as long as \`data.sampling\` and \`data.split\` find enough images.

An image that is there and cannot be decoded ends the run (\`data.onBadImage: fail\`, exit code 3) or is left out (\`skip\`).
With \`skip\`, a sample may also lack images that are not there. In all cases the run is refused with exit code 3 where

- more than ${MOST_LOST_FRACTION * 100} % of the training images or of the validation images, and more than one, would be lost, or
- all images of a stratum would be lost from one of them: of a combination of the heads' values in a balanced sample, of a
  value of one head in any other.

A sample of complete data depends on the seed alone; it is another one where images are missing.`,
  },
  {
    title: 'Conventions',
    text: `Layers, initialisers and optimisers compute what Keras 3 computes under the same names. Where libraries differ:

- \`hardSigmoid\` is 0.2 x + 0.5, cut to 0 and 1: that of Keras 2, tfjs and ONNX. In Keras 3 the slope is 1/6.
- \`glorotNormal\`, \`heNormal\` and \`leCunNormal\` are cut off at two deviations and widened by 1 / 0.8796, so that the weights
  have the variance that the name promises.
- \`momentum\`: velocity = momentum * velocity - rate * gradient; weight += velocity. In PyTorch the rate multiplies the
  velocity instead, which differs where a schedule changes the rate.
- \`adam\` adds epsilon to the root of the mean square, \`rmsprop\` to the mean square under the root.
- \`weightDecay\` takes rate * weightDecay * weight off each weight, biases included, apart from the gradient (AdamW).
- \`batchNormalization\` divides the variance of a batch by its count, for the moving average too; momentum is the part of
  the average that stays.
- \`averagePooling2d\` with \`padding: same\` takes the mean of the pixels that are there, without zeros around the image.
- \`gelu\` is the exact one, with the error function; dropout scales what it keeps by 1 / (1 - rate).
- \`cosine\` goes over the steps after the warm-up, to \`minimum\` times the rate; \`step\` counts epochs from the first of the
  run, those of the warm-up included.
- \`earlyStopping\` keeps the weights of the last epoch whose validation loss was lower by more than \`minDelta\` than the
  best before it.`,
  },
];
