import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe, expect, it} from 'vitest';
import {generatedFiles as filesOfTheCommands, NOTE} from '../../src/cli/generated-files.js';
import {keysMarkdown} from '../../src/tui/keys/keys-markdown.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

const generatedFiles = {...filesOfTheCommands(), 'docs/keys.md': keysMarkdown(NOTE)};

/** Who may import whom: `docs/architecture.md` in words. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  interactive: [
    'tui',
    'cli',
    'engine',
    'runs',
    'experiment',
    'compare',
    'protocol',
    'util',
    'data',
  ],
  tui: ['engine', 'runs', 'experiment', 'compare', 'model', 'protocol', 'util'],
  cli: [
    'predict',
    'exports',
    'engine',
    'runs',
    'experiment',
    'compare',
    'protocol',
    'util',
    'model',
    'data',
    'backend',
  ],
  predict: ['model', 'data', 'backend', 'util'],
  exports: ['model', 'backend', 'util'],
  engine: ['runs', 'experiment', 'protocol', 'util'],
  trainer: [
    'tensorboard',
    'train',
    'runs',
    'protocol',
    'util',
    'experiment',
    'model',
    'data',
    'backend',
  ],
  tensorboard: ['runs', 'experiment', 'protocol', 'util'],
  train: ['model', 'data', 'backend', 'experiment', 'protocol', 'util'],
  model: ['backend', 'experiment', 'util'],
  backend: ['util'],
  data: ['backend', 'experiment', 'util'],
  compare: ['runs', 'util'],
  runs: ['experiment', 'protocol', 'util'],
  experiment: ['protocol', 'util'],
  protocol: [],
  util: [],
};

const sources = readdirSync(path.join(root, 'src'), {recursive: true, encoding: 'utf8'})
  .filter(file => /\.tsx?$/.test(file))
  .map(file => ({file, text: readFileSync(path.join(root, 'src', file), 'utf8')}));

function imports({file, text}: (typeof sources)[number]): string[] {
  return [...text.matchAll(/from '(\.[^']+)'/g)].map(([, target]) =>
    path.join(path.dirname(file), target as string),
  );
}

describe('the sources', () => {
  it('import downwards only', () => {
    const wrong = sources.flatMap(source => {
      const [folder] = source.file.split(path.sep);
      const below = allowed[folder as string];
      if (below === undefined) return [];
      return imports(source)
        .filter(target => ![folder, ...below].includes(target.split(path.sep)[0] as string))
        .map(target => `${source.file} -> ${target}`);
    });
    expect(wrong).toEqual([]);
  });

  it('load tensorflow in one place (and in its threads), and call process.exit in two', () => {
    const containing = (pattern: RegExp): string[] =>
      sources.filter(({text}) => pattern.test(text)).map(({file}) => file);
    expect(containing(/(?:require|import)\('@tensorflow/).sort()).toEqual([
      'backend/load.ts',
      'backend/wasm/thread.ts',
    ]);
    expect(containing(/process\.exit\(/).sort()).toEqual(['main.ts', 'trainer/main.ts']);
    expect(containing(/from 'sharp'/).every(file => file.startsWith('data/image/'))).toBe(true);
  });

  it('are small files', () => {
    expect(sources.filter(({text}) => text.split('\n').length > 300).map(({file}) => file)).toEqual(
      [],
    );
  });
});

describe('a generated file', () => {
  it.each(Object.keys(generatedFiles))('%s is what its source makes', file => {
    expect(readFileSync(path.join(root, file), 'utf8')).toBe(
      (generatedFiles as Record<string, string>)[file],
    );
  });
});
