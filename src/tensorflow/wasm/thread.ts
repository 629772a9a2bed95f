/**
 * A thread of the wasm backend. The package brings its program as a text that makes sense only
 * to a bundler; here it is run as what it is, a CommonJS script.
 */
import {createRequire} from 'node:module';
import vm from 'node:vm';

const require = createRequire(import.meta.url);
const {wasmWorkerContents} =
  require('@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.worker.js') as {
    readonly wasmWorkerContents: string;
  };
// The text has lost the backslash of its one line break within a string.
const script = wasmWorkerContents.replaceAll('\n', '\\n');
const run = vm.compileFunction(script, ['require', '__filename']) as (
  require: NodeJS.Require,
  filename: string,
) => void;
run(require, 'tfjs-backend-wasm-threaded-simd.worker.js');
