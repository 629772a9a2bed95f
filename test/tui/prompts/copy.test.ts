import {cpSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {cleanup} from 'ink-testing-library';
import {afterEach, expect, it, onTestFinished} from 'vitest';
import {TuiController} from '../../../src/tui/controller.js';
import {mountApp} from '../../helpers/frames.js';
import {recorded} from '../../helpers/interface-fixture.js';
import {fixtureServices} from '../../helpers/interface-services.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';

afterEach(cleanup);

it('c copies the experiment under the cursor, goes to the copy, and refuses a name that is taken', async () => {
  const experiments = temporaryFolder();
  cpSync(path.join(recorded, 'experiments'), experiments, {recursive: true});
  const services = fixtureServices({runs: temporaryFolder(), experiments});
  const controller = new TuiController(services);
  onTestFinished(() => controller.close());
  await controller.open().experiments;
  const {press, frame} = mountApp(controller, {columns: 100, rows: 30});
  await press('jj');
  await press('c');
  expect(frame()).toContain('> multi-output-copy');
  await press('\u0015separate');
  await press('\r');
  await expect.poll(frame).toContain('separate.yaml exists already.');
  await press('\u0015mine');
  expect(frame()).toContain('▸Copy multi-output to mine.yaml');
  await press('\r');
  await expect.poll(frame).toMatch(/▸ +mine /);
  expect(frame()).toContain('e edits it.');
  expect(readFileSync(path.join(experiments, 'mine.yaml'), 'utf8')).toMatch(/^name: mine$/m);
});
