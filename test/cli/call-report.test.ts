/** Reports of `call` through a simulated service: whole ones, incomplete ones, and what the exit code says of each. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { DEMO_IMAGE_IDS as IDS } from '../../src/demo/data-set.ts';
import { makeImage } from '../../src/demo/image.ts';
import { generatedRisks } from '../../src/demo/risks.ts';
import { LAYOUTS } from '../../src/report/layout.ts';
import { layoutFor } from '../../src/report/report.ts';
import { tools } from '../../src/tools/index.ts';
import { service, typed } from './typed.ts';

/** An image whose 1,300 rows take two readings; the last hundred are findings of the first reading once more. */
const TWO_READINGS = {
  images: [makeImage(1, 'a/many:1', [...generatedRisks(1200), ...generatedRisks(100)])],
};

const RISK_ROWS = 'DescribeAssetImageRegistryRiskInfoList';

async function asking(options: Parameters<typeof service>[0] = {}) {
  const { env, simulator } = await service(options);
  const call = (tool: string, args: object, ...flags: string[]) =>
    typed(['call', tool, JSON.stringify(args), ...flags], { ...env, TCSS_RATE_LIMIT: '100000' });
  return { call, simulator };
}

function temporaryFile(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'report-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, name);
}

interface Result {
  readonly occurrenceCount: number;
}
const rowsIn = (results: readonly Result[]) =>
  results.reduce((sum, { occurrenceCount }) => sum + occurrenceCount, 0);

describe('a report', () => {
  test('in SARIF holds all rows of an image, and is asked for in full pages', async () => {
    const { call, simulator } = await asking({ account: TWO_READINGS });
    const { code, stdout, stderr } = await call(
      'list_image_risks',
      { image_id: 1, limit: 3 },
      '--format',
      'sarif',
    );
    const [run] = JSON.parse(stdout).runs;

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(rowsIn(run.results)).toBe(1300);
    expect(run.results).toHaveLength(1200);
    expect(run.invocations[0].executionSuccessful).toBe(true);
    // 13 pages, four counts by level each time a window begins, and the image's entry.
    expect(simulator.requests.length).toBeLessThanOrEqual(22);
  });

  test('in Markdown compares two tags, and is found again by its first line', async () => {
    const { call } = await asking();
    const { code, stdout } = await call(
      'compare_image_risks',
      { base: 'payments/api:1.4.1', target: 'payments/api:1.4.2', limit: 1 },
      '--format',
      'markdown',
    );

    expect(code).toBe(0);
    expect(stdout).toMatch(/^<!-- tcss-mcp-server compare_image_risks -->\n/);
    expect(stdout).toContain('**2 introduced, 1 fixed, 8 unchanged**');
    expect(stdout.match(/^\| <code>/gm)).toHaveLength(3);
  });

  test.each(
    Object.entries(LAYOUTS)
      .filter(([name]) => tools.some((tool) => tool.name === name))
      .flatMap(([tool, { formats }]) => formats.map((format) => [tool, format] as const)),
  )('of %s in %s holds no secret and nothing that acts, of a hostile image', async (tool, format) => {
    const { call } = await asking();
    const asked: Record<string, unknown> = {
      image_id: IDS.hostile,
      base: String(IDS.apiOld),
      target: String(IDS.hostile),
      cve: 'CVE-2021-44228',
    };
    const { shape } = tools.find(({ name }) => name === tool)?.input ?? expect.fail(tool);
    const args = Object.fromEntries(Object.entries(asked).filter(([name]) => name in shape));
    const { code, stdout } = await call(tool, args, '--format', format);

    expect(code).toBe(0);
    expect(stdout).not.toMatch(/[\p{Cc}\u202e\u200e](?<!\n)|<img|<script>alert/u);
    expect(stdout.length).toBeGreaterThan(500);
  });

  test('goes to the file, and a short text to stdout', async () => {
    const { call } = await asking();
    const file = temporaryFile('report.html');
    const { code, stdout, stderr } = await call(
      'list_image_risks',
      { image_id: IDS.mixed },
      '--format',
      'html',
      '--output',
      file,
    );

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(readFileSync(file, 'utf8')).toMatch(/^<!doctype html>/);
    expect(stdout).toMatch(/^37 findings\.\nRows by level: critical 7, high 11, .*\n/);
  });

  test('--output takes the text and the JSON of one answer too', async () => {
    const { call } = await asking();
    const file = temporaryFile('answer');
    const text = await call('list_image_risks', { image_id: IDS.leaky }, '--output', file);
    const asText = readFileSync(file, 'utf8');
    const json = await call('list_image_risks', { image_id: IDS.leaky }, '--json', '--output', file);

    expect(asText).toBe(text.stdout);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ counts: { high: 658 } });
    expect(json.stdout).toMatch(/^Image 6947411: /);
  });
});

