import {alternatives, experimentJsonSchema, type SchemaNode} from './json-schema.js';
import {MOST_LOST_FRACTION} from './limits.js';
import {valueText} from './value-text.js';

/**
 * Text of `docs/experiment-file.md`: every key with its values, default and meaning, and notes.
 *
 * @param note Says that the file is generated.
 */
export function experimentFileMarkdown(note: string): string {
  const head = ['# The experiment file', '', note, ''];
  const titles = ['| key | value | default | meaning |', '| --- | --- | --- | --- |'];
  const notes = fileNotes.flatMap(({title, text}) => ['', `## ${title}`, '', text]);
  return `${[...head, ...titles, ...keyRows(experimentJsonSchema(), ''), ...notes].join('\n')}\n`;
}

function keyRows(node: SchemaNode, path: string): string[] {
  return alternatives(node).flatMap(branch => {
    const rows = Object.entries(branch.properties ?? {}).flatMap(([key, child]) =>
      keyRow(child, path === '' ? key : `${path}.${key}`),
    );
    const hasPlainItems =
      branch.items === undefined ||
      // Its keys stand elsewhere.
      branch.items.$comment !== undefined ||
      alternatives(branch.items).every(({properties}) => properties === undefined);
    return hasPlainItems ? rows : [...rows, ...keyRows(branch.items, `${path}[]`)];
  });
}

function keyRow(node: SchemaNode, path: string): string[] {
  const fallback = node.default === undefined ? '' : `\`${JSON.stringify(node.default)}\``;
  const cells = [`\`${path}\``, valueText(node), fallback, node.description ?? ''];
  return [
    `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`,
    ...keyRows(node, path),
  ];
}

