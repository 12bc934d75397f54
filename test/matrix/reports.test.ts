/**
 * Reports of the demo's account as others read them: SARIF by Microsoft's validator with the rules of GitHub's code
 * scanning, HTML in a browser, Markdown by GitHub's own parser. What is not installed is left out, by name.
 */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEMO_IMAGE_IDS as IDS } from '../../src/demo/data-set.ts';

const VALIDATOR = 'test/matrix/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool';
const CHROMIUM = ['chromium-headless-shell', 'chromium', 'google-chrome'].find(isThere);
const run = promisify(execFile);

function isThere(command: string): boolean {
  return (process.env['PATH'] ?? '').split(':').some((folder) => existsSync(join(folder, command)));
}

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'reports-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A report of the demo in a file. */
async function report(tool: string, args: object, format: string): Promise<string> {
  const file = join(folder, `${tool}-${Object.values(args).join('-')}.${format}`);
  const call = ['call', tool, JSON.stringify(args), '--demo', '--format', format, '--output', file];
  await run(process.execPath, ['dist/main.js', ...call], { env: { TCSS_RATE_LIMIT: '20' } }).catch(
    ({ code }) =>
      // Not scanned: a report all the same.
      expect(code).toBe(1),
  );
  return file;
}

interface Finding {
  readonly ruleId: string;
  readonly message: unknown;
}

/** What the validator finds wrong; its exit code says nothing. */
function validate(file: string): readonly Finding[] {
  const output = `${file}.validation`;
  // The program itself, since the npm one goes through a shell that ends at the semicolon.
  execFileSync(
    VALIDATOR,
    [
      ...['validate', file, '--rule-kind', 'Sarif;Ghas', '--level', 'Error;Warning', '--kind', 'Fail'],
      ...['--output', output, '--log', 'ForceOverwrite'],
    ],
    { stdio: 'ignore', env: { ...process.env, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: '1' } },
  );
  return JSON.parse(readFileSync(output, 'utf8')).runs[0].results ?? [];
}

describe.runIf(existsSync(VALIDATOR))("SARIF, by Microsoft's validator with the rules of GitHub", () => {
  test.each([
    ['list_image_risks', IDS.large],
    ['list_image_risks', IDS.hostile],
    ['list_image_risks', IDS.clean],
    ['list_image_risks', IDS.neverScanned],
    ['list_image_vulnerabilities', IDS.apiNew],
    ['list_image_vulnerabilities', IDS.hostile],
    ['list_image_malware', IDS.mixed],
  ])('%s of image %i has neither error nor warning', async (tool, image_id) => {
    expect(validate(await report(tool, { image_id }, 'sarif'))).toEqual([]);
  });

  test('is refused without the location that GitHub needs', async () => {
    const file = await report('list_image_risks', { image_id: IDS.mixed }, 'sarif');
    const log = JSON.parse(readFileSync(file, 'utf8'));
    for (const result of log.runs[0].results) delete result.locations;
    writeFileSync(file, JSON.stringify(log));

    expect(validate(file).map(({ ruleId }) => ruleId)).toContain('GH1015');
  });
});

test('the reports on 5,000 rows are whole, and of a size that GitHub and a browser take', async () => {
  const files = await Promise.all(
    ['sarif', 'markdown', 'html'].map((format) =>
      report('list_image_risks', { image_id: IDS.large }, format),
    ),
  );
  const [sarif = '', markdown = '', html = ''] = files;
  const { results } = JSON.parse(readFileSync(sarif, 'utf8')).runs[0];

  expect(
    results.reduce((sum: number, one: { occurrenceCount: number }) => sum + one.occurrenceCount, 0),
  ).toBe(5000);
  expect(readFileSync(html, 'utf8').match(/<tr data-level/g)).toHaveLength(results.length);
  expect(readFileSync(markdown, 'utf8').length).toBeLessThanOrEqual(65_536);
  expect(statSync(sarif).size).toBeLessThan(10_000_000);
  expect(statSync(html).size).toBeLessThan(5_000_000);
});

describe.runIf(isThere('cmark-gfm'))('Markdown, as the parser of GitHub reads it', () => {
  test.each([
    ['list_image_risks', { image_id: IDS.hostile }],
    ['list_image_vulnerabilities', { image_id: IDS.hostile }],
    ['list_image_malware', { image_id: IDS.hostile }],
    ['compare_image_risks', { base: String(IDS.apiOld), target: String(IDS.hostile) }],
    ['find_images', {}],
  ])(
    '%s of a hostile image makes no link, no picture and no element but those of a report',
    async (tool, args) => {
      const file = await report(tool, args, 'markdown');
      const extensions = ['table', 'autolink', 'strikethrough', 'tasklist'].flatMap((name) => ['-e', name]);
      const html = execFileSync('cmark-gfm', ['--unsafe', ...extensions, file], { encoding: 'utf8' });
      const elements = new Set([...html.matchAll(/<([a-z]\w*)/g)].map(([, name = '']) => name));

      const own = ['code', 'h3', 'h4', 'p', 'strong', 'sub', 'table', 'tbody', 'td', 'th', 'thead', 'tr'];
      expect([...elements].filter((name) => !own.includes(name))).toEqual([]);
    },
  );
});

