import {fraction, thousands} from '../../util/format.js';
import type {DataState, DataSummary, DataTask} from '../state/data-state.js';
import type {Snapshot} from '../state/snapshot.js';
import {wrap} from '../text/fit.js';
import {line, span, type Line} from '../text/line.js';
import {bar} from './bar.js';
import {factLine, inside, stacked, titleWithWindow, type Layout, type Pane} from './pane.js';
import {tableLines} from './table.js';
import {windowFrom} from './window.js';

const LABEL_WIDTH = 18;
const TASK_HEIGHT = 4;

type DataLayout = {
  readonly panes: Layout;
  readonly faces:
    | {
        readonly shown: Snapshot['data']['examples'];
        readonly height: number;
        /** Size of one image, in columns and lines. */
        readonly pictureWidth: number;
        readonly pictureHeight: number;
      }
    | undefined;
};

const FACES_HEIGHT = 13;
/** Below this the numbers need the room. */
const MIN_HEIGHT_WITH_FACES = 30;

/** Numbers above, some images below where there is room. */
export function dataLayout(snapshot: Snapshot, width: number, height: number): DataLayout {
  const {examples} = snapshot.data;
  if (examples.length === 0 || height < MIN_HEIGHT_WITH_FACES)
    return {panes: dataPane(snapshot, width, height), faces: undefined};
  const pictureHeight = FACES_HEIGHT - 2;
  // A cell is about twice as high as wide, CelebA's images are 178 wide and 218 high.
  const pictureWidth = Math.round((pictureHeight * 2 * 178) / 218);
  const room = Math.max(1, Math.floor((width - 4) / (pictureWidth + 2)));
  return {
    panes: dataPane(snapshot, width, height - FACES_HEIGHT),
    faces: {shown: examples.slice(0, room), height: FACES_HEIGHT, pictureWidth, pictureHeight},
  };
}

/** What the data of the chosen experiment holds, and what is being done about it. */
export function dataPane({data, state}: Snapshot, width: number, height: number): Layout {
  const {task} = data;
  const rest = task === undefined ? height : height - TASK_HEIGHT;
  const room = inside({width, height: rest});
  const lines = dataLines(data, room.width);
  const seen = windowFrom(lines.length, state.scroll, room.height);
  const pane: Pane = {
    key: 'data',
    title: titleWithWindow(`Data of ${data.asked ?? 'the experiment'}`, seen, lines.length),
    width,
    height: rest,
    focused: true,
    lines: lines.slice(seen.from, seen.to),
  };
  return task === undefined ? pane : stacked(taskPane(task, width), pane);
}

function taskPane({what, text, done, total}: DataTask, width: number): Pane {
  const room = inside({width, height: TASK_HEIGHT});
  return {
    key: 'task',
    title: what === 'sample' ? 'Drawing the sample faces' : 'Preparing the images',
    width,
    height: TASK_HEIGHT,
    focused: false,
    lines: [bar(total === 0 ? 0 : done / total, room.width), line(text)],
  };
}

function dataLines({loading, error, info}: DataState, width: number): Line[] {
  if (loading) return [line('Reading the data set.', 'faint')];
  if (error !== undefined) return wrap(error, width).map(text => line(text, 'bad'));
  if (info === undefined) return [line('No data set is loaded yet.', 'faint')];
  return [
    ...facts(info, width),
    line(''),
    ...strata(info, width),
    line(''),
    ...balance(info, width),
  ];
}

function facts(
  {source, layout, images, imageSize, missing, partition, warnings}: DataSummary,
  width: number,
): Line[] {
  const parts =
    partition === undefined
      ? 'none'
      : Object.entries(partition)
          .map(([name, count]) => `${thousands(count)} ${name}`)
          .join(', ');
  return [
    factLine('Source', source, LABEL_WIDTH),
    factLine('Layout', layout, LABEL_WIDTH),
    factLine('Images', thousands(images), LABEL_WIDTH),
    ...(imageSize === undefined
      ? []
      : [
          factLine(
            'Image size',
            `${imageSize.height}x${imageSize.width} (height x width)`,
            LABEL_WIDTH,
          ),
        ]),
    missing === 0
      ? factLine('Missing images', 'none', LABEL_WIDTH)
      : [span('Missing images  ', 'bad'), span(thousands(missing), 'bad')],
    factLine('Official split', parts, LABEL_WIDTH),
    ...warnings.flatMap(text => wrap(`Note: ${text}`, width).map(own => line(own, 'warning'))),
  ];
}

function strata(info: DataSummary, width: number): Line[] {
  const rows = Object.entries(info.strata).map(([name, count]) => ({
    key: name,
    cells: [{text: name}, {text: thousands(count)}],
  }));
  if (rows.length === 0) return [];
  const table = tableLines([{title: 'Stratum'}, {title: 'Images', align: 'right'}], rows, width);
  return [table.header, ...table.rows];
}

function balance(info: DataSummary, width: number): Line[] {
  const rows = Object.entries(info.balance).map(([name, positives]) => ({
    key: name,
    cells: [
      {text: name},
      {text: `${(positives * 100).toFixed(1)} %`},
      {text: fraction(info.majority[name] ?? Number.NaN, 3)},
    ],
  }));
  const columns = [
    {title: 'Attribute'},
    {title: 'Positives', align: 'right' as const},
    {title: 'Majority baseline', align: 'right' as const},
  ];
  const table = tableLines(columns, rows, width);
  return [table.header, ...table.rows];
}
