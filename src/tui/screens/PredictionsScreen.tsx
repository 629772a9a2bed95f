import {Box} from 'ink';
import type {ReactElement} from 'react';
import {inside, MessagePanel, Panel, type PanelSize} from '../components/Panel.js';
import {CELEBA_ASPECT, ImagePlace} from '../components/Images.js';
import {TextLines} from '../components/TextLines.js';
import {useController, useSnapshot} from '../hooks.js';
import {isMistake} from '../../compare/mistakes.js';
import type {Prediction} from '../../compare/predictions.js';
import {oneLine, probabilityText} from '../../util/format.js';
import type {InterfaceState} from '../state/interface-state.js';
import {cursorIndex} from '../state/lists.js';
import {predictedRun, withoutRunsText} from '../state/selectors.js';
import {shownImages} from '../state/shown-images.js';
import type {ImagePrediction, Snapshot} from '../state/snapshot.js';
import {cutMiddle, widthOf} from '../text/fit.js';
import {line, span, type Line} from '../text/line.js';

const CARD_WIDTH = 36;
const GAP = 2;
/** Higher images are wider than a card. */
const MAX_IMAGE_HEIGHT = Math.floor(CARD_WIDTH / CELEBA_ASPECT);
const MIN_IMAGE_HEIGHT = 5;
/** Where there is room for several rows of cards, their images have this height at least. */
const GOOD_IMAGE_HEIGHT = 9;
const MAX_HEADS = 6;

type Shown = InterfaceState['predictions'];

/** The images of a run beside each other, and under each what every head says of it; or one, large. */
export function PredictionsScreen(size: PanelSize): ReactElement {
  const snapshot = useSnapshot();
  const record = predictedRun(snapshot);
  const images = shownImages(snapshot);
  const {predictions: shown, lists} = snapshot.state;
  const message = messageText(snapshot, record?.folder.id);
  if (record === undefined || message !== undefined)
    return <MessagePanel title="Predictions" text={message ?? ''} {...size} isFocused />;
  const at = cursorIndex(
    lists.images,
    images.map(({file}) => file),
  );
  const title = `Predictions · ${at + 1} of ${images.length} ${kindText(shown)} · most confident first`;
  const room = inside(size);
  const body = {width: room.width, height: room.height - 1};
  const image = images[at];
  const note = `(…) is the probability of ${probabilityOf(images)} · `;
  return (
    <Panel title={title} {...size} isFocused>
      <TextLines
        lines={[line(`${note}${cutMiddle(record.folder.id, room.width - note.length)}`, 'faint')]}
        width={room.width}
      />
      {shown.isLarge && image !== undefined ? (
        <LargeImage run={record.folder.path} image={image} head={shown.head} {...body} />
      ) : (
        <Cards run={record.folder.path} images={images} at={at} head={shown.head} {...body} />
      )}
    </Panel>
  );
}

/** The class whose probability is shown: yes, or the predicted one of a head with more than two classes. */
function probabilityOf(images: readonly ImagePrediction[]): string {
  const heads = images[0]?.heads ?? [];
  const several = heads.filter(({classes}) => classes !== undefined).length;
  if (several === 0) return 'yes';
  return several === heads.length ? 'the prediction' : 'yes, or of the class that is predicted';
}

function kindText({kind, head}: Shown): string {
  return `${kind === 'all' ? 'images, mistakes first' : kind}${head === undefined ? '' : ` of ${head}`}`;
}

/** What stands in place of the images; undefined when there are some. */
function messageText(snapshot: Snapshot, run: string | undefined): string | undefined {
  const {predictions, state} = snapshot;
  if (run === undefined)
    return withoutRunsText(snapshot, 'No run has predictions yet. Run an experiment first.');
  if (predictions.run !== run) return 'Reading the predictions.';
  if (predictions.error !== undefined) return predictions.error;
  if (shownImages(snapshot).length > 0) return undefined;
  const {kind, head} = state.predictions;
  return `${head ?? 'No head'} has ${head === undefined ? '' : 'no '}${kind} on these images. m shows other images.`;
}

type CardsProps = PanelSize & {
  /** Path of the run's folder. */
  readonly run: string;
  readonly images: readonly ImagePrediction[];
  /** Index of the image under the cursor. */
  readonly at: number;
  readonly head: string | undefined;
};

