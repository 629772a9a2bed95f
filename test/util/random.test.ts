import {describe, expect, it} from 'vitest';
import {deriveSeed, seededRandom} from '../../src/util/random.js';

describe('a seeded source', () => {
  it('repeats with its seed', () => {
    expect([seededRandom(7), seededRandom(7)].map(random => [random(), random()])).toSatisfy(
      ([first, second]: number[][]) => first![0] === second![0] && first![1] === second![1],
    );
  });

  it.each([0, 1, 2])(
    'has its draw number %i as often under a half as over it, over derived seeds',
    skipped => {
      const low = Array.from({length: 2000}, (_, index) => {
        const random = seededRandom(deriveSeed(1, `face/${index}`));
        for (let draw = 0; draw < skipped; draw++) random();
        return random();
      }).filter(value => value < 0.5).length;
      expect(low).toBeGreaterThan(850);
      expect(low).toBeLessThan(1150);
    },
  );
});
