import {describe, expect, it} from 'vitest';
import {RunFolder} from '../../src/runs/run-folder.js';
import {environmentFault} from '../../src/training/trainer/environment-fault.js';
import {UserError} from '../../src/util/user-error.js';

const folder = new RunFolder('/runs/20260101-000000-tiny-0000');

describe('memory that does not suffice', () => {
  // Recorded from runs whose address space was limited.
  it.each([
    [
      'Session fail to run with error: OOM when allocating tensor with shape[2000,70,54,3] and type float on /job:localhost/replica:0/task:0/device:CPU:0 by allocator mklcpu\n\t [[{{node Cast_13}}]]',
      'Out of memory for a tensor of [2000,70,54,3].',
    ],
    ['WebAssembly.Memory(): could not allocate memory', 'Out of memory.'],
    ['Array buffer allocation failed', 'Out of memory.'],
  ])('is said in a sentence, with what to do: %s', (message, said) => {
    expect(environmentFault(new Error(message), folder)).toMatchObject({
      message: said,
      hint: expect.stringMatching(/--resume 20260101-000000-tiny-0000.*batchSize/) as string,
      exitCode: 4,
    });
  });

  it('is not guessed from anything else', () => {
    expect(environmentFault(new Error('Incompatible shapes: [2,3]'), folder)).toBeUndefined();
    const own = new UserError('a network of 100 GB: could not allocate memory');
    expect(environmentFault(own, folder)).toBeUndefined();
  });
});
