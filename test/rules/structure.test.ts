import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe, expect, it} from 'vitest';
import {
  documentsWithFrames,
  documentWithKeys,
  generatedFiles as filesOfTheCommands,
  NOTE,
  withFrames,
  withKeys,
} from '../../src/cli/generated-files.js';
import {keysMarkdown} from '../../src/tui/keys/key-table.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

const generatedFiles = {...filesOfTheCommands(), 'docs/keys.md': keysMarkdown(NOTE)};

/** From the top down: a folder may import what stands below it. `docs/architecture.md` in words. */
const floors = [
  'cli',
  'tui',
  'app',
  'report',
  'compare',
  'training',
  'artifacts',
  'runs',
  'model',
  'data',
  'tensorflow',
  'experiment',
  'model/layers',
  'util',
];

const sources = readdirSync(path.join(root, 'src'), {recursive: true, encoding: 'utf8'})
  .filter(file => /\.tsx?$/.test(file))
  .map(file => ({file, text: readFileSync(path.join(root, 'src', file), 'utf8')}));

function imports({file, text}: (typeof sources)[number]): string[] {
  return [...text.matchAll(/(?:from|import\() ?'(\.[^']+)'/g)].map(([, target]) =>
    path.join(path.dirname(file), target as string),
  );
}

/** Files that import each other, directly or through others, each as the way around. */
function circles(): string[] {
  const byName = new Map(sources.map(source => [source.file.replace(/\.tsx?$/, ''), source]));
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (name: string, way: readonly string[]): void => {
    const again = way.indexOf(name);
    if (again !== -1) found.push([...way.slice(again), name].join(' -> '));
    const source = byName.get(name);
    if (again !== -1 || done.has(name) || source === undefined) return;
    for (const target of imports(source)) visit(target.replace(/\.js$/, ''), [...way, name]);
    done.add(name);
  };
  for (const name of byName.keys()) visit(name, []);
  return found;
}

/** The longest of the floors that a file is in; `main.ts` is in none. */
const folderOf = (file: string): string =>
  floors.findLast(floor => file.startsWith(`${floor}/`)) ?? file.split(path.sep)[0] ?? '';

describe('the sources', () => {
  it('are in the folders of the architecture', () => {
    const folders = new Set(sources.map(({file}) => folderOf(file)));
    expect([...folders].sort()).toEqual([...floors, 'main.ts'].sort());
  });

  it('import each other in no circle, not even types', () => {
    expect(circles()).toEqual([]);
  });

  it('import downwards only', () => {
    const wrong = sources.flatMap(source => {
      const folder = folderOf(source.file);
      if (folder === 'main.ts') return [];
      return imports(source)
        .filter(target => floors.indexOf(folderOf(target)) < floors.indexOf(folder))
        .map(target => `${source.file} -> ${target}`);
    });
    expect(wrong).toEqual([]);
  });

  it('load tensorflow in one place (and in its threads), and call process.exit in two', () => {
    const containing = (pattern: RegExp): string[] =>
      sources.filter(({text}) => pattern.test(text)).map(({file}) => file);
    expect(containing(/(?:require|requireModule|import)\(\s*'@tensorflow/).sort()).toEqual([
      'tensorflow/load.ts',
      'tensorflow/wasm/thread.ts',
    ]);
    expect(containing(/process\.exit\(/).sort()).toEqual(['main.ts', 'training/trainer/main.ts']);
    expect(containing(/from 'sharp'/).every(file => file.startsWith('data/image/'))).toBe(true);
  });

  it('start only programs that the bundler builds', async () => {
    const bundler: string = '../../scripts/bundle.mjs';
    const {programs} = (await import(bundler)) as {readonly programs: readonly string[]};
    const started = sources.flatMap(({text}) =>
      [...text.matchAll(/(?:programFile|runCheck)\('([^']+)\.js'/g)].map(([, name]) => name),
    );
    expect(new Set(started)).toEqual(new Set(programs));
  });

  it('cast past the compiler only at the boundary to TensorFlow', () => {
    const casting = sources.filter(({text}) => /as never\b|as unknown as\b/.test(text));
    expect(casting.map(({file}) => file).filter(file => !file.startsWith('tensorflow/'))).toEqual(
      [],
    );
  });

  it('have doc comments that start with a verb or a noun, and no riddles in what people read', () => {
    const lines = sources.flatMap(({file, text}) =>
      text.split('\n').map((line, index) => ({line, place: `${file}:${index + 1}`})),
    );
    const riddle = /^\s*(?:\/\*\*|\*) Of |(['"`]).*\b(?:go on|goes on|begun|anew)\b.*\1/;
    expect(lines.filter(({line}) => riddle.test(line)).map(({place}) => place)).toEqual([]);
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
  it.each(documentsWithFrames)('%s shows the frames that the tests of the screens record', file => {
    const read = (name: string): string => readFileSync(path.join(root, name), 'utf8');
    const markdown = read(file);
    expect(markdown).toContain('<!-- frame: ');
    expect(markdown).toBe(withFrames(markdown, scene => read(`test/tui/frames/${scene}.txt`)));
  });
  it('with the keys of the experiment file has all of the schema', () => {
    const markdown = readFileSync(path.join(root, documentWithKeys), 'utf8');
    expect(markdown).toContain('| `training.epochs` |');
    expect(withKeys(markdown)).toBe(markdown);
  });
});
