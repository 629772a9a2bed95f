import {pooling} from './windows.js';

export const averagePooling2d = pooling('AveragePooling2D', 'Mean of each window.');
