import {headAccuracies, type RunState} from '../../runs/run-state.js';
import {statusText} from '../../runs/status.js';
import {isBroken} from '../../runs/run-record.js';
import {fraction, thousands} from '../../util/format.js';
import {screenTitle} from '../keys/keys-markdown.js';
import {cursorIndex} from '../state/lists.js';
import type {Snapshot} from '../state/snapshot.js';
import {line, plainText, type Line} from '../text/line.js';
import {compareColumns} from './compare.js';
import {visibleExperiments} from './experiments.js';
import {footerLine} from './header.js';
import {helpPane} from './help.js';
import {headSentences} from './heads.js';
import {liveItems, shownItem} from './live.js';
import type {Layout} from './pane.js';
import {predictionText, shownPictures} from './predictions.js';
import {accuracyText} from './run-text.js';
import {visibleRuns} from './runs.js';
import {dataPane} from './data.js';
import {openedRun, runPanes} from './run.js';
import {partialNotes} from './partial-metrics.js';
import {verdictSentences} from '../../report/text/verdict.js';

const WIDE = 100;
const HIGH = 200;

/** What a screen says, in sentences: first where one is, then what is chosen, then the rest. */
export function screenReaderLines(snapshot: Snapshot): Line[] {
  const {screen, help} = snapshot.state;
  const title = help ? 'Help' : `Screen: ${screenTitle(screen)}.`;
  return [
    line(title),
    ...body(snapshot).flatMap(undrawn),
    line(plainText(footerLine(snapshot, WIDE)).trim()),
  ];
}

/** Boxes, blocks, shapes and Braille: a screen reader would read them out one by one. */
const drawn = /[\u2500-\u25ff\u2800-\u28ff] ?/g;

/** Edges of a drawn table are left out; the cells of its rows are told apart by commas. */
function undrawn(content: Line): Line[] {
  const text = plainText(content);
  if (text.search(drawn) === -1) return [content];
  const cells = text.split(/[│┃]/).map(cell => cell.replaceAll(drawn, '').trim());
  const said = cells.filter(cell => cell !== '').join(', ');
  return said === '' ? [] : [line(said)];
}

function body(snapshot: Snapshot): Line[] {
  const {state} = snapshot;
  if (state.help) return flatten(helpPane(snapshot, WIDE, HIGH));
  switch (state.screen) {
    case 'experiments':
      return experiments(snapshot);
    case 'live':
      return live(snapshot);
    case 'runs':
      return runs(snapshot);
    case 'run':
      return run(snapshot);
    case 'compare':
      return compare(snapshot);
    case 'predictions':
      return predictions(snapshot);
    case 'data':
      return data(snapshot);
    default:
      return state.screen satisfies never;
  }
}

function data(snapshot: Snapshot): Line[] {
  const {task} = snapshot.data;
  const rest = flatten(
    dataPane({...snapshot, data: {...snapshot.data, task: undefined}}, WIDE, HIGH),
  );
  if (task === undefined) return rest;
  const {what, text, done, total} = task;
  const said = what === 'sample' ? 'Drawing the sample faces' : `Preparing the images of ${text}`;
  const far = total === 0 ? '' : `, ${thousands(done)} of ${thousands(total)}`;
  return [line(`${said}${far}.`), ...rest];
}

function flatten(layout: Layout): Line[] {
  return 'direction' in layout
    ? layout.parts.flatMap(flatten)
    : [line(`${layout.title}.`), ...layout.lines];
}

function experiments(snapshot: Snapshot): Line[] {
  const list = snapshot.state.lists.experiments;
  const entries = visibleExperiments(snapshot);
  const at = cursorIndex(
    list,
    entries.map(({name}) => name),
  );
  const latest = (file: string): string => {
    const record = snapshot.runs.find(({info}) => !isBroken(info) && info.file === file);
    return record === undefined
      ? ''
      : ` Latest run ${statusText(record.status)}: ${accuracyText(record.state)}.`;
  };
  return entries.map(({name, parsed, error}, index) => {
    const place = index === at ? 'Chosen: ' : '';
    const mark = list.marked.has(name) ? ' Marked.' : '';
    return parsed === undefined
      ? line(`${place}${name} is broken. ${error?.message.split('\n')[0] ?? ''}`)
      : line(`${place}${name}. ${parsed.file.description}${mark}${latest(parsed.file.name)}`);
  });
}

function live(snapshot: Snapshot): Line[] {
  const shown = shownItem(snapshot);
  if (shown === undefined) return [line('No run is in progress.')];
  const others = liveItems(snapshot).filter(({key}) => key !== shown.key);
  return [
    line(`Chosen: ${shown.name}, ${statusText(shown.run.status)}.`),
    ...runSentences(shown.run),
    ...others.map(({name, queued, run}) =>
      line(`Also ${name}: ${statusText(run.status)}${queued === undefined ? ' elsewhere' : ''}.`),
    ),
  ];
}

function runSentences(state: RunState): Line[] {
  const model = state.models.find(({name}) => name === state.current);
  const epoch = model?.history.at(-1)?.epoch;
  const heads = headAccuracies(state)
    .filter(({accuracy}) => Number.isFinite(accuracy))
    .map(({head, accuracy}) => line(`${head}: validation accuracy ${fraction(accuracy, 3)}.`));
  return [
    ...(epoch === undefined ? [] : [line(`Epoch ${epoch} of ${state.epochs} is done.`)]),
    ...heads,
    ...(state.failure === undefined ? [] : [line(`It failed: ${state.failure.message}`)]),
  ];
}

function runs(snapshot: Snapshot): Line[] {
  const shown = visibleRuns(snapshot);
  const list = snapshot.state.lists.runs;
  const at = cursorIndex(
    list,
    shown.map(({folder}) => folder.id),
  );
  return shown.map(({folder, state, status}, index) => {
    const place = index === at ? 'Chosen: ' : '';
    const mark = list.marked.has(folder.id) ? ' Marked.' : '';
    return line(`${place}${folder.id}, ${statusText(status)}. ${accuracyText(state)}.${mark}`);
  });
}

function run(snapshot: Snapshot): Line[] {
  const record = openedRun(snapshot);
  if (record === undefined || snapshot.state.runTab === 'curves') {
    return record === undefined ? [line('This run no longer exists.')] : runSentences(record.state);
  }
  if (snapshot.state.runTab === 'heads') return headSentences(snapshot.measured, record.folder.id);
  return flatten(runPanes(snapshot, WIDE, HIGH));
}

function compare(snapshot: Snapshot): Line[] {
  const {result, error} = snapshot.comparison;
  if (result === undefined) return [line(error ?? 'Nothing to compare.')];
  const columns = compareColumns(result, snapshot.state.allColumns, snapshot.runs);
  const rows = result.groups.map((_, row) =>
    line(
      `${columns
        .map(
          ({title, cells, best}) => `${title} ${cells[row] ?? ''}${best === row ? ', best' : ''}`,
        )
        .join('. ')}.`,
    ),
  );
  const notes = partialNotes(result.groups, snapshot.runs);
  return [...rows, ...[...verdictSentences(result), ...notes].map(text => line(text))];
}

function predictions({predictions: own, state}: Snapshot): Line[] {
  if (own.error !== undefined) return [line(own.error)];
  const images = shownPictures(own, state.predictions);
  const shown = images[state.predictions.index];
  if (shown === undefined) return [line('No images.')];
  return [
    line(`${shown.file}, ${state.predictions.index + 1} of ${images.length}.`),
    ...shown.heads.map(head => line(predictionText(head))),
  ];
}
