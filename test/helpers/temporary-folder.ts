import {mkdtempSync, rmSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {afterEach} from 'vitest';

/** A folder for one test, gone after it. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'celeba-tui-test-'));
  afterEach(() => rmSync(folder, {recursive: true, force: true}));
  return folder;
}
