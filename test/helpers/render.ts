import type {ReactElement} from 'react';
import {render as renderInTest} from 'ink-testing-library';

/**
 * Renders with the library. Its terminal has no number of rows, and Ink would start three programs for
 * each frame to find one: this one has 24.
 */
export function render(tree: ReactElement): ReturnType<typeof renderInTest> {
  Object.assign(process.env, {COLUMNS: '100', LINES: '24'});
  try {
    const rendered = renderInTest(tree);
    Object.defineProperty(rendered.stdout, 'rows', {value: 24, configurable: true});
    return rendered;
  } finally {
    delete process.env['COLUMNS'];
    delete process.env['LINES'];
  }
}
