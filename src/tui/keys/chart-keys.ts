import {chartActions} from '../actions/charts.js';
import {curveKinds} from '../state/interface-state.js';
import type {Snapshot} from '../state/snapshot.js';
import type {Binding} from './binding.js';

const screens = ['live', 'run'] as const;
/** Where one chart is part of a screen, its keys stand in the help and not in the footer. */
const withComparison = [...screens, 'compare'] as const;
const unlessCompared =
  (label: string) =>
  ({state: {screen}}: Snapshot): string | undefined =>
    screen === 'compare' ? undefined : label;

/** What keys do on the curves of a run, and of a comparison. */
export const chartKeys: readonly Binding[] = [
  {
    action: chartActions.curves,
    keys: ['y'],
    screens,
    label: ({state: {curves}}) =>
      curveKinds[(curveKinds.indexOf(curves) + 1) % curveKinds.length] ?? '',
    help: 'Show the next curves: accuracy, loss, all heads together, several runs, the machine.',
  },
  {
    action: chartActions.earlierEpoch,
    keys: [','],
    screens: withComparison,
    label: unlessCompared('epoch'),
    help: 'Read the values one epoch earlier. Esc hides them.',
  },
  {
    action: chartActions.laterEpoch,
    keys: ['.'],
    screens: withComparison,
    help: 'Read the values one epoch later; after the last epoch they are the latest again.',
  },
  {
    action: chartActions.fit,
    keys: ['f'],
    screens: withComparison,
    label: snapshot => unlessCompared(snapshot.state.chart.fit ? 'whole range' : 'fit')(snapshot),
    help: 'Fit the axis to the visible values, or show 0 to 1.',
  },
  {
    action: chartActions.log,
    keys: ['L'],
    screens,
    help: 'Show losses on a logarithmic axis, or on a linear one.',
  },
  {
    action: chartActions.smooth,
    keys: ['e'],
    screens: withComparison,
    help: 'Smooth the curves: a moving average of weight 0.6, then 0.9, then none. Numbers stay as they are.',
  },
  {
    action: chartActions.zoomIn,
    keys: ['+', '='],
    screens: withComparison,
    label: unlessCompared('zoom'),
    help: 'Show half as many epochs, around the one that is read or the last.',
  },
  {
    action: chartActions.zoomOut,
    keys: ['-'],
    screens: withComparison,
    help: 'Show twice as many epochs.',
  },
  {
    action: chartActions.nextHead,
    keys: [']'],
    screens,
    help: 'Show the next head.',
  },
  {action: chartActions.previousHead, keys: ['['], screens, help: 'Show the previous head.'},
  {
    action: chartActions.sortHeads,
    keys: ['s'],
    screens,
    help: 'Sort a table of heads by its next column.',
  },
  {
    action: chartActions.reverseHeads,
    keys: ['S'],
    screens,
    help: 'Reverse the order of the heads.',
  },
];
