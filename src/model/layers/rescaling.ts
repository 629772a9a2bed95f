import * as z from 'zod';
import {eachValue, layerKind} from './layer-kind.js';

/** A layer of files: of MobileNetV3, for example, which adds 3 to values and divides them by 6. */
export const rescaling = layerKind({
  options: z
    .strictObject({scale: z.number(), offset: z.number().default(0)})
    .describe('Each value times a number, plus another one.'),
  className: 'Rescaling',
  keras: {scale: 'scale', offset: 'offset'},
  ...eachValue,
});
