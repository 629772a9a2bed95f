import {defineConfig} from 'vitest/config';

/** `npm run fuzz`: not part of the suite. */
export default defineConfig({
  test: {
    include: ['test/fuzz/campaign.ts'],
    setupFiles: ['test/setup.ts'],
    globalSetup: ['test/nothing-left.ts'],
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 0,
  },
});
