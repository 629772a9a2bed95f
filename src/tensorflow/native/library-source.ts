import {UserError} from '../../util/user-error.js';
import {TENSORFLOW_VERSION} from './paths.js';

/** Where TensorFlow's library comes from, and what it must be, byte for byte. */
export type LibrarySource =
  | {
      readonly kind: 'wheel';
      /** As pip names it. */
      readonly requirement: string;
      /**
       * What the wheel was made for. The library in it is the same for every Python, so the one that
       * is installed need not be this one.
       */
      readonly python: string;
      readonly platform: string;
      readonly sha256: string;
    }
  | {readonly kind: 'archive'; readonly url: string; readonly sha256: string};

/** By operating system and kind of processor, as Node names them. */
const sources: Readonly<Record<string, LibrarySource>> = {
  'linux-x64': {
    kind: 'wheel',
    requirement: `tensorflow-cpu==${TENSORFLOW_VERSION}`,
    python: '311',
    platform: 'manylinux_2_27_x86_64',
    sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
  },
  'linux-arm64': {
    kind: 'archive',
    url: 'https://storage.googleapis.com/tf-builds/libtensorflow_r2_7_linux_arm64.tar.gz',
    sha256: '9395d1ff39f5b6847f5121e679ff4e599dc7061a2a7f87ceac061c78e908e6e3',
  },
  'darwin-x64': {
    kind: 'archive',
    url: 'https://storage.googleapis.com/tensorflow/libtensorflow/libtensorflow-cpu-darwin-x86_64-2.9.1.tar.gz',
    sha256: '56f83d3320ba0f69aaafd6c058645e1b7fbc75fb9a3fc36d6be98de1291ca226',
  },
  'darwin-arm64': {
    kind: 'archive',
    url: 'https://storage.googleapis.com/tf-builds/libtensorflow_r2_7_darwin_arm64_cpu.tar.gz',
    sha256: '13ab22b97e2af06e431aaeb7b42fb89981965dd01aa16da035d8210aa4183d79',
  },
};

/** @throws UserError with exit code 4 where no library of known checksum is there for this machine. */
export function librarySource(
  platform: string = process.platform,
  arch: string = process.arch,
): LibrarySource {
  const system = `${platform}-${arch}`;
  const source = Object.hasOwn(sources, system) ? sources[system] : undefined;
  if (source !== undefined) return source;
  throw new UserError(
    `The native backend cannot be built here: no TensorFlow library with a known checksum. Expected ${Object.keys(sources).join(', ')}; received ${system}.`,
    {
      hint: 'Train on WebAssembly (--backend wasm), or install @tensorflow/tfjs-node beside this program yourself.',
      exitCode: 4,
    },
  );
}
