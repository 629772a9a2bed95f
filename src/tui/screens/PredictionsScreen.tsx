import {Box} from 'ink';
import {lazy, Suspense, type ReactElement} from 'react';
import type {Interface} from '../interface.js';
import {predictedRun} from '../loading/follow-screen.js';
import type {Snapshot} from '../state/snapshot.js';
import {predictionsLayout} from '../view/predictions-layout.js';
import {Lines} from '../widgets/Lines.js';
import {Panel} from '../widgets/Panel.js';

// Decoding pictures is a large library: it is loaded when somebody looks at one.
const Pictures = lazy(async () => ({
  default: (await import('../widgets/Pictures.js')).Pictures,
}));
const Face = lazy(async () => ({default: (await import('../widgets/Face.js')).Face}));

type ScreenProps = {
  readonly to: Interface;
  readonly snapshot: Snapshot;
  readonly width: number;
  readonly height: number;
};

/** The pictures of a run beside each other, and under each what every head says of it. */
export function PredictionsScreen({to, snapshot, width, height}: ScreenProps): ReactElement {
  const record = predictedRun(snapshot);
  const layout = predictionsLayout(snapshot, record, width, height);
  return (
    <Panel title={layout.title} width={width} height={height} focused>
      <Box flexDirection="column">
        <Lines lines={layout.lines} width={width - 4} />
        <Suspense fallback={undefined}>
          <Pictures>
            <Box marginTop={1}>
              {layout.cards.map(card => (
                <Box key={card.file} flexDirection="column" width={card.width} marginRight={2}>
                  {card.pictureHeight === 0 || record === undefined ? undefined : (
                    <Face
                      read={() => to.services.picture(record.folder.path, card.file)}
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
          </Pictures>
        </Suspense>
      </Box>
    </Panel>
  );
}
