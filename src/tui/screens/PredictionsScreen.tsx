import {Box} from 'ink';
import type {ReactElement} from 'react';
import {inside, Panel, type PanelSize} from '../components/Panel.js';
import {ImagePlace} from '../components/Images.js';
import {MessagePanel} from '../components/Curves.js';
import {TextLines} from '../components/TextLines.js';
import {useController, useSnapshot} from '../hooks.js';
import {predictedRun, shownImages} from '../state/selectors.js';
import type {ImagePrediction, Snapshot} from '../state/snapshot.js';
import {line} from '../text/line.js';
import {predictionText} from '../text/predictions.js';

const CARD_WIDTH = 36;
const MAX_IMAGE_HEIGHT = 20;
const MIN_IMAGE_HEIGHT = 5;
const MAX_HEADS = 8;

/** The images of a run beside each other, and under each what every head says of it. */
export function PredictionsScreen(size: PanelSize): ReactElement {
  const snapshot = useSnapshot();
  const record = predictedRun(snapshot);
  const images = shownImages(snapshot);
  const {mistakesOnly, index} = snapshot.state.predictions;
  const title = `Predictions${record === undefined ? '' : ` of ${record.state.experiment}`}`;
  const message = messageText(snapshot, record?.folder.id);
  if (record === undefined || message !== undefined)
    return <MessagePanel title={title} text={message ?? ''} {...size} isFocused />;
  const room = inside(size);
  const at = Math.min(index, images.length - 1);
  const columns = Math.max(1, Math.floor(room.width / (CARD_WIDTH + 2)));
  const what = mistakesOnly ? 'mistakes, most confident first' : 'images, mistakes first';
  return (
    <Panel title={`${title} · ${at + 1} of ${images.length} ${what}`} {...size} isFocused>
      <TextLines
        lines={[line(`${record.folder.id} · (…) is the probability of yes`, 'faint')]}
        width={room.width}
      />
      <Box marginTop={1} columnGap={2}>
        {images.slice(at, at + columns).map(image => (
          <Card key={image.file} run={record.folder.path} image={image} height={room.height - 2} />
        ))}
      </Box>
    </Panel>
  );
}

/** What stands in place of the images; undefined when there are some. */
function messageText(snapshot: Snapshot, run: string | undefined): string | undefined {
  const {predictions} = snapshot;
  if (run === undefined) return 'No run has predictions yet. Run an experiment first.';
  if (predictions.run !== run) return 'Reading the predictions.';
  if (predictions.error !== undefined) return predictions.error;
  return shownImages(snapshot).length === 0
    ? 'Every head is right about every image. m shows them.'
    : undefined;
}

type CardProps = {
  /** Path of the run's folder. */
  readonly run: string;
  readonly image: ImagePrediction;
  readonly height: number;
};

/** An image above what the heads say of it; the text alone where there is no room. */
function Card({run, image: {file, heads}, height}: CardProps): ReactElement {
  const {services} = useController();
  const lines = [
    line(file, 'strong'),
    ...heads
      .slice(0, MAX_HEADS)
      .map(head => line(predictionText(head), head.label === head.predicted ? 'plain' : 'bad')),
    ...(heads.length > MAX_HEADS
      ? [line(`and ${heads.length - MAX_HEADS} more heads`, 'faint')]
      : []),
  ];
  const imageHeight = Math.min(MAX_IMAGE_HEIGHT, height - Math.min(heads.length, MAX_HEADS) - 2);
  return (
    <Box flexDirection="column" width={CARD_WIDTH}>
      {imageHeight >= MIN_IMAGE_HEIGHT && (
        <ImagePlace
          read={() => services.image(run, file)}
          name={`${run}/${file}`}
          alt={file}
          height={imageHeight}
          maxWidth={CARD_WIDTH}
        />
      )}
      <TextLines lines={lines} width={CARD_WIDTH} />
    </Box>
  );
}
