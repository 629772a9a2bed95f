import {expect, it} from 'vitest';
import {decodeImage} from '../../../src/data/image/sharp-images.js';

/**
 * A CMYK JPEG of 64x16 that Pillow 12 wrote (quality 90, Adobe's inverted inks): four squares of the
 * inks (0, 0, 0, 0), (255, 0, 0, 0), (0, 0, 0, 255) and (128, 120, 112, 72).
 */
const INKS =
  '/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwADAgIDAgIDAwMDBAMDBAUIBQUEBAUKBwcGCAwKDAwLCgsLDQ4SEA0OEQ4L' +
  'CxAWEBETFBUVFQwPFxgWFBgSFBUU/8AAFAgAEABABEMRAE0RAFkRAEsRAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAAB' +
  'AgMEBQYHCAkKC//EALUQAAIBAwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNi' +
  'coIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqSk5SV' +
  'lpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/aAA4E' +
  'QwBNAFkASwAAPwD9U6/VOv1Tr9U6KKKK/lXooooooor+qiiiv5V6KKKK/Kmvy/r81K/eiiiiiv1Wr9QK/SuvsCii' +
  'iiv5V6KKKKKKK/qooor+Veiiiivypr8v6/NSv3ooooor/9k=';
/** What Pillow makes of them, and TensorFlow within a level. */
const COLOURS = [255, 255, 255, 0, 255, 255, 0, 0, 0, 91, 97, 103];

it('a CMYK JPEG without a profile has the colours that Pillow and TensorFlow give it', async () => {
  const {pixels} = await decodeImage(Buffer.from(INKS, 'base64'), 1, 4);
  [...pixels].forEach((level, index) =>
    expect(Math.abs(level - (COLOURS[index] as number))).toBeLessThanOrEqual(2),
  );
});