describe('an incomplete report', () => {
  test.each(['sarif', 'markdown', 'html'])(
    'in %s is written when page 3 fails, says so, and is exit 1',
    async (format) => {
      const { call, simulator } = await asking();
      simulator.failNext(
        { code: 'UnauthorizedOperation.CamNoAuth' },
        { action: RISK_ROWS, after: 2, times: 999 },
      );
      const { code, stdout, stderr } = await call(
        'list_image_risks',
        { image_id: IDS.large },
        '--format',
        format,
      );

      expect(code).toBe(1);
      expect(stderr).toMatch(/^tcss-mcp-server: the report is incomplete: answer \d+ failed: /);
      expect(stderr).toContain('of 5000 rows are here');
      if (format === 'sarif') {
        const [run] = JSON.parse(stdout).runs;
        expect(run.invocations[0]).toMatchObject({ executionSuccessful: false });
        expect(run.results.length).toBeGreaterThan(0);
      } else {
        expect(stdout.indexOf('Incomplete')).toBeGreaterThan(0);
        expect(stdout.indexOf('Incomplete')).toBeLessThan(stdout.indexOf('Findings'));
      }
    },
  );

  test('a page that fails once is read again by the next answer: the report is whole', async () => {
    const { call, simulator } = await asking({ account: TWO_READINGS });
    simulator.failNext({ code: 'UnauthorizedOperation.CamNoAuth' }, { action: RISK_ROWS, after: 3 });
    const { code, stdout } = await call('list_image_risks', { image_id: 1 }, '--format', 'sarif');

    expect(code).toBe(0);
    expect(rowsIn(JSON.parse(stdout).runs[0].results)).toBe(1300);
  });

  test.each([
    ['never scanned', { image_id: IDS.neverScanned }, 'never scanned'],
    ['being scanned', { image_id: IDS.scanning }, 'a scan is running'],
    ['not scanned to the end', { image_id: IDS.scanFailed }, 'did not succeed'],
    ['one of several', { image: 'nginx:1.25' }, 'the reference fits several images'],
  ])('of an image that is %s is exit 1 and not successful', async (_, args, why) => {
    const { call } = await asking();
    const { code, stdout, stderr } = await call('list_image_risks', args, '--format', 'sarif');

    expect(code).toBe(1);
    expect(stderr).toContain(why);
    expect(JSON.parse(stdout).runs[0]).toMatchObject({
      results: [],
      invocations: [{ executionSuccessful: false }],
    });
  });

  test('a first answer that fails leaves nothing of what an earlier call wrote', async () => {
    const { call } = await asking();
    const file = temporaryFile('report.sarif');
    writeFileSync(file, 'of yesterday');
    const { code, stdout, stderr } = await call(
      'list_image_risks',
      { image_id: 4711 },
      '--format',
      'sarif',
      '--output',
      file,
    );

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('ResourceNotFound');
    expect(readFileSync(file, 'utf8')).toBe('');
  });
});

describe('--fail-on beside a report', () => {
  test('finds in the whole list: exit 3, and the report is written', async () => {
    const { call } = await asking({ account: TWO_READINGS });
    const found = await call('list_image_risks', { image_id: 1 }, '--format', 'html', '--fail-on', 'low');

    expect(found).toMatchObject({ code: 3, stderr: expect.stringContaining('1300 rows at or above it') });
    expect(found.stdout).toMatch(/^<!doctype html>/);
  });

  test('passes a clean image', async () => {
    const { call } = await asking();
    const args = { image_id: IDS.clean };
    const { code } = await call('list_image_risks', args, '--format', 'html', '--fail-on', 'low');

    expect(code).toBe(0);
  });

  test('what was found wins over what is missing', async () => {
    const { call, simulator } = await asking();
    simulator.failNext(
      { code: 'UnauthorizedOperation.CamNoAuth' },
      { action: RISK_ROWS, after: 9, times: 999 },
    );
    const args = { image_id: IDS.large };
    const { code, stderr } = await call(
      'list_image_risks',
      args,
      '--format',
      'sarif',
      '--fail-on',
      'critical',
    );

    expect(code).toBe(3);
    expect(stderr).toContain('the report is incomplete');
  });
});

describe('is exit 2, with nothing sent:', () => {
  test.each([
    [
      'a format that the tool has not',
      'find_images',
      {},
      'find_images has no sarif report: it has text, json, markdown, html; sarif is for',
    ],
    ['a part of a list', 'list_image_risks', { image_id: 1, offset: 3 }, 'leave out cursor and offset'],
    ['a part of a walk', 'list_image_risks', { image_id: 1, cursor: 'x' }, 'leave out cursor and offset'],
  ])('%s', async (_, tool, args, message) => {
    const { call, simulator } = await asking();
    const { code, stdout, stderr } = await call(tool, args, '--format', 'sarif');

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(simulator.requests).toEqual([]);
  });
});

test('a file that cannot be written is exit 2, without its name, and nothing is sent', async () => {
  const { call, simulator } = await asking();
  const file = join(temporaryFile('no-such-folder'), 'x.sarif');
  const { code, stdout, stderr } = await call('list_image_risks', { image_id: IDS.clean }, '--output', file);

  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toBe('--output: the file cannot be written (ENOENT)\n');
  expect(simulator.requests).toEqual([]);
});

test.runIf(existsSync('/dev/full'))(
  'a report that does not fit on the disk is exit 1, but 3 wins',
  async () => {
    const { call } = await asking();
    const [args, said] = [{ image_id: IDS.large }, '--output: the file cannot be written (ENOSPC)'];
    const { code, stdout, stderr } = await call('list_image_risks', args, '--output', '/dev/full');
    const found = await call('list_image_risks', args, '--output', '/dev/full', '--fail-on', 'low');

    expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: '', stderr: `tcss-mcp-server: ${said}\n` });
    expect(found).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining(said) });
  },
);

test('a tool without reports has text and JSON', () => {
  expect(layoutFor('list_nothing', 'html')).toEqual({ formats: [], tools: Object.keys(LAYOUTS) });
});

test('shows how far it is on a terminal, and takes that away', async () => {
  const { env } = await service({ account: TWO_READINGS });
  const shown: string[] = [];
  const call = ['call', 'list_image_risks', '{"image_id":1}', '--format', 'markdown'];
  await typed(call, { ...env, TCSS_RATE_LIMIT: '100000' }, '', (text) => shown.push(text));

  expect(shown[0]).toBe('tcss-mcp-server: reading 100 of 1000');
  expect(shown).toContainEqual(
    expect.stringMatching(/^tcss-mcp-server: \d+ of 1300 rows; reading 100 of \d+$/),
  );
  expect(shown.at(-1)).toBe('');
});
