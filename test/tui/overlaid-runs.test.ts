import {cleanup} from 'ink-testing-library';
import {afterEach, expect, it, onTestFinished} from 'vitest';
import {listRuns} from '../../src/runs/run-record.js';
import {TuiController} from '../../src/tui/controller.js';
import {followScreen} from '../../src/tui/loading/follow-screen.js';
import {initialInterfaceState} from '../../src/tui/state/interface-state.js';
import {mountApp} from '../helpers/frames.js';
import {fixtureServices} from '../helpers/interface-services.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {right, writeRun} from '../helpers/written-runs.js';

afterEach(cleanup);

it('different designs of one name have a curve each in the chart of several runs, and seeds share one', async () => {
  const runs = temporaryFolder();
  const written = [8, 8, 16].map((batchSize, index) =>
    writeRun(runs, {
      ...{id: `20260101-00000${index}-faces-000${index}`, experiment: 'faces', seed: index},
      heads: {Male: right(6 + index, 10)},
      definition: {training: {batchSize}},
    }),
  );
  const controller = new TuiController(fixtureServices({runs}));
  controller.update({
    runs: await listRuns(runs),
    state: {
      ...initialInterfaceState,
      ...{screen: 'run', openRun: written[0]?.id, curves: 'runs'},
    },
  });
  onTestFinished(followScreen(controller));
  const {frame} = mountApp(controller, {columns: 100, rows: 30});
  await expect.poll(frame).toContain('Male validation accuracy of 2 designs');
  expect(frame()).toMatch(/faces batchSize=8 0\.650/);
  expect(frame()).toMatch(/faces batchSize=16 0\.800/);
});
