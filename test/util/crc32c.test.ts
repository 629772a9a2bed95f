import {describe, expect, it} from 'vitest';
import {crc32c} from '../../src/util/crc32c.js';

describe('crc32c', () => {
  it.each<[string, Uint8Array, number]>([
    ['nothing', new Uint8Array(), 0],
    ['zeros', new Uint8Array(32), 0x8a9136aa],
    ['ones', new Uint8Array(32).fill(0xff), 0x62a8ab43],
    ['ascending bytes', Uint8Array.from({length: 32}, (_, index) => index), 0x46dd794e],
    ['descending bytes', Uint8Array.from({length: 32}, (_, index) => 31 - index), 0x113fdb5c],
    ['digits', Buffer.from('123456789'), 0xe3069283],
  ])('is that of RFC 3720 for %s', (_what, bytes, sum) => {
    expect(crc32c(bytes)).toBe(sum);
  });
});
