import {MOST_LOST_FRACTION} from './limits.js';

/** What `docs/experiment-file.md` says beyond its table, section by section. */
export const fileNotes: readonly {readonly title: string; readonly text: string}[] = [
  {
    title: 'Images that are missing or broken',
    text: `Samples are drawn from the images that are there. Labels without an image are counted in a warning; they are
neither drawn nor an error, as long as \`data.sampling\` and \`data.split\` find enough images.

An image that is there and cannot be decoded ends the run (\`data.onBadImage: fail\`, exit code 3) or is left out (\`skip\`).
With \`skip\`, a sample may also lack images that are not there. In all cases the run is refused with exit code 3 where

- more than ${MOST_LOST_FRACTION * 100} % of the training images or of the validation images would be lost, or
- all images of a stratum would be lost from one of them: of a combination of the heads' values in a balanced sample, of a
  value of one head in any other.

A sample of complete data depends on the seed alone; it is another one where images are missing.`,
  },
];
