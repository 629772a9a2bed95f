import {describe, expect, it} from 'vitest';
import {counted} from '../../src/util/format.js';

describe('a counted noun', () => {
  it('is singular for one and plural for any other number', () => {
    expect([0, 1, 15].map(count => counted(count, 'epoch'))).toEqual([
      '0 epochs',
      '1 epoch',
      '15 epochs',
    ]);
  });
});
