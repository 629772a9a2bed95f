import {Box, Text} from 'ink';
import {Table} from 'ink-table';
import {useMemo, type ReactElement, type ReactNode} from 'react';
import {useTheme} from '../hooks/theme-context.js';
import {comparedRecords} from '../loading/follow-screen.js';
import type {Snapshot} from '../state/snapshot.js';
import {compareLayout, type CompareLayout} from '../view/compare-layout.js';
import {Lines} from '../widgets/Lines.js';
import {Panel} from '../widgets/Panel.js';

type ScreenProps = {
  readonly snapshot: Snapshot;
  readonly width: number;
  readonly height: number;
};

/** The compared runs in a table, the verdict, and their curves in one chart. */
export function CompareScreen({snapshot, width, height}: ScreenProps): ReactElement {
  const layout = useMemo(
    () => compareLayout(snapshot, comparedRecords(snapshot), width, height),
    [snapshot, width, height],
  );
  return (
    <Box flexDirection="column">
      <Panel title={layout.title} width={width} height={layout.tableHeight} focused>
        {layout.rows.length === 0 ? (
          <Lines lines={layout.message} width={width - 4} />
        ) : (
          <CompareTable layout={layout} />
        )}
      </Panel>
      {[layout.verdict, layout.curves].map(part =>
        part === undefined ? undefined : (
          <Panel
            key={part.title}
            title={part.title}
            width={width}
            height={part.height}
            focused={false}
          >
            <Lines lines={part.lines} width={width - 4} />
          </Panel>
        ),
      )}
    </Box>
  );
}

function CompareTable({layout}: {readonly layout: CompareLayout}): ReactElement {
  const theme = useTheme();
  return (
    <Table
      data={layout.rows.map(row => ({...row}))}
      columns={layout.columns.map(({key, align}) => ({key, align}))}
      padding={1}
      header={({children}) => <Text>{theme.paint('strong', flat(children))}</Text>}
      skeleton={({children}) => <Text>{theme.paint('faint', flat(children))}</Text>}
      cell={({children}) => (
        <Text>{theme.paint(flat(children).includes('★') ? 'good' : 'plain', flat(children))}</Text>
      )}
    />
  );
}

function flat(children: ReactNode): string {
  return Array.isArray(children) ? children.map(String).join('') : String(children as string);
}