/** As many cards as fit in columns and rows; the page with the cursor. */
function Cards({run, images, at, head, width, height}: CardsProps): ReactElement {
  const textHeight = cardLines(images[at], head, true).length;
  const columns = Math.max(1, Math.floor((width + GAP) / (CARD_WIDTH + GAP)));
  const most = Math.max(1, Math.floor(height / (GOOD_IMAGE_HEIGHT + textHeight)));
  const rows = Math.min(most, Math.ceil(images.length / columns));
  const cardHeight = Math.floor(height / rows);
  const page = columns * rows;
  const first = Math.floor(at / page) * page;
  return (
    <Box flexDirection="column">
      {Array.from({length: rows}, (_, row) => (
        <Box key={row} columnGap={GAP} height={cardHeight}>
          {Array.from({length: columns}, (__, column) => {
            const index = first + row * columns + column;
            const image = images[index];
            return image === undefined ? undefined : (
              <Card
                key={image.file}
                {...{run, image, head}}
                imageHeight={Math.min(MAX_IMAGE_HEIGHT, cardHeight - textHeight)}
                isCursor={index === at}
              />
            );
          })}
        </Box>
      ))}
    </Box>
  );
}

type CardProps = Pick<CardsProps, 'run' | 'head'> & {
  readonly image: ImagePrediction;
  readonly imageHeight: number;
  readonly isCursor: boolean;
};

/** An image above what the heads say of it. */
function Card({run, image, head, imageHeight, isCursor}: CardProps): ReactElement {
  return (
    <Box flexDirection="column" width={CARD_WIDTH}>
      <RunImage run={run} file={image.file} height={imageHeight} maxWidth={CARD_WIDTH} />
      <TextLines lines={cardLines(image, head, isCursor)} width={CARD_WIDTH} />
    </Box>
  );
}

type RunImageProps = {
  readonly run: string;
  readonly file: string;
  readonly height: number;
  readonly maxWidth: number;
};

/** An image of a run; nothing where there is no room for it. */
function RunImage({run, file, ...size}: RunImageProps): ReactElement {
  const {services} = useController();
  if (size.height < MIN_IMAGE_HEIGHT) return <></>;
  return (
    <ImagePlace
      read={() => services.image(run, file)}
      name={`${run}/${file}/${size.maxWidth}`}
      alt={file}
      {...size}
    />
  );
}

type LargeImageProps = PanelSize & Pick<CardProps, 'run' | 'image' | 'head'>;

/** One image as large as there is room for, beside what every head says of it. */
function LargeImage({run, image, head, width, height}: LargeImageProps): ReactElement {
  const imageHeight = Math.min(height, Math.floor((width - CARD_WIDTH - GAP) / CELEBA_ASPECT));
  const lines = [line(image.file, 'strong'), ...fewLines(headLines(image, head), height - 1)];
  return (
    <Box columnGap={GAP}>
      <RunImage run={run} file={image.file} height={imageHeight} maxWidth={Infinity} />
      <TextLines lines={lines} width={CARD_WIDTH} />
    </Box>
  );
}

function cardLines(
  image: ImagePrediction | undefined,
  head: string | undefined,
  isCursor: boolean,
): readonly Line[] {
  if (image === undefined) return [];
  return [
    [span(isCursor ? '▸' : ' ', 'accent'), span(image.file, isCursor ? 'strong' : 'plain')],
    ...fewLines(headLines(image, head), MAX_HEADS + 1),
  ];
}

/** At most so many lines: the last one counts the heads that have none. */
function fewLines(lines: readonly Line[], most: number): readonly Line[] {
  const more = lines.length - most + 1;
  if (more <= 1) return lines;
  return [...lines.slice(0, most - 1), line(`and ${more} more heads`, 'faint')];
}

/** The chosen head first, then the mistakes. */
function headLines({heads}: ImagePrediction, head: string | undefined): readonly Line[] {
  const rank = (prediction: (typeof heads)[number]): number =>
    prediction.head === head ? 0 : isMistake(prediction) ? 1 : 2;
  return [...heads]
    .sort((a, b) => rank(a) - rank(b))
    .map(prediction =>
      line(predictionText(prediction, CARD_WIDTH), isMistake(prediction) ? 'bad' : 'plain'),
    );
}

/**
 * `✗ Male: yes, predicted no (0.070)`: the true label, the prediction, the probability of yes
 * (of more than two classes, that of the prediction). Where that is too wide, `✗ Male: yes → no (0.070)`.
 * `? Male: unknown, predicted no (0.070)` without a label.
 */
function predictionText(
  {head, label, predicted, probability, classes}: Prediction,
  width: number,
): string {
  const sign = label === undefined ? '?' : label === predicted ? '✓' : '✗';
  const text = (between: string): string =>
    `${sign} ${head}: ${named(label, classes)}${between}${named(predicted, classes)} (${probabilityText(probability)})`;
  const long = text(', predicted ');
  return widthOf(long) <= width ? long : text(' → ');
}

function named(value: number | undefined, classes: readonly string[] | undefined): string {
  if (value === undefined) return 'unknown';
  return classes === undefined ? (value === 1 ? 'yes' : 'no') : oneLine(classes[value] ?? '');
}
