import {readFileSync, readdirSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe, expect, it} from 'vitest';

const source = fileURLToPath(new URL('../../../src/', import.meta.url));

/** What a file imports as it is loaded; what it imports later, or only as types, is left out. */
function importsOf(file: string): readonly string[] {
  const text = readFileSync(file, 'utf8').replaceAll(/\/\*[^]*?\*\//g, '');
  const statements = text.matchAll(/^(?:import|export)\s(?!type\b)[^;]*?from\s+'([^']+)'/gm);
  return [...statements].map(([, name = '']) => name);
}

function fileOf(name: string, from: string): string {
  const built = path.resolve(path.dirname(from), name);
  const plain = built.replace(/\.js$/, '.ts');
  return /screens|components|App|run-interface/.test(built)
    ? built.replace(/\.js$/, '.tsx')
    : plain;
}

/** All that is loaded with some files of the program: own files, and packages. */
function loadedWith(...entries: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (file: string): void => {
    if (found.has(file)) return;
    found.add(file);
    for (const name of importsOf(file)) {
      if (name.startsWith('.')) visit(fileOf(name, file));
      else found.add(name);
    }
  };
  entries.forEach(entry => visit(path.join(source, entry)));
  return found;
}

describe('what is loaded to read the command line', () => {
  const loaded = loadedWith('main.ts', 'cli/program.ts');

  it('has every file of cli/commands', () => {
    const files = readdirSync(path.join(source, 'cli/commands'));
    expect(files).toContain('run.ts');
    for (const file of files) expect(loaded).toContain(path.join(source, 'cli/commands', file));
  });

  it('has no package besides commander and what finds the nearest word, and no data, model or interface', () => {
    const packages = [...loaded].filter(
      name => !path.isAbsolute(name) && !name.startsWith('node:'),
    );
    const folders = [...loaded]
      .filter(name => path.isAbsolute(name))
      .map(file => path.relative(source, file).split(path.sep)[0]);
    expect(packages.sort()).toEqual(['commander', 'fastest-levenshtein']);
    expect([...new Set(folders)].sort()).toEqual(['cli', 'experiment', 'main.ts', 'util']);
  });
});

describe('what is loaded before the first frame', () => {
  const loaded = loadedWith(
    'main.ts',
    'cli/program.ts',
    'app/start.ts',
    'experiment/load.ts',
    'tui/services/run-in-terminal.ts',
    'tui/run-interface.tsx',
  );

  it('has the experiments and the frame', () => {
    for (const name of ['zod', 'yaml', 'ink', 'react', 'commander']) expect(loaded).toContain(name);
    expect(loaded).toContain(path.join(source, 'tui/screens/ExperimentsScreen.tsx'));
  });

  it.each(['ink-picture', 'sharp', 'hyparquet', 'jstat', 'simple-statistics'])(
    'has no %s, which nobody needs yet',
    name => expect(loaded).not.toContain(name),
  );

  it.each(['cli-progress', 'csv-parse', 'csv-stringify/sync', 'facesjs', 'yauzl', 'vega'])(
    'has no %s either',
    name => expect(loaded).not.toContain(name),
  );
});
