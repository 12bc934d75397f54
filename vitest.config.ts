import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Two even where there are two cores; the default leaves one of them idle.
    maxWorkers: 2,
    // The reports from which scripts/ci-summary.js counts; the run of the matrix names its own file.
    reporters: process.env['CI'] ? ['default', 'json'] : ['default'],
    outputFile: { json: '.vitest/suite.json' },
    projects: [
      {
        test: {
          name: 'suite',
          include: ['test/**/*.test.ts'],
          exclude: ['test/matrix/**'],
          testTimeout: 15_000,
        },
      },
      {
        test: {
          name: 'matrix',
          include: ['test/matrix/*.test.ts'],
          testTimeout: 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
