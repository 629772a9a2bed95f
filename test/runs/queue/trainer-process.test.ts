import {describe, expect, it} from 'vitest';
import {trainerEnvironment} from '../../../src/runs/queue/trainer-process.js';

describe("a trainer's environment", () => {
  it('asks for large pages', () => {
    expect(trainerEnvironment({HOME: '/home/a'})).toMatchObject({
      HOME: '/home/a',
      GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1',
    });
  });

  it('adds to the tunables of the user, and leaves what they say of large pages', () => {
    const tunables = (value: string) =>
      trainerEnvironment({GLIBC_TUNABLES: value})['GLIBC_TUNABLES'];
    expect(tunables('glibc.malloc.arena_max=1')).toBe(
      'glibc.malloc.arena_max=1:glibc.malloc.hugetlb=1',
    );
    expect(tunables('glibc.malloc.hugetlb=0')).toBe('glibc.malloc.hugetlb=0');
  });

  it("keeps TensorFlow's start-up lines out of the log, unless the user wants them", () => {
    expect(trainerEnvironment({})['TF_CPP_MIN_LOG_LEVEL']).toBe('2');
    expect(trainerEnvironment({TF_CPP_MIN_LOG_LEVEL: '0'})['TF_CPP_MIN_LOG_LEVEL']).toBe('0');
  });
});
