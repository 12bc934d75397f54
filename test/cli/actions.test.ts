import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ACTION_NAMES, camPolicy } from '../../src/cli/actions.ts';

test('they are all that src defines, each once', () => {
  const defined = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .flatMap((path) =>
      [...readFileSync(join('src', path), 'utf8').matchAll(/defineAction<[^>]*>\(\)\(\s*'(\w+)'/g)].map(
        (match) => match[1],
      ),
    );

  expect(defined.length).toBeGreaterThan(4);
  expect([...ACTION_NAMES].sort()).toEqual(defined.sort());
});

test('the policy allows exactly those that are named', () => {
  expect(camPolicy(['DescribeA', 'DescribeB'])).toEqual({
    version: '2.0',
    statement: [{ effect: 'allow', action: ['tcss:DescribeA', 'tcss:DescribeB'], resource: ['*'] }],
  });
});
