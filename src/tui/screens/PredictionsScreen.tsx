import {Box} from 'ink';
import type {ReactElement} from 'react';
import type {TuiController} from '../interface.js';
import {predictedRun} from '../loading/follow-screen.js';
import type {Snapshot} from '../state/snapshot.js';
import {predictionsLayout} from '../view/predictions-layout.js';
import {Lines} from '../widgets/Lines.js';
import {Panel} from '../widgets/Panel.js';
import {PicturePlace} from '../widgets/PicturePlace.js';

type ScreenProps = {
  readonly controller: TuiController;
  readonly snapshot: Snapshot;
  readonly width: number;
  readonly height: number;
};

/** The images of a run beside each other, and under each what every head says of it. */
export function PredictionsScreen({
  controller,
  snapshot,
  width,
  height,
}: ScreenProps): ReactElement {
  const record = predictedRun(snapshot);
  const layout = predictionsLayout(snapshot, record, width, height);
  return (
    <Panel title={layout.title} width={width} height={height} focused>
      <Box flexDirection="column">
        <Lines lines={layout.lines} width={width - 4} />
        <Box marginTop={1}>
          {layout.cards.map(card => (
            <Box key={card.file} flexDirection="column" width={card.width} marginRight={2}>
              {card.pictureHeight === 0 || record === undefined ? undefined : (
                <PicturePlace
                  read={() => controller.services.image(record.folder.path, card.file)}
                  name={`${record.folder.id}/${card.file}`}
                  alt={card.file}
                  width={card.pictureWidth}
                  height={card.pictureHeight}
                />
              )}
              <Lines lines={card.lines} width={card.width} />
            </Box>
          ))}
        </Box>
      </Box>
    </Panel>
  );
}