/** The sections of `docs/experiment-file.md` below its table. */
const fileNotes: readonly {readonly title: string; readonly text: string}[] = [
  {
    title: 'Paths',
    text: `\`data.root\`, \`--data\` and \`model.backbone.network\` are absolute, start with \`~/\` for the home folder, or are relative to
the folder in which you start the program (not to the experiment file). \`--data\` overrides \`data.root\`. A run saves the full path in its
\`experiment.yaml\` and as \`dataRoot\` in its \`run.json\`, so you can resume it from any folder.`,
  },
  {
    title: 'Sizes of images',
    text: `All images enter a network in one size, which \`check\` prints. \`data.image.scale\` always divides the size of CelebA's
aligned images (218 high, 178 wide), so shapes are known without the data. Images of another size are scaled to the same
input: smaller images are enlarged, and images of other proportions, such as square ones, are stretched. The run's log, its
\`summary.txt\` and \`data prepare\` warn of this. For such images, set \`data.image.size: [height, width]\` in their proportions.

Papers often use 64x64: \`data.image.size: [64, 64]\` stretches CelebA's 218x178 to it, as their code does. Libraries scale with
other filters: here each pixel is the mean of the area that it covers.`,
  },
  {
    title: 'A single class',
    text: `A head with the same value in all training images, or in all validation images, trains without a meaningful result.
\`check\` (if the data is present), the run's log and its \`summary.txt\` warn of it.`,
  },
  {
    title: 'Thresholds and calibration',
    text: `\`evaluation\` says how the probabilities of the chosen weights become predictions. It takes effect after the last epoch:
accuracies of epochs and of training images always count the more probable class, a threshold of 0.5.

- \`calibrate: temperature\` divides the logits of each head by the number from 0.1 to 10 that minimises the log loss on the
  validation images (Guo et al. 2017). It changes probabilities, not their order: ROC-AUC stays, and so does every
  prediction at a threshold of 0.5.
- \`threshold: balanced\` or \`f1\` then takes, for each head, the threshold with the highest balanced accuracy or F1 on the
  validation images. A head predicts 1 where its probability is above the threshold. All thresholds between two neighbouring
  probabilities predict the same: their middle is taken, or 0.5 where it lies between them. Of equally good ones, the nearest
  to 0.5 is taken, then the lower.
- Where the validation images of a head are of one class, it keeps 0.5 and a temperature of 1; the log says so. A temperature
  at its limit is logged too: few images that are all classified correctly call for ever more confidence.
- Without a test part, a run is measured on the images that chose its thresholds and temperatures: its numbers are too good,
  and a warning says so.`,
  },
  {
    title: 'Mixup',
    text: `\`training.augment: {mixup: 0.2}\` mixes each training image, after its other changes, with the next one in the order of
the epoch (Zhang et al. 2018). With l of a Beta(0.2, 0.2) distribution, the smaller of l and 1 - l is how much the other
image weighs; an image never weighs less than the one that is mixed in, which leaves the distribution of the mixtures as it
is. The fraction is drawn for each image from the seed, the epoch and the image, so that neither the size of a batch nor a
break changes anything. \`data preview\` shows the mixtures.

- The loss is the loss by the one label times its fraction plus the loss by the other label times the rest: with smoothed
  labels, class weights and the focal loss, too.
- The accuracy of the training images compares the prediction with the label that weighs more. It is lower than that of
  unmixed images; validation and test see no mixtures.
- Where the label of one of both images is missing, the mixture counts for that head as an image without a label. With many
  missing labels, mixup leaves few.`,
  },
  {
    title: 'YAML',
    text: `Files are YAML 1.2 with anchors, aliases and merge keys: \`- conv2d: &first {filters: 32, activation: relu}\`, then
\`- conv2d: {<<: *first, filters: 64}\`. A key beside \`<<\` wins over a merged key; in a list of maps, the first map wins. With
all aliases written out, a file has at most 110,000 values.`,
  },
  {
    title: 'Branches and blocks',
    text: `\`- residual: {layers: [...]}\` adds the result of its layers to their input (He et al. 2016). Where the layers change the
shape, a 1x1 convolution with the stride and the filters that fit takes the place of the input; \`shortcut: [...]\` names other
layers. \`- add: [[...], [...]]\` adds the results of several lists of layers; an empty list is the input itself.
\`- squeezeExcitation: {ratio: 16}\` stands for globalAveragePooling2d, two dense layers and a product (Hu et al. 2018).

\`model.blocks\` names lists of layers. \`- block: NAME\` puts one in, and \`repeat: 3\` three of them, one after another, each with
weights of its own. Blocks may name other blocks:

\`\`\`yaml
model:
  kind: multi-output
  blocks:
    conv: # convolution, normalisation, ReLU
      - conv2d: {filters: 32, padding: same, useBias: false}
      - batchNormalization: {}
      - activation: {function: relu}
    stage:
      - residual: {layers: [{block: conv}, {block: conv}]}
  layers:
    - block: conv
    - block: stage
      repeat: 3
    - globalAveragePooling2d: {}
\`\`\`

A branch holds layers and blocks, but no further branch: give that one a block. \`check\` prints the network that comes of it,
with the layers that each is connected to.`,
  },
  {
    title: 'A backbone',
    text: `\`model.backbone\` is a trained network whose output the layers take in place of the images. \`network\` is
\`face-recognition\`, or the path of a model of your own:

\`\`\`yaml
model:
  kind: multi-output
  backbone: {network: efficientnet.keras}
  layers:
    - globalAveragePooling2d: {}
\`\`\`

- **From Keras**: a \`.keras\` or \`.h5\` file of a whole model, such as
  \`keras.applications.EfficientNetB0(include_top=False, input_shape=(224, 224, 3)).save("efficientnet.keras")\`. Images get
  the size that the model has.
- **From tfjs**: the folder of a \`model.json\` with its weights, as \`model.save\` or tensorflowjs_converter
  (\`--output_format=tfjs_layers_model\`) writes it. A graph model has operations in place of layers and cannot be used.
- **From here**: \`runs/ID\`, a finished run.

Of keras.applications, these compute here what they compute in Keras: DenseNet, EfficientNet and EfficientNetV2, Inception V3,
MobileNet (to V3), NASNet, ResNet (also V2), VGG and Xception. \`check\` names a layer that is not known. Such a layer may be above
\`until\`, the last layer that is used; so may other inputs, which are joined with what comes of the images.

- A layer that the model calls several times is there once for each call: \`relu\`, then \`relu:1\`, \`relu:2\`. Its weights are
  shared, so that it can only be frozen.
- Arithmetic with a number, such as \`x / 127.5 - 1\` or a preprocess_input within the model, is a layer. What scales the images is put
  into one convolution.
- Dropout of whole images (\`noise_shape\`, EfficientNet's stochastic depth) drops nothing in fine-tuning.
- Batch normalization of a file keeps its statistics, scale and shift.`,
  },
  {
    title: 'Groups of heads',
    text: `With \`model.kind: grouped\`, \`model.groups\` says which heads share a network. \`[[Male, Goatee], [Smiling]]\` and the text
\`Male + Goatee | Smiling\` are the same; the text can be a value of a matrix:

\`\`\`yaml
model: {kind: grouped, layers: [...]}
matrix:
  model.groups:
    - Male + Goatee + Smiling # all in one
    - Male + Goatee | Smiling
    - Male | Goatee | Smiling # separate
\`\`\`

Each group is a network with all layers, named by its heads (\`models/Male+Goatee\`); its initial weights follow from the seed
and that name. A head may be in several groups. One of them answers it: its predictions, metrics, charts, models of \`split\`
and exports are those of that group alone. With \`answeredBy: first\` that is the group named first; with \`best\`, the one that
is best for the head on the validation images, by the metric of \`training.best\`.

\`branchAfter: 3\` makes one network of it: all heads share the first three entries of \`model.layers\`, and each group has its
own copy of the rest. A head that is in several groups has an output in each of them, such as \`Male\` and \`Male.2\`, the one
of the second group; all of them count in the loss. \`check\` prints the network.`,
  },
  {
    title: 'Images that are missing or broken',
    text: `Samples are drawn from existing images. A warning counts labels without an image; they are not drawn, and they are no
error as long as \`data.sampling\` and \`data.split\` find enough images.

An existing image that cannot be decoded fails the run (\`data.onBadImage: fail\`, exit code 3) or is left out (\`skip\`).
With \`skip\`, a sample may also lack missing images. A run fails with exit code 3 where

- more than ${MOST_LOST_FRACTION * 100} % of the images of a part, and more than one, would be lost, or
- one of them would lose all images of a stratum: a combination of the heads' values in a balanced sample, a value of one
  head in any other sample.

A sample of complete data depends on the seed alone; missing images change it.`,
  },
  {
    title: 'People',
    text: `With \`data.split.groupBy: identity\`, nobody is in two parts. Who is in an image is read from \`identity_CelebA.txt\` (or
.csv) beside the labels, a file name and a number in each line; from \`celeb_id\` of a parquet file; or from the file names
where all of them are a name and a number, such as \`Aaron_Eckhart_0001.jpg\`. The sample is drawn as ever; then the test and
the validation part each get whole people who together have exactly as many images as the file says, and other people
train. Where no people have that many, one more is in the part with some images, and that person's other images are left
out; likewise for the last one to train on. So counts are always met, or the run ends with exit code 3: a few images of the
sample must be left over. All draws follow from the seed.

Without \`groupBy\`, a warning counts the people who are in more than one part, and their images. CelebA's official split
has none.`,
  },
  {
    title: 'Folds',
    text: `\`data.split: {folds: 5, validation: 200}\` divides the sample into five folds and makes five runs of the same seed: each
tests on one fold, chooses its epoch on 200 other images, and trains on all the rest. In a balanced sample the folds are
balanced, too; with \`groupBy: identity\` they have whole people, and about the same number of images. \`--repeat 3\` makes 15
runs with the same folds; \`--resplit\` draws new folds for each seed. \`compare\` pools the folds of a seed, so that each image
of the sample counts once; a seed of which a fold failed or is missing is named and left out. \`data.split.fold\` is set for
each run; set it yourself (\`--set data.split.fold=2\`) to run a single fold.`,
  },
  {
    title: 'Conventions',
    text: `Layers, initialisers and optimisers compute what Keras 3 computes under the same names. Where libraries differ:

- \`hardSigmoid\` is 0.2 x + 0.5, clipped to 0 and 1, as in Keras 2, tfjs and ONNX. In Keras 3 the slope is 1/6.
- \`glorotNormal\`, \`heNormal\` and \`leCunNormal\` are truncated at two standard deviations and scaled by 1 / 0.8796, so that
  the weights have the nominal variance.
- \`momentum\`: velocity = momentum * velocity - rate * gradient; weight += velocity. In PyTorch the rate multiplies the
  velocity instead, so results differ where a schedule changes the rate.
- \`adam\` adds epsilon to the root of the mean square, \`rmsprop\` to the mean square under the root.
- \`weightDecay\` subtracts rate * weightDecay * weight from each weight, biases included, separately from the gradient:
  \`adam\` with it is AdamW, as in PyTorch and Keras.
- \`batchNormalization\` divides the variance of a batch by its count, for the moving average too; momentum is the
  fraction of the average that stays.
- \`layerNormalization\` is over the channels of each pixel (Keras's \`axis: -1\`), \`groupNormalization\` over the pixels and the
  channels of a group; both divide the variance by its count. \`spatialDropout2d\` draws a mask for each image and channel.
- \`averagePooling2d\` with \`padding: same\` takes the mean of the image's pixels, without the padding.
- \`gelu\` is exact, with the error function; dropout scales the remaining values by 1 / (1 - rate).
- \`cosine\` falls over the steps after the warm-up, to \`minimum\` times the rate, once or in \`cycles\`; \`step\` counts epochs
  from the first one, including the warm-up; \`one-cycle\` rises to the rate and falls again, as PyTorch's \`OneCycleLR\`.
- \`plateau\` counts as Keras's \`ReduceLROnPlateau\`: after \`patience\` epochs without an improvement in the metric that
  \`training.best\` names, the rate is multiplied by \`factor\`, after a warm-up at the earliest.
- \`accumulate\` averages the gradients of that many batches, each weighted by its images, for one update: without
  \`batchNormalization\` and missing labels, the same as one larger batch. The last update of an epoch may have fewer batches. Schedules count
  updates.
- \`ema\` averages all weights after each update, the averages of \`batchNormalization\` included, with the bias correction of
  Adam. The loss of the training images is that of the weights themselves.
- The loss of a head is the mean over the images of \`w[y] * sum of t[k] * (1 - p[k])^focalGamma * -log p[k]\`, with the class
  weight w of the label y, the probabilities p, and a target t of labelSmoothing / n for each of n classes, for that of the
  label 1 - labelSmoothing more. With
  [1, 3], an image with the label 1 counts three times (a positive weight, PyTorch's \`pos_weight\`). Weights are not
  normalised, as in Keras. The validation loss is the same function.
- With \`model.output: sigmoid\` a head has one logit z in place of two: p of 1 is sigmoid(z), p of 0 is 1 - sigmoid(z), and the
  loss above is the binary cross-entropy, computed from the logit. Thresholds, temperatures and metrics are those of p of 1.
- \`balance\` multiplies the loss of each head in training by a weight that changes: \`uncertainty\` learns s and minimises the sum
  of loss * exp(-s) + s (Kendall et al. 2018, for classification without the factor 1/2), \`imtl-l\` the same with the other
  sign of s (Liu et al. 2021); both by Adam at the network's rate. \`dwa\` is K softmax(r / 2) of the ratios of the last two
  epochs' losses (Liu et al. 2019), \`rlw\` the softmax of new normal numbers for each update (Lin et al. 2021), \`gls\` the geometric
  mean (Chennupati et al. 2019), \`famo\` FAMO with the rate 0.025 and decay 0.01 of its authors' script for CelebA, whose losses
  after the update are of the same batch (Liu et al. 2023; of several accumulated batches, the last).
  The other methods weigh the gradients of the losses by the values of the layer that the heads are on: the layers below get the
  weighted sum, each head's own weights the gradient of its own loss. \`pcgrad\` compares in a random order for each update (Yu et
  al. 2020), \`mgda-ub\` takes the shortest convex combination (Sener and Koltun 2018), \`cagrad\` has the radius 0.4 and no rescaling
  (Liu et al. 2021), \`imtl-g\` equal projections with weights that sum to 1 (Liu et al. 2021), \`nash\` solves Gram w = 1 / w
  with Gram over its norm (Navon et al. 2022), \`fairgrad\` Gram w = w^(-1/2) (Ban and Ji 2024).
  The methods see plain losses, with class weights, smoothing and focal exponent; \`lossWeights\` multiply their weights. A head
  without a known label in a batch takes no part in it. All losses that are reported, the best epoch and \`plateau\` are without
  the balance ([decision 37](decisions/0037-heads-are-balanced-by-weights.md)).
- \`clipNorm\` scales all gradients of a network together, as Keras's \`global_clipnorm\`.
- The best weights are those of the last epoch that was better than the best before by more than \`earlyStopping.minDelta\`, on
  the validation images, in the metric that \`training.best\` names: the loss (with \`lossWeights\` and \`training.loss\`), the mean accuracy or the mean
  F1 over the heads of the network. Separate networks choose each for itself. F1 is 0 for a head without positives.
- Where a loss is NaN or infinite, the run fails with exit code 1 and says in which epoch and batch, and with which rate. The
  weights after the last epoch with finite losses are saved in \`models/\`.`,
  },
];
