import {cleanup} from 'ink-testing-library';
import type {ReactElement} from 'react';
import {afterEach, describe, expect, it} from 'vitest';
import {TablePanel} from '../../../src/tui/components/Table.js';
import {TuiController} from '../../../src/tui/controller.js';
import {ControllerContext} from '../../../src/tui/hooks.js';
import {
  columnPages,
  nameFolding,
  naturalWidths,
  type Column,
} from '../../../src/tui/text/columns.js';
import {widthOf} from '../../../src/tui/text/fit.js';
import {fixtureServices} from '../../helpers/interface-services.js';
import {render} from '../../helpers/render.js';

afterEach(cleanup);

const controller = new TuiController(fixtureServices({runs: '/nowhere'}));

type Run = {readonly name: string; readonly values: readonly string[]};

const titles = Array.from({length: 40}, (_, index) => `Head${index}`);
const runs: readonly Run[] = Array.from({length: 45}, (_, run) => ({
  name: `matrix-of-sizes.scale-${run}.seed-${run % 3}`,
  values: titles.map((_, head) => `0.${run}${head}`),
}));
const columns: readonly Column<Run>[] = [
  {title: 'Name', isName: true, minWidth: 12, cell: ({name}) => ({text: name})},
  {title: 'Status', cell: () => ({text: '✓ completed', role: 'good'})},
  ...titles.map((title, head): Column<Run> => ({
    title,
    align: 'right',
    priority: head,
    cell: ({values}) => ({text: values[head] ?? ''}),
  })),
];

type TableProps = {
  readonly cursor?: number;
  readonly page?: number;
  readonly width?: number;
  readonly height?: number;
  readonly items?: readonly Run[];
};

function Table({
  cursor = 0,
  page = 0,
  width = 80,
  height = 24,
  items = runs,
}: TableProps): ReactElement {
  return (
    <ControllerContext.Provider value={controller}>
      <TablePanel
        title="Runs"
        columns={columns}
        items={items}
        keyOf={({name}) => name}
        marked={new Set(['matrix-of-sizes.scale-1.seed-1'])}
        empty="There are no runs."
        isFocused
        {...{cursor, page, width, height}}
      />
    </ControllerContext.Provider>
  );
}

function linesOf(props: TableProps): readonly string[] {
  return (render(<Table {...props} />).lastFrame() ?? '').split('\n');
}

describe('a table', () => {
  it.each([
    [60, 20],
    [80, 24],
    [100, 40],
  ])('fills %i columns and %i rows, and shows the status', (width, height) => {
    const lines = linesOf({width, height});
    expect(lines.length).toBe(height);
    expect(lines.map(widthOf)).toEqual(lines.map(() => width));
    expect(lines[2]).toContain('✓ completed');
  });

  it('follows its cursor and says which rows are visible', () => {
    expect(linesOf({})[0]).toContain('Runs 1–21 of 45');
    const lines = linesOf({cursor: 44});
    expect(lines[0]).toContain('Runs 25–45 of 45');
    expect(lines.at(-2)).toMatch(/▸.*…44\.seed-2/);
  });

  it('draws the cursor and other rows again when they change', () => {
    const {rerender, lastFrame} = render(<Table />);
    rerender(<Table cursor={1} items={runs.slice(10)} />);
    expect(lastFrame()).toMatch(/▸.*…11\.seed-2/);
    expect(lastFrame()).not.toMatch(/…9\.seed/);
  });

  it('marks rows', () => {
    expect(linesOf({})[3]).toMatch(/^│ {2}● /);
  });

  it('says how many columns do not fit', () => {
    expect(linesOf({})[0]).toMatch(/ · 34 more columns: ← → /);
  });

  it('shows every column on one of its pages, and then the first page again', () => {
    const headers = Array.from({length: 20}, (_, page) => linesOf({page})[1] ?? '');
    for (const title of titles) expect(headers.join('')).toContain(` ${title} `);
    for (const header of headers) expect(header).toContain('Status');
    const again = headers.indexOf(headers[0] ?? '', 1);
    expect(again).toBeGreaterThan(1);
    expect(linesOf({page: -1})[1]).toBe(headers[again - 1]);
  });

  it('leaves out what long names begin with in common', () => {
    expect(linesOf({})[2]).toMatch(/ ma\S*…0\.seed-0 /);
  });

  it('says why it is empty', () => {
    expect(linesOf({items: []}).join('\n')).toContain('There are no runs.');
  });
});

describe('the pages of columns', () => {
  const free = (priority: number): {priority: number; minWidth: number} => ({
    priority,
    minWidth: 5,
  });

  it('have the most important columns first, in the order of the table', () => {
    const pages = columnPages([free(3), free(1), free(2)], [5, 5, 5], 15);
    expect(pages.map(page => page.map(({index}) => index))).toEqual([[1, 2], [0]]);
  });

  it('have one column that is cut where not even one fits', () => {
    const pages = columnPages([{}, free(1)], [10, 40], 16);
    expect(pages).toEqual([
      [{index: 0, width: 10}],
      [
        {index: 0, width: 10},
        {index: 1, width: 2},
      ],
    ]);
  });

  it('give spare room to the texts that are cut', () => {
    const [page] = columnPages([free(1), free(2)], [30, 30], 50);
    expect(page).toEqual([
      {index: 0, width: 30},
      {index: 1, width: 16},
    ]);
  });

  it('count wide characters twice', () => {
    const column: Column<{text: string}> = {title: 'Name', cell: ({text}) => ({text})};
    expect(naturalWidths([column], [{text: '미소'}, {text: 'ab'}])).toEqual([4]);
  });
});

describe('a name that does not fit', () => {
  const fold = nameFolding([
    'multi-output-faces.scale-1.5',
    'multi-output-faces.scale-2',
    'separate',
  ]);

  it('keeps what it does not share', () => {
    expect(fold('multi-output-faces.scale-1.5', 12)).toBe('multi-ou…1.5');
    expect(fold('multi-output-faces.scale-2', 28)).toBe('multi-output-faces.scale-2');
  });

  it('loses its middle where it shares nothing', () => {
    expect(fold('separate', 6)).toBe('sep…te');
    expect(widthOf(fold('separate', 5))).toBe(5);
  });

  it('never becomes longer than its column', () => {
    for (let width = 1; width < 30; width++) {
      for (const name of ['multi-output-faces.scale-1.5', 'separate', '---', '미소-미소-미소'])
        expect(widthOf(fold(name, width))).toBeLessThanOrEqual(width);
    }
  });
});
