import {Box} from 'ink';
import type {ReactElement} from 'react';
import type {DataInfo} from '../../data/info.js';
import {fraction, thousands} from '../../util/format.js';
import type {Table} from '../../util/table.js';
import {CELEBA_ASPECT, ImagePlace} from '../components/Images.js';
import {inside, Panel, ScrollPanel, type PanelSize} from '../components/Panel.js';
import {Bar, TextLines} from '../components/TextLines.js';
import {useSnapshot} from '../hooks.js';
import type {DataState, DataTask} from '../state/snapshot.js';
import {factLine, line, span, tableLines, wrappedLines, type Line} from '../text/line.js';
import {useTheme} from '../theme.js';

const LABEL_WIDTH = 18;
const TASK_HEIGHT = 4;
const FACES_HEIGHT = 13;
/** Below this the numbers need the room. */
const MIN_HEIGHT_WITH_FACES = 30;

/** What the data of the experiment holds, what is being done about it, and a few of its images. */
export function DataScreen({width, height}: PanelSize): ReactElement {
  const {data, state} = useSnapshot();
  const {asked, task, examples} = data;
  const isWithFaces = examples.length > 0 && height >= MIN_HEIGHT_WITH_FACES;
  const facts = {
    width,
    height: height - (task === undefined ? 0 : TASK_HEIGHT) - (isWithFaces ? FACES_HEIGHT : 0),
  };
  return (
    <Box flexDirection="column">
      {task !== undefined && <Task task={task} width={width} height={TASK_HEIGHT} />}
      <ScrollPanel
        title={`Data of ${asked ?? 'the experiment'}`}
        lines={dataLines(data, inside(facts).width)}
        scroll={state.scroll}
        {...facts}
        isFocused
      />
      {isWithFaces && <Faces examples={examples} width={width} height={FACES_HEIGHT} />}
    </Box>
  );
}

type FacesProps = PanelSize & {readonly examples: DataState['examples']};

function Faces({examples, ...size}: FacesProps): ReactElement {
  const room = inside(size);
  const columns = Math.floor(room.width / (Math.round(room.height * CELEBA_ASPECT) + 2));
  return (
    <Panel title="Some images" {...size}>
      <Box columnGap={2}>
        {examples.slice(0, Math.max(1, columns)).map(({file, bytes}) => (
          <ImagePlace
            key={file}
            read={() => Promise.resolve(bytes)}
            name={file}
            alt={file}
            height={room.height}
          />
        ))}
      </Box>
    </Panel>
  );
}

type TaskProps = PanelSize & {readonly task: DataTask};

const taskTitles: Readonly<Record<DataTask['what'], string>> = {
  sample: 'Drawing the sample faces',
  prepare: 'Preparing the images',
  fetch: 'Fetching CelebA',
};

function Task({task: {what, text, done, total}, ...size}: TaskProps): ReactElement {
  const {screenReader} = useTheme();
  const title = taskTitles[what];
  const counted = total === 0 ? '' : `${thousands(done)} of ${thousands(total)}`;
  if (screenReader) {
    const of = what === 'sample' ? '' : ` of ${text}`;
    const progress = counted === '' ? '' : `, ${counted}`;
    return <TextLines lines={[line(`${title}${of}${progress}.`)]} width={size.width} />;
  }
  const {width} = inside(size);
  return (
    <Panel title={title} {...size}>
      <Bar fraction={total === 0 ? 0 : done / total} width={width} />
      <TextLines
        lines={[line([text, counted, 'Esc cancels'].filter(part => part !== '').join(' · '))]}
        width={width}
      />
    </Panel>
  );
}

function dataLines({loading, error, info}: DataState, width: number): Line[] {
  if (loading) return [line('Reading the data set.', 'faint')];
  if (error !== undefined) return wrappedLines(error, width, 'bad');
  if (info === undefined) return [line('No data set is loaded yet.', 'faint')];
  const filled = tablesOf(info).filter(({rows}) => rows.length > 0);
  const tables = filled.flatMap(table => [line(''), ...tableLines(table, width)]);
  return [...facts(info, width), ...tables];
}

function facts(
  {source, layout, images, imageSize, missing, partition, warnings}: DataInfo,
  width: number,
): Line[] {
  const parts =
    partition === undefined
      ? 'none'
      : Object.entries(partition)
          .map(([name, count]) => `${thousands(count)} ${name}`)
          .join(', ');
  const size = imageSize && `${imageSize.height}x${imageSize.width} (height x width)`;
  const firstFacts = {
    Source: source,
    Layout: layout,
    Images: thousands(images),
    ...(size === undefined ? {} : {'Image size': size}),
  };
  return [
    ...Object.entries(firstFacts).map(([label, value]) => factLine(label, value, LABEL_WIDTH)),
    missing === 0
      ? factLine('Missing images', 'none', LABEL_WIDTH)
      : [span('Missing images'.padEnd(LABEL_WIDTH), 'bad'), span(thousands(missing), 'bad')],
    factLine('Official split', parts, LABEL_WIDTH),
    ...warnings.flatMap(text => wrappedLines(`Note: ${text}`, width, 'warning')),
  ];
}

function tablesOf({strata, balance, majority, classes = {}}: DataInfo): readonly Table[] {
  return [
    {
      header: ['Stratum', 'Images'],
      rows: Object.entries(strata).map(([name, images]) => [name, thousands(images)]),
      right: [1],
    },
    {
      header: ['Attribute', 'Positives', 'Majority baseline'],
      rows: Object.entries(balance).map(([name, positives]) => [
        name,
        `${(positives * 100).toFixed(1)} %`,
        fraction(majority[name] ?? Number.NaN, 3),
      ]),
      right: [1, 2],
    },
    {
      header: ['Attribute', 'Class', 'Images'],
      rows: Object.entries(classes).flatMap(([name, counts]) =>
        Object.entries(counts).map(([each, images]) => [name, each, thousands(images)]),
      ),
      right: [2],
    },
  ];
}
