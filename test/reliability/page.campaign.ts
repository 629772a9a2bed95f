import {it} from 'vitest';
import {writePage} from './record.js';

it('writes the page from what the campaigns left', () => {
  writePage();
});
