import {defineConfig} from 'vitest/config';

/** `npm run reliability [-- NAME]`: what takes too long for every change. */
export default defineConfig({
  test: {
    include: ['test/reliability/**/*.campaign.ts'],
    setupFiles: ['test/setup.ts'],
    globalSetup: ['test/nothing-left.ts'],
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 3_600_000,
    hookTimeout: 120_000,
  },
});
