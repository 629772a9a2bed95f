import {amls} from './amls.js';
import {celeba} from './celeba.js';
import {kaggle} from './kaggle.js';
import type {Layout} from './layout.js';
import {parquet} from './parquet.js';
import {tfrecord} from './tfrecord.js';

/** Every layout that can be read, in the order in which `source: auto` tries them. */
export const knownLayouts: readonly Layout[] = [celeba, kaggle, amls, tfrecord, parquet];
