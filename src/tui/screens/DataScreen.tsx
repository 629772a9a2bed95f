import {Box} from 'ink';
import {lazy, Suspense, type ReactElement} from 'react';
import type {Snapshot} from '../state/snapshot.js';
import {dataLayout} from '../view/data.js';
import {LayoutView} from '../widgets/LayoutView.js';
import {Panel} from '../widgets/Panel.js';

// Decoding pictures is a large library: it is loaded when somebody looks at one.
const Pictures = lazy(async () => ({
  default: (await import('../widgets/Pictures.js')).Pictures,
}));
const Face = lazy(async () => ({default: (await import('../widgets/Face.js')).Face}));

type ScreenProps = {
  readonly snapshot: Snapshot;
  readonly width: number;
  readonly height: number;
};

/** What the data holds, and a few of its pictures where there is room. */
export function DataScreen({snapshot, width, height}: ScreenProps): ReactElement {
  const {faces, panes} = dataLayout(snapshot, width, height);
  return (
    <Box flexDirection="column">
      <LayoutView layout={panes} />
      {faces === undefined ? undefined : (
        <Panel title="Some pictures" width={width} height={faces.height} focused={false}>
          <Suspense fallback={undefined}>
            <Pictures>
              <Box>
                {faces.shown.map(({file, bytes}) => (
                  <Box key={file} marginRight={2}>
                    <Face
                      read={() => Promise.resolve(bytes)}
                      name={file}
                      alt={file}
                      width={faces.pictureWidth}
                      height={faces.pictureHeight}
                    />
                  </Box>
                ))}
              </Box>
            </Pictures>
          </Suspense>
        </Panel>
      )}
    </Box>
  );
}
