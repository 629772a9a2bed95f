import {configDefaults, defineConfig} from 'vitest/config';
import {BaseSequencer, type TestSpecification} from 'vitest/node';

const common = {
  setupFiles: ['test/setup.ts'],
  pool: 'forks' as const,
  // Many tests run the whole program; a busy machine is not a failure.
  testTimeout: 180_000,
  hookTimeout: 120_000,
};

/** Their tests compute and leave nothing in the process that the next file could meet. */
const pure = ['test/{compare,experiment,report,rules,util}/**/*.test.ts'];

/** Their tests start programs and wait for them. */
const slow = /\/test\/(cluster|e2e|faults|machines)\//;

/** Begins with what takes longest, and keeps files together that share a process. */
class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({moduleId, project}: TestSpecification): number =>
      slow.test(moduleId) ? 0 : project.config.isolate ? 1 : 2;
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other));
  }
}

export default defineConfig({
  test: {
    globalSetup: ['test/nothing-left.ts'],
    maxWorkers: 2,
    sequence: {sequencer: SlowFirst},
    projects: [
      {
        test: {
          ...common,
          name: 'program',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: [...configDefaults.exclude, ...pure],
        },
      },
      // Files share the modules that they load: to load them for each took half of the time.
      {test: {...common, name: 'pure', include: pure, isolate: false}},
    ],
  },
});
