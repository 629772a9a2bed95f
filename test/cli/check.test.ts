import stringWidth from 'string-width';
import {describe, expect, it} from 'vitest';
import {checkText} from '../../src/cli/check.js';
import {loadExperiment, shippedExperiments} from '../../src/experiment/load.js';

const tableLines = (text: string): string[] =>
  text.split('\n').filter(line => /^[┏┃┡│├└]/.test(line));

describe('check', () => {
  it('keeps its tables to the width of the terminal, and takes room where there is no terminal', async () => {
    const parsed = await loadExperiment('multi-output', shippedExperiments);
    const widths = (columns?: number): number[] =>
      tableLines(checkText(parsed, columns)).map(line => stringWidth(line));
    expect(Math.max(...widths(80))).toBeLessThanOrEqual(80);
    expect(Math.max(...widths())).toBeGreaterThan(80);
  });

  it("shows the tutorial's parameter counts", async () => {
    const text = async (name: string): Promise<string> =>
      checkText(await loadExperiment(name, shippedExperiments));
    expect(await text('multi-output')).toContain('Total params: 200,004');
    expect((await text('separate')).match(/Total params: 687,298/g)).toHaveLength(2);
  });
});
