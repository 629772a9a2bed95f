import {isDeepStrictEqual} from 'node:util';
import {expect, it} from 'vitest';
import {kinds, resultsWith, type Environment} from '../helpers/thread-runs.js';
import {writeTinyFaces} from '../helpers/tiny-faces.js';
import {campaignCount} from './count.js';
import {recordCampaign} from './record.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

/** Of each comparison. */
const {count: REPETITIONS, keep} = campaignCount(5);

type Comparison = {
  readonly what: string;
  readonly base: Environment;
  readonly other: Environment;
  /** Whether the documents promise the same bytes. */
  readonly isPromised: boolean;
};

const one = {threads: 1};
const two = {threads: 2};
const noOneDnn = {TF_ENABLE_ONEDNN_OPTS: '0'};
const layersStep = ['--set', 'training.step=layers'];
const wasm = ['--backend', 'wasm'];
/** Slow: on small images. */
const plain = ['--backend', 'cpu', '--set', 'data.image.size=[22, 18]'];

const comparisons: readonly Comparison[] = [
  {what: 'one thread, again', base: one, other: one, isPromised: true},
  {what: 'two threads, again', base: two, other: two, isPromised: true},
  {what: 'two threads, on one core', base: two, other: {...two, pinned: true}, isPromised: true},
  {
    what: 'two threads, with one and with four operations side by side',
    base: {...two, sideBySide: 1},
    other: {...two, sideBySide: 4},
    isPromised: true,
  },
  {
    what: 'two threads without oneDNN, again',
    base: {...two, env: noOneDnn},
    other: {...two, env: noOneDnn},
    isPromised: true,
  },
  {
    what: "two threads with the layers' own step, again",
    base: {...two, args: layersStep},
    other: {...two, args: layersStep},
    isPromised: true,
  },
  {
    what: 'WebAssembly, again',
    base: {...two, args: wasm},
    other: {...two, args: wasm},
    isPromised: true,
  },
  {
    what: 'WebAssembly with one thread and with two',
    base: {...one, args: wasm},
    other: {...two, args: wasm},
    isPromised: false,
  },
  {what: 'plain JavaScript, again', base: {args: plain}, other: {args: plain}, isPromised: true},
  {what: 'one thread and two', base: one, other: two, isPromised: false},
  {what: 'with oneDNN and without', base: two, other: {...two, env: noOneDnn}, isPromised: false},
  {what: 'TensorFlow and WebAssembly', base: two, other: {...two, args: wasm}, isPromised: false},
];

it('compares the bytes of the same runs in other surroundings', async () => {
  const data = await writeTinyFaces(temporaryFolder('faces'), {
    images: 40,
  });
  const rows = [];
  for (const {what, base, other, isPromised} of comparisons) {
    // What is not promised is shown once: it says where the bytes differ, and fails nothing.
    const repetitions = isPromised ? REPETITIONS : 1;
    const expected = await resultsWith(data, base);
    let same = 0;
    for (let count = 0; count < repetitions; count++) {
      const found = await resultsWith(data, other);
      same += found.filter((result, run) => isDeepStrictEqual(result, expected[run])).length;
    }
    const tried = repetitions * kinds.length;
    rows.push(
      isPromised
        ? {what: `${what}: promised to be the same`, tried, held: same}
        : {what: `${what}: not promised`, detail: `${same} of ${tried} the same`},
    );
  }
  recordCampaign(
    'determinism',
    {
      title: 'The same bytes',
      question:
        'Separate, multi-output and concatenated networks are trained with the same definition and seed in two surroundings, and the weights, metrics, predictions and summaries are compared byte by byte. Broken is a run that differs where docs/determinism.md promises that it does not.',
      command: 'npm run reliability -- determinism',
      rows,
    },
    keep,
  );
  expect(rows.filter(({tried, held}) => tried !== held)).toEqual([]);
});
