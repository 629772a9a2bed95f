import {describe, expect, it} from 'vitest';
import {killAndCompare, thoroughYaml} from '../helpers/kills.js';
import {writeTinyFaces} from '../helpers/tiny-faces.js';
import {workplace} from '../helpers/workplace.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

describe.runIf(process.platform === 'linux')('a run that is killed', () => {
  it('8 times at any moment, also while it writes a checkpoint, resumes to the same bytes', async () => {
    const data = await writeTinyFaces(temporaryFolder('faces'), {
      images: 40,
    });
    const {kills, whileWriting, broken} = await killAndCompare({
      ...{data, seed: 1, kills: 8, killsPerRun: 4},
      newPlace: () => workplace(thoroughYaml),
    });
    expect(broken).toEqual([]);
    expect(kills.trainer + kills.parent + kills.both).toBeGreaterThanOrEqual(8);
    expect(whileWriting).toBeGreaterThan(0);
  }, 600_000);
});
