import {readFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {loadExperiment, shippedExperiments} from '../../src/experiment/load.js';
import {modelPlans} from '../../src/model/plan.js';
import {layerTable} from '../../src/model/shapes.js';
import {experimentSummary, modelSummary} from '../../src/model/summary.js';
import {tinyExperiment} from '../helpers/experiments.js';

const printedByKeras = (name: string): string =>
  readFileSync(new URL(`../fixtures/keras/${name}.txt`, import.meta.url), 'utf8');

describe('a summary', () => {
  it.each(['separate', 'multi-output'])('of %s is what Keras prints', async name => {
    const {variants} = await loadExperiment(name, shippedExperiments);
    const experiment = variants[0]!.experiment;
    const plan = modelPlans(experiment)[0]!;
    const rows = layerTable(experiment, plan);
    expect(`${modelSummary(rows, plan)}\n`).toBe(printedByKeras(`${name}-full`));
    expect(`${modelSummary(rows, plan, 80)}\n`).toBe(printedByKeras(`${name}-narrow`));
  });

  it('says what is connected to what only where a network branches', () => {
    const text = (kind: string): string => experimentSummary(tinyExperiment(`model.kind=${kind}`));
    expect(text('multi-output')).toContain('Connected to');
    expect(text('concatenated')).not.toContain('Connected to');
    expect(text('separate').match(/Total params/g)).toHaveLength(2);
  });

  it('has lines of one width, also in a terminal that is far too small', () => {
    const lines = experimentSummary(tinyExperiment(), 5)
      .split('\n')
      .filter(line => /^[┏┃┡│├└]/.test(line));
    expect(new Set(lines.map(line => line.length)).size).toBe(1);
  });
});
