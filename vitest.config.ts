import { defineConfig } from 'vitest/config'

const everything = 'test/**/*.test.ts'

/**
 * Tests that start programs, look at the whole source, or put something else in the place of a module. The others share
 * what they import: loading it anew for each file took longer than the tests.
 */
const alone = [
  'test/*.test.ts',
  'test/{program,deploy,cli}/**/*.test.ts',
  'test/storage/sqljs/{file-layer,kill,killed-steps,contest,snapshot-worker}.test.ts',
]

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Several suites start real processes; more workers than this only make them wait for each other.
    maxWorkers: 2,
    projects: [
      { extends: true, test: { name: 'alone', include: alone, exclude: ['test/bench/**'] } },
      {
        extends: true,
        test: {
          name: 'together',
          include: [everything],
          exclude: ['test/bench/**', ...alone],
          isolate: false,
        },
      },
    ],
  },
})
