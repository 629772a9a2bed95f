/**
 * Loads the tfjs-node named on the command line, or the one that a run would load, computes one product,
 * and prints the result of the check.
 */
import {createRequire} from 'node:module';
import {defineRemovedFunctions} from '../node-compat.js';
import type {TensorFlow} from '../types.js';
import {findNative} from './find-package.js';

const {folder, problem} = findNative(process.env);
const packageFolder = process.argv[2] ?? folder;
if (packageFolder === undefined)
  throw new Error(problem ?? 'no tfjs-node with a built binding was found');
defineRemovedFunctions();
const tf = createRequire(import.meta.url)(packageFolder) as TensorFlow;
const product = tf.matMul(tf.tensor2d([[1, 2]]), tf.tensor2d([[3], [4]])).dataSync()[0];
if (product !== 11) throw new Error(`1 * 3 + 2 * 4 came out as ${product}`);
const {binding} = tf.backend() as {binding?: {TF_Version?: string}};
process.stdout.write(`works: TensorFlow ${binding?.TF_Version ?? ''}\n`);
