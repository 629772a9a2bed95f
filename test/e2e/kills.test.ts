import {mkdtempSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {killAndCompare, thoroughYaml} from '../helpers/kills.js';
import {writeTinyFaces} from '../helpers/tiny-faces.js';
import {workplace} from '../helpers/workplace.js';

describe.runIf(process.platform === 'linux')('a run that is killed', () => {
  it('at any moment goes on to the same weights, metrics and predictions, byte for byte', async () => {
    const data = await writeTinyFaces(mkdtempSync(path.join(os.tmpdir(), 'celeba-tui-faces-')), {
      images: 40,
    });
    const report = await killAndCompare({
      ...{data, seed: 1, kills: 6, killsPerRun: 3},
      newPlace: () => workplace(thoroughYaml),
    });
    expect(report.broken).toEqual([]);
  }, 300_000);
});
