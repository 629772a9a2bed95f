import {Box} from 'ink';
import type {ReactElement} from 'react';
import type {Snapshot} from '../state/snapshot.js';
import {dataLayout} from '../view/data.js';
import {LayoutView} from '../widgets/LayoutView.js';
import {Panel} from '../widgets/Panel.js';
import {PicturePlace} from '../widgets/PicturePlace.js';

type ScreenProps = {
  readonly snapshot: Snapshot;
  readonly width: number;
  readonly height: number;
};

/** What the data holds, and a few of its images where there is room. */
export function DataScreen({snapshot, width, height}: ScreenProps): ReactElement {
  const {faces, panes} = dataLayout(snapshot, width, height);
  return (
    <Box flexDirection="column">
      <LayoutView layout={panes} />
      {faces === undefined ? undefined : (
        <Panel title="Some images" width={width} height={faces.height} focused={false}>
          <Box>
            {faces.shown.map(({file, bytes}) => (
              <Box key={file} marginRight={2}>
                <PicturePlace
                  read={() => Promise.resolve(bytes)}
                  name={file}
                  alt={file}
                  width={faces.pictureWidth}
                  height={faces.pictureHeight}
                />
              </Box>
            ))}
          </Box>
        </Panel>
      )}
    </Box>
  );
}
