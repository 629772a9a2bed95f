import {pooling} from './windows.js';

export const maxPooling2d = pooling('MaxPooling2D', 'Largest value of each window.');
