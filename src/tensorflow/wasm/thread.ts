/**
 * A thread of the wasm backend. The package contains its program as a text for bundlers, which is in
 * fact a CommonJS script and runs here as one.
 */
import {createRequire} from 'node:module';
import vm from 'node:vm';

const requireModule = createRequire(import.meta.url);
const {wasmWorkerContents} = requireModule(
  '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.worker.js',
) as {
  readonly wasmWorkerContents: string;
};
// The text lacks the backslash of its only line break within a string.
const script = wasmWorkerContents.replaceAll('\n', '\\n');
const run = vm.compileFunction(script, ['require', '__filename']) as (
  require: NodeJS.Require,
  filename: string,
) => void;
run(requireModule, 'tfjs-backend-wasm-threaded-simd.worker.js');