describe.runIf(CHROMIUM !== undefined)('HTML, in a browser', () => {
  /** What stands in the page after a while: `more` is a script that the test adds, with the policy taken out for it. */
  async function pageOf(file: string, more = '', width = 1200): Promise<string> {
    const page = readFileSync(file, 'utf8');
    const shown = join(folder, 'shown.html');
    const open = page.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '');
    writeFileSync(shown, more === '' ? page : open.replace('</body>', `<script>${more}</script></body>`));
    const flags = ['--no-sandbox', `--window-size=${width},900`, '--virtual-time-budget=2000', '--dump-dom'];
    const { stdout } = await run(CHROMIUM ?? '', [...flags, `file://${shown}`], { maxBuffer: 50_000_000 });
    return stdout;
  }

  const told = (page: string) =>
    JSON.parse(/<pre id="told">(.*?)<\/pre>/.exec(page)?.[1] ?? expect.fail('nothing told'));
  const tell = (value: string) =>
    `const told=document.createElement('pre');told.id='told';told.textContent=JSON.stringify(${value});document.body.append(told);`;

  test('the script runs under its policy: the filter is there and counts the rows', async () => {
    const page = await pageOf(await report('list_image_risks', { image_id: IDS.hostile }, 'html'));

    expect(page).toContain('<output>13 of 13 shown</output>');
    expect(page).not.toContain('role="search" hidden');
  });

  test('the filter takes words and levels', async () => {
    const file = await report('list_image_risks', { image_id: IDS.mixed }, 'html');
    const type = `const search=document.querySelector('input[type=search]'),box=document.querySelector('input[value=critical]');
      const say=()=>document.querySelector('output').textContent;
      const fire=(target)=>target.dispatchEvent(new Event('input',{bubbles:true}));
      const all=say();box.checked=false;fire(box);const rest=say();search.value='CURL example';fire(search);const found=say();`;

    expect(told(await pageOf(file, type + tell('[all,rest,found]')))).toEqual([
      '37 of 37 shown',
      '30 of 37 shown',
      expect.stringMatching(/^[1-9] of 37 shown$/),
    ]);
  });

  test.each([360, 1200])('nothing is wider than a window of %i pixels', async (width) => {
    const file = await report('list_image_risks', { image_id: IDS.hostile }, 'html');
    // A headless window has a least width, so the page is shown in a frame.
    const frame = join(folder, 'frame.html');
    writeFileSync(
      frame,
      `<!doctype html><body style="margin:0"><iframe src="file://${file}" style="border:0;width:${width}px;height:900px"></iframe>`,
    );
    const flags = [
      '--no-sandbox',
      '--allow-file-access-from-files',
      '--virtual-time-budget=2000',
      '--dump-dom',
    ];
    const measure = `<script>addEventListener('load',()=>{const page=frames[0].document.documentElement;${tell('[page.scrollWidth,page.clientWidth]')}})</script>`;
    writeFileSync(frame, readFileSync(frame, 'utf8') + measure);
    const { stdout } = await run(CHROMIUM ?? '', [...flags, `file://${frame}`], { maxBuffer: 50_000_000 });
    const [wide, window] = told(stdout);

    expect(window).toBeGreaterThan(width - 30);
    expect(wide).toBeLessThanOrEqual(window);
  });

  test('no request leaves the page, and nothing of a hostile image is run', async () => {
    const requests: string[] = [];
    const server = createServer((request, response) => {
      requests.push(request.url ?? '');
      response.end();
    }).listen(0, '127.0.0.1');
    await new Promise((done) => server.once('listening', done));
    const { port } = server.address() as AddressInfo;
    const file = await report('list_image_vulnerabilities', { image_id: IDS.hostile }, 'html');
    // As if escaping had failed, the policy still holds: a picture, a script, a style, a frame.
    const url = `http://127.0.0.1:${port}`;
    const injected = `<img src="${url}/img"><script>document.title='run'</script><script src="${url}/js"></script><link rel="stylesheet" href="${url}/css"><iframe src="${url}/frame"></iframe>`;
    const page = readFileSync(file, 'utf8');
    const plain = await pageOf(file);
    writeFileSync(file, page.replace('<h1>', `${injected}<h1>`));
    const attacked = await pageOf(file);
    await new Promise((done) => server.close(done));

    expect(plain).toContain('3 findings');
    expect(attacked).not.toContain('<title>run</title>');
    expect(requests).toEqual([]);
  });
});
