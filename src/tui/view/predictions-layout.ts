import type {RunRecord} from '../../runs/run-record.js';
import type {ImagePrediction} from '../state/predictions-state.js';
import type {Snapshot} from '../state/snapshot.js';
import {wrap} from '../text/fit.js';
import {line, span, type Line} from '../text/line.js';
import {inside} from './pane.js';
import {predictionText, shownPictures} from './predictions.js';

type ImageCard = {
  readonly file: string;
  readonly width: number;
  readonly pictureWidth: number;
  /** Lines; 0 where there is no room for images. */
  readonly pictureHeight: number;
  readonly lines: readonly Line[];
};

type PredictionsLayout = {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly cards: readonly ImageCard[];
};

const CARD_WIDTH = 36;
const MAX_IMAGE_HEIGHT = 20;
const MAX_HEADS = 8;

/** As many images as fit beside each other, the one under the cursor first. */
export function predictionsLayout(
  snapshot: Snapshot,
  record: RunRecord | undefined,
  width: number,
  height: number,
): PredictionsLayout {
  const {predictions, state} = snapshot;
  const {mistakesOnly, index} = state.predictions;
  const room = inside({width, height});
  const name = record === undefined ? '' : ` of ${record.state.experiment}`;
  const empty = (text: string): PredictionsLayout => ({
    title: `Predictions${name}`,
    lines: wrap(text, room.width).map(own => line(own)),
    cards: [],
  });
  if (record === undefined) return empty('No run has predictions yet. Run an experiment first.');
  if (predictions.run !== record.folder.id) return empty('Reading the predictions.');
  if (predictions.error !== undefined) return empty(predictions.error);
  const images = shownPictures(predictions, {mistakesOnly});
  if (images.length === 0) return empty('Every head is right about every image. m shows them.');
  const at = Math.min(index, images.length - 1);
  const columns = Math.max(1, Math.floor(room.width / (CARD_WIDTH + 2)));
  const what = mistakesOnly ? 'mistakes, most confident first' : 'images, mistakes first';
  const shown = images.slice(at, at + columns);
  return {
    title: `Predictions${name} · ${at + 1} of ${images.length} ${what}`,
    lines: [line(`${record.folder.id} · (…) is the probability of yes`, 'faint')],
    cards: shown.map(image => card(image, room.height - 2)),
  };
}

function card(image: ImagePrediction, height: number): ImageCard {
  const heads = image.heads.slice(0, MAX_HEADS);
  const pictureHeight = Math.max(0, Math.min(MAX_IMAGE_HEIGHT, height - heads.length - 2));
  const drawn = pictureHeight < 5 ? 0 : pictureHeight;
  return {
    file: image.file,
    width: CARD_WIDTH,
    // A cell is about twice as high as wide, CelebA's images are 178 wide and 218 high.
    pictureWidth: Math.min(CARD_WIDTH, Math.round((drawn * 2 * 178) / 218)),
    pictureHeight: drawn,
    lines: [
      line(image.file, 'strong'),
      ...heads.map((head): Line => {
        const wrong = head.label !== head.predicted;
        return [span(predictionText(head), wrong ? 'bad' : 'plain')];
      }),
      ...(image.heads.length > MAX_HEADS
        ? [line(`and ${image.heads.length - MAX_HEADS} heads more`, 'faint')]
        : []),
    ],
  };
}
