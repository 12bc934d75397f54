/** The scripts of package.json that play against the built server, to their ends. */
import { execFile } from 'node:child_process';
import { expect, test } from 'vitest';

test.each(['demo', 'evals'])('npm run %s ends well', async (script) => {
  const { code, stdout } = await new Promise<{ code: number; stdout: string }>((done) => {
    const child = execFile(process.execPath, [`scripts/${script}.js`], (_error, out) =>
      done({ code: child.exitCode ?? -1, stdout: out }),
    );
  });

  expect(code, stdout).toBe(0);
});
