/** What esbuild makes of src. */
import {readdirSync, rmSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {build} from 'esbuild';

/** Programs that src starts as processes and threads, by the path that `programFile` gets. */
export const programs = [
  'main',
  'training/trainer/main',
  'training/lr-range/main',
  'artifacts/predict/main',
  'data/decode/worker-main',
  'tensorflow/native/check-main',
  'tensorflow/wasm/check-main',
  'tensorflow/wasm/thread',
  'tui/services/compare-worker',
  'tui/services/image-worker',
];

/** Native code, packages with files beside them, Ink's optional debugger, and what draws reports. */
const external = [
  ...['sharp', '@tensorflow/*', 'react-devtools-core', 'vega', 'vega-lite'],
  // It assigns variables that it does not declare, which is an error in a module.
  'sixel',
];

/** Packages in CommonJS require Node's modules, which a module in a bundle has to be given. */
const banner =
  "import {createRequire as __createRequire} from 'node:module';" +
  'const require = __createRequire(import.meta.url);';

const common = {
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  jsx: 'automatic',
  sourcemap: true,
  define: {'process.env.NODE_ENV': '"production"'},
  logLevel: 'warning',
};

/**
 * Ink asks string-width for the columns of each character of a frame, which takes a third of the time of
 * the frame, and its tables of Unicode take 25 ms to build. Texts that `narrow` matches need neither.
 */
const fastWidths = {
  name: 'fast-widths',
  setup({onResolve, onLoad, initialOptions: {absWorkingDir: root}}) {
    const namespace = 'fast-widths';
    onResolve({filter: /^string-width$/}, ({path: name, namespace: from}) =>
      from === namespace ? undefined : {path: name, namespace},
    );
    onLoad({filter: /./, namespace}, () => ({
      resolveDir: root,
      contents: `
        import {narrow} from './src/util/text-width.ts';
        let tables;
        export default (text, options) => {
          if (options === undefined && narrow.test(text)) return text.length;
          tables ??= require('string-width');
          return tables.default(text, options);
        };`,
    }));
  },
};

/** ink-picture draws after each render, and only this build of React's tells of them. */
const reportedRenders = {
  name: 'reported-renders',
  setup: ({onResolve, resolve}) =>
    onResolve({filter: /^react-reconciler$/}, ({resolveDir, kind}) =>
      resolve('react-reconciler/cjs/react-reconciler.profiling.js', {resolveDir, kind}),
    ),
};

/**
 * ink-picture forgets an image only after the frame without it, and draws it over that frame. An effect
 * of the layout ends before.
 */
const imagesThatEnd = {
  name: 'images-that-end',
  setup: ({onLoad}) =>
    onLoad({filter: /ink-picture.build.InkPictureProvider\.js$/}, async ({path: file}) => {
      const text = await readFile(file, 'utf8');
      const contents = text
        .replace(/useEffect(?=\(\(\) => \{\s*if \(listeners === null\))/, 'useLayoutEffect')
        .replace('useEffect,', 'useEffect, useLayoutEffect,');
      if (contents.split('useLayoutEffect').length !== 3)
        throw new Error(`${file} is not the one that is mended here.`);
      return {contents};
    }),
};

/** Bundles the program: few files start faster than a thousand. Dynamic imports stay separate files. */
export async function bundleProgram(root) {
  const outdir = path.join(root, 'dist');
  rmSync(outdir, {recursive: true, force: true});
  await build({
    ...common,
    absWorkingDir: root,
    entryPoints: programs.map(name => path.join('src', `${name}.ts`)),
    outbase: 'src',
    outdir,
    bundle: true,
    splitting: true,
    minifySyntax: true,
    chunkNames: 'chunks/[name]-[hash]',
    external,
    plugins: [fastWidths, reportedRenders, imagesThatEnd],
    banner: {js: banner},
  });
}

/** Compiles each module to a file of its own. */
export async function compileModules(root) {
  const source = path.join(root, 'src');
  await build({
    ...common,
    absWorkingDir: root,
    entryPoints: readdirSync(source, {recursive: true})
      .filter(file => /(?<!\.d)\.tsx?$/.test(file))
      .map(file => path.join(source, file)),
    outbase: source,
    outdir: path.join(root, 'build'),
  });
}
