import {describe, expect, it} from 'vitest';
import {decodeEvent, encodeEvent, type RunEvent} from '../../src/runs/events.js';

const base = {seq: 1, at: '2026-01-01T00:00:00.000Z', run: 'run'};

describe('a line of a log', () => {
  it('carries numbers that JSON has no words for', () => {
    const event: RunEvent = {
      ...base,
      type: 'batch.ended',
      model: 'm',
      epoch: 1,
      batch: 1,
      batches: 2,
      train: {loss: NaN, heads: {Male: {loss: Infinity, accuracy: -Infinity}}},
      imagesPerSecond: 1,
      memoryBytes: 2,
    };
    expect(encodeEvent(event)).toContain('"loss":"NaN"');
    expect(decodeEvent(encodeEvent(event))).toEqual(event);
  });

  it('keeps a message that happens to be the word NaN', () => {
    const event: RunEvent = {...base, type: 'log.written', level: 'info', message: 'NaN'};
    expect(decodeEvent(encodeEvent(event))).toEqual(event);
  });

  it.each([
    '',
    '{',
    '{"type":"run.fini',
    '[]',
    'null',
    '{"type":"unknown","seq":1,"at":"","run":""}',
    '{"type":"run.paused"}',
  ])('is no event when it is %j', line => expect(decodeEvent(line)).toBeUndefined());
});
