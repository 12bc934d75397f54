import { defineConfig } from 'vitest/config';

/** The built program from outside, and promised bounds of processor time: both want a machine with little else to do. */
const UNDISTURBED = [
  'test/process*.test.ts',
  'test/http-server/serve-http.test.ts',
  'test/http/tls.test.ts',
  'test/**/*-time.test.ts',
];

export default defineConfig({
  test: {
    // Three on two cores: many tests wait for a socket or a process.
    maxWorkers: 3,
    // The reports from which scripts/ci-summary.js counts; other runs than the suite's name their own.
    reporters: process.env['CI'] ? ['default', 'json'] : ['default'],
    outputFile: { json: '.vitest/suite.json' },
    projects: [
      {
        test: {
          name: 'suite',
          include: ['test/**/*.test.ts'],
          exclude: ['test/matrix/**', 'test/package/**', ...UNDISTURBED],
          // The sources hold no state of their own, so a worker need not load them anew for each file: 20 s of 80.
          isolate: false,
          pool: 'threads',
          // Far above what anything takes: a machine that is busy with other things fails no test.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: { poll: { interval: 10, timeout: 20_000 } },
        },
      },
      {
        test: {
          name: 'package',
          include: ['test/package/*.test.ts', ...UNDISTURBED],
          isolate: false,
          pool: 'threads',
          // npm and npx are slow on a busy machine.
          testTimeout: 60_000,
          hookTimeout: 60_000,
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
