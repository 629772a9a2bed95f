import {spawn} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import {describe, expect, it} from 'vitest';

/** What `test/networks/train.mjs` prints of a network. */
type Trained = {
  readonly seed: number;
  readonly losses?: readonly number[];
  readonly probabilities: readonly number[];
  readonly changes: readonly {readonly weight: string; readonly values: readonly number[]}[];
  readonly layers: readonly object[];
};

const FIRST = 1;
const COUNT = 15;

/** Each backend has a process of its own: two copies of tfjs in one process share their kernels. */
async function train(backend: string, step: 'graph' | 'layers'): Promise<Trained[]> {
  const script = fileURLToPath(new URL('../networks/train.mjs', import.meta.url));
  const args = [script, backend, step, 'small', String(FIRST), String(COUNT)];
  const child = spawn(process.execPath, args, {stdio: ['ignore', 'pipe', 'ignore']});
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (more: string) => (text += more));
  const code = await new Promise(resolve => child.on('close', resolve));
  expect(code, text.slice(-200)).toBe(0);
  return text
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Trained)
    .filter(({losses}) => losses !== undefined);
}

function distance(a: readonly number[], b: readonly number[], smallest = 1): number {
  const scale = Math.max(smallest, ...a.map(Math.abs));
  return Math.max(...a.map((value, at) => Math.abs(value - b[at]!))) / scale;
}

describe('a random network, trained for three steps of which the last is smaller', () => {
  const reference = train('tensorflow', 'graph');

  it.each([
    ['the plain backend', 'cpu'],
    ['the wasm backend', 'wasm'],
    ["TensorFlow's kernels, one by one", 'tensorflow'],
  ])('changes on %s as in the graph that TensorFlow compiles', async (_what, backend) => {
    const ours = await train(backend, 'layers');
    const theirs = await reference;
    expect(theirs.length).toBe(COUNT);
    expect(ours.length).toBe(COUNT);
    theirs.forEach((expected, index) => {
      const received = ours[index]!;
      const what = `seed ${expected.seed}: ${JSON.stringify(expected.layers)}`;
      expect(distance(expected.losses!, received.losses!), what).toBeLessThan(1e-4);
      expect(distance(expected.probabilities, received.probabilities), what).toBeLessThan(1e-4);
      expected.changes.forEach(({weight, values}, place) =>
        expect(
          distance(values, received.changes[place]!.values, 1e-3),
          `${weight} of ${what}`,
        ).toBeLessThan(1e-3),
      );
    });
  });
});
