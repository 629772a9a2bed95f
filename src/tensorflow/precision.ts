import {readFileSync} from 'node:fs';
import type {Precision} from './training-step.js';

/** The asked precision of an experiment. */
type Choice = Precision | 'auto' | undefined;

/**
 * Instructions for bfloat16, as Linux names them: of x86 (AVX-512, AVX, AMX) and of Arm. Elsewhere
 * TensorFlow computes bfloat16 in many small steps.
 */
const INSTRUCTIONS = /^(?:flags|Features)\s*:.*\b(?:avx512_bf16|avx_ne_convert|amx_bf16|bf16)\b/m;

/** Whether this machine's processor computes with bfloat16. Only Linux says. */
export function hasBfloat16(cpuInfo = '/proc/cpuinfo'): boolean {
  try {
    return INSTRUCTIONS.test(readFileSync(cpuInfo, 'utf8'));
  } catch {
    return false;
  }
}

/**
 * Decides in which precision a step computes.
 *
 * @param runsGraphs Whether the step is compiled: only that one knows bfloat16.
 * @returns The precision, with the reason where it is not the one that was asked for.
 */
export function precisionFor(
  choice: Choice,
  runsGraphs: boolean,
  hasInstructions: () => boolean = hasBfloat16,
): {readonly precision: Precision; readonly note?: string} {
  if (choice === undefined || choice === 'float32') return {precision: 'float32'};
  if (runsGraphs && hasInstructions()) return {precision: 'bfloat16'};
  if (choice === 'auto') return {precision: 'float32'};
  const reason = runsGraphs
    ? 'this processor has no instructions for it'
    : 'only the compiled step computes in it';
  return {
    precision: 'float32',
    note: `training.precision: bfloat16 cannot be used: ${reason}. The network trains in float32.`,
  };
}
