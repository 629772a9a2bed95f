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
  'data/augment-thread',
  'data/decode/worker-main',
  'tensorflow/native/check-main',
  'tensorflow/wasm/check-main',
  'tensorflow/wasm/thread',
  'tui/services/compare-worker',
  'tui/services/image-worker',
];

/** Native code, packages with files beside them, and what draws reports. */
const external = [
  ...['sharp', '@tensorflow/*', 'vega', 'vega-lite'],
  // It assigns variables that it does not declare, which is an error in a module.
  'sixel',
];

/** Large packages that few starts need: a file each, beside the bundle. */
const apart = ['facesjs', 'jimp', 'plist'];

const common = {
  platform: 'node',
  target: 'node20.19',
  jsx: 'automatic',
  sourcemap: true,
  define: {'process.env.NODE_ENV': '"production"'},
  logLevel: 'warning',
};

/**
 * Ink asks string-width for the columns of each character of a frame, which takes a third of the time of
 * the frame, and its tables of Unicode take 25 ms to build. Texts that `narrow` matches need neither; the
 * styles within them take no columns.
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
        const style = /\\u001b\\[[0-9;]*m/g;
        let tables;
        export default (text, options) => {
          if (options === undefined && typeof text === 'string') {
            const plain = text.includes('\\u001b') ? text.replace(style, '') : text;
            if (narrow.test(plain)) return plain.length;
          }
          tables ??= require('string-width');
          return tables.default(text, options);
        };`,
    }));
  },
};

/**
 * Ink parses every line of every frame anew, though most are as in the frame before: almost half of the
 * processor time of a frame. Here it keeps what it has parsed, for up to 1000 texts.
 */
const linesParsedOnce = {
  name: 'lines-parsed-once',
  setup({onLoad}) {
    onLoad({filter: /ink.build.output\.js$/}, async ({path: file}) => {
      const text = await readFile(file, 'utf8');
      const contents = text.replace('caches = new OutputCaches()', 'caches = cachesOfFrames()')
        .concat(`
          let caches;
          function cachesOfFrames() {
            if (caches === undefined || caches.styledChars.size > 1000) caches = new OutputCaches();
            return caches;
          }`);
      if (!contents.includes('cachesOfFrames();'))
        throw new Error(`${file} is not the one that is changed here.`);
      return {contents};
    });
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

/**
 * A bundle that is loaded at once has no `await` outside of functions, and no imports of its own. Yoga
 * can be instantiated at once; Ink waits for its developer's tools only, which are left out.
 */
const withoutWaiting = {
  name: 'without-waiting',
  setup({onLoad}) {
    const change = (filter, edit) =>
      onLoad({filter}, async ({path: file}) => {
        const text = await readFile(file, 'utf8');
        const contents = edit(text);
        if (contents === text) throw new Error(`${file} is not the one that is changed here.`);
        return {contents, loader: file.endsWith('.ts') ? 'ts' : 'js'};
      });
    change(/ink.build.reconciler\.js$/, text =>
      text.replace(/^if \(process\.env\['DEV'\] === 'true'\) \{[^]*?\n\}/gm, ''),
    );
    change(/yoga-layout.dist.src.index\.js$/, text =>
      text.replace('import loadYoga', 'import loadYoga, {binary}').replace(
        'await loadYoga()',
        `(() => {
          const library = {
            instantiateWasm(imports, receive) {
              const module = new WebAssembly.Module(Buffer.from(binary, 'base64'));
              receive(new WebAssembly.Instance(module, imports));
              return {};
            },
          };
          loadYoga(library);
          return library;
        })()`,
      ),
    );
    // What is not bundled is imported by the file that starts the program: a script can't import.
    change(/src.report.page.figure\.ts$/, text =>
      text.replaceAll(/\bimport(?=\('vega)/g, '__import'),
    );
    change(/yoga-layout.dist.binaries.yoga-wasm-base64-esm\.js$/, text => {
      const [, binary] = /base64,([A-Za-z0-9+/=]{1000,})/.exec(text) ?? [];
      return text.replace(binary, '').concat(`export const binary = '${binary}';`);
    });
  },
};

/** Packages that `apart` names are loaded from their own files. */
const packagesApart = {
  name: 'packages-apart',
  setup: ({onResolve}) =>
    onResolve({filter: new RegExp(`^(${apart.join('|')})$`)}, ({path: name, kind}) =>
      kind === 'entry-point' ? undefined : {path: `./packages/${name}.cjs`, external: true},
    ),
};

const bundled = {
  ...common,
  bundle: true,
  minifySyntax: true,
  external,
};
const asCommonJs = {
  ...bundled,
  format: 'cjs',
  banner: {js: "const __url = require('node:url').pathToFileURL(__filename).href;"},
};

/**
 * Bundles the program: all its programs into one file of CommonJS, which `util/compiled-program.ts`
 * loads with its compiled code, and a small file for each program, which starts it there.
 *
 * @param stamp What changes with the sources.
 */
export async function bundleProgram(root, stamp) {
  const define = {...common.define, CELEBA_TUI_BUILD: JSON.stringify(stamp.slice(0, 16))};
  const outdir = path.join(root, 'dist');
  rmSync(outdir, {recursive: true, force: true});
  const bundle = path.join(outdir, 'bundle.cjs');
  const imports = programs.map(name => `'${name}': () => import('./src/${name}.ts'),`);
  await Promise.all([
    build({
      ...asCommonJs,
      absWorkingDir: root,
      stdin: {
        contents: `export const programs = {${imports.join('\n')}};`,
        resolveDir: root,
        sourcefile: 'programs.ts',
      },
      outfile: bundle,
      define: {...define, 'import.meta.url': '__url', 'import.meta.dirname': '__dirname'},
      plugins: [
        fastWidths,
        linesParsedOnce,
        reportedRenders,
        imagesThatEnd,
        withoutWaiting,
        packagesApart,
      ],
    }),
    build({
      ...asCommonJs,
      absWorkingDir: root,
      entryPoints: apart,
      outdir: path.join(outdir, 'packages'),
      outExtension: {'.js': '.cjs'},
      sourcemap: false,
    }),
    ...programs.map(name => buildStarter(name, {root, outdir, define})),
  ]);
}

/** The file that starts a program. What the command line does depends on its first word. */
async function buildStarter(name, {root, outdir, define}) {
  const up = '../'.repeat(name.split('/').length - 1);
  const use = name === 'main' ? "{use: /^[a-z-]*/.exec(process.argv[2] ?? '')[0]}" : '';
  await build({
    ...bundled,
    format: 'esm',
    absWorkingDir: root,
    stdin: {
      contents: `#!/usr/bin/env node
        import path from 'node:path';
        import {startProgram} from './src/util/compiled-program.ts';
        const bundle = path.join(import.meta.dirname, '${up}bundle.cjs');
        startProgram({bundle, importModule: name => import(name)}, '${name}', ${use});`,
      resolveDir: root,
      sourcefile: `${name}.ts`,
    },
    outfile: path.join(outdir, `${name}.js`),
    define,
    sourcemap: false,
  });
}

/** Compiles each module to a file of its own. */
export async function compileModules(root) {
  const source = path.join(root, 'src');
  await build({
    ...common,
    format: 'esm',
    absWorkingDir: root,
    entryPoints: readdirSync(source, {recursive: true})
      .filter(file => /(?<!\.d)\.tsx?$/.test(file))
      .map(file => path.join(source, file)),
    outbase: source,
    outdir: path.join(root, 'build'),
  });
}
