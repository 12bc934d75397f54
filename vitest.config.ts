import { defineConfig } from 'vitest/config';

const reporters = process.env['CI']
  ? ['default', ['json', { outputFile: '.vitest/report.json' }]]
  : ['default'];

export default defineConfig({
  test: {
    reporters: reporters as never,
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
