/** The container is not built here; its Dockerfile is read. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };

describe('the Dockerfile', () => {
  const lines = readFileSync('Dockerfile', 'utf8')
    .split('\n')
    .filter((line) => /^[A-Z]/.test(line));
  const [build, run] = lines
    .join('\n')
    .split(/^(?=FROM )/m)
    .map((stage) => stage.trim().split('\n'));
  const copied = lines
    .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
    .flatMap((line) => line.split(' ').slice(1, -1));

  test('copies only files that exist, and that .dockerignore lets in', () => {
    const ignored = readFileSync('.dockerignore', 'utf8').split('\n');

    expect(ignored).toContain('*');
    for (const path of copied) {
      const name = path.replace(/\/$/, '');
      expect(existsSync(name), name).toBe(true);
      expect(ignored).toContain(`!${name}`);
    }
  });

  test('builds with a script of package.json, from a Node that is tested', () => {
    const scripts = build
      ?.filter((line) => line.startsWith('RUN npm run '))
      .map((line) => line.split(' ')[3]);

    expect(scripts).toEqual(['build']);
    for (const stage of [build, run])
      expect(stage?.[0]).toMatch(/^FROM node:(?:20|22|24)-alpine(?: AS build)?$/);
  });

  test('runs the built server as a user who is not root, with package.json beside it', () => {
    // Without it Node would not know that the files are modules.
    expect(run).toContain('COPY package.json LICENSE ./');
    expect(run).toContain('COPY --from=build /build/dist dist/');
    expect(run?.at(-2)).toMatch(/^USER (?!root\b|0\b)\w+$/);
    expect(run?.at(-1)).toBe(`ENTRYPOINT ["node", "/app/${packageJson.bin['tcss-mcp-server']}"]`);
  });
});
