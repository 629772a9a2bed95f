import {defineConfig} from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    setupFiles: ['test/setup.ts'],
    globalSetup: ['test/nothing-left.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // Many tests run the whole program; a busy machine is not a failure.
    testTimeout: 180_000,
    hookTimeout: 120_000,
  },
});
