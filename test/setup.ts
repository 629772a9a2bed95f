/**
 * Every test starts from the same environment: no CI (Ink would draw nothing), colours on,
 * one time zone, one language. Every test file removes its temporary folders when it ends.
 */
import {afterAll} from 'vitest';
import {removeTemporaryFolders} from './helpers/temporary-folder.js';

delete process.env['CI'];
delete process.env['NO_COLOR'];
process.env['FORCE_COLOR'] = '3';
process.env['TZ'] = 'UTC';
process.env['LANG'] = 'C.UTF-8';
process.env['TF_CPP_MIN_LOG_LEVEL'] = '2';
// Hooks run in reverse order: this one runs after those of the file itself.
afterAll(removeTemporaryFolders);
