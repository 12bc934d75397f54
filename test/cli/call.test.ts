import { describe, expect, test } from 'vitest';
import { DEMO_CREDENTIALS, DEMO_IMAGE_IDS } from '../../src/demo/data-set.ts';
import { tools } from '../../src/tools/index.ts';
import { service, typed } from './typed.ts';

const LEAKY = JSON.stringify({ image_id: DEMO_IMAGE_IDS.leaky });

describe('call', () => {
  test('prints the text that an assistant gets, and nothing on stderr', async () => {
    const { env } = await service();

    const { code, stdout, stderr } = await typed(['call', 'list_image_risks', LEAKY], env);

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      /^Image 6947411: all 658 matching rows read: 1 finding.*\n[\s\S]*<\/data [0-9a-f]{8}>\n$/,
    );
  });

  test('with --json prints structuredContent on one line', async () => {
    const { env } = await service();

    const { code, stdout } = await typed(['call', 'list_image_risks', LEAKY, '--json'], env);

    expect(code).toBe(0);
    expect(stdout.match(/\n/g)).toHaveLength(1);
    expect(JSON.parse(stdout)).toMatchObject({ source: 'live', counts: { cover: 'all_rows' } });
  });

  test('takes the arguments from stdin, which may come in pieces and begin with a BOM', async () => {
    const { stdout } = await typed(['--demo', 'call', 'list_image_risks', '-'], {}, `\ufeff ${LEAKY}\r\n`);

    expect(stdout).toContain('Image 6947411: all 658 matching rows read');
  });

  test('without arguments is a call with none', async () => {
    const { code, stdout } = await typed(['call', 'find_images', '--demo']);

    expect(code).toBe(0);
    expect(stdout).toContain('payments/api:1.4.2');
  });

  test('a tool error is exit 1, on stderr alone, also with --json', async () => {
    for (const flags of [[], ['--json']]) {
      const { code, stdout, stderr } = await typed([
        'call',
        'list_image_risks',
        '{"image_id":4711}',
        '--demo',
        ...flags,
      ]);

      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain('ResourceNotFound');
    }
  });

  test('arguments that the tool does not take are a tool error that names them', async () => {
    const { code, stderr } = await typed(['call', 'list_image_risks', '{"image_name":"x"}', '--demo']);

    expect(code).toBe(1);
    expect(stderr).toContain('image_name');
  });

  test.each([
    ['{not json', 'the arguments are not JSON: give an object such as'],
    ["{'image':'a/b:1'}", 'the arguments are not JSON'],
    ['', 'the arguments are not JSON'],
    ['[]', 'the arguments are not a JSON object'],
    ['null', 'the arguments are not a JSON object'],
    ['"AKIDz8krbsJ5yKBZQpn74WFkm"', 'the arguments are not a JSON object'],
  ])('%j is exit 2, is not quoted, and nothing is sent', async (text, message) => {
    const { env, simulator } = await service();

    const { code, stdout, stderr } = await typed(['call', 'list_image_risks', text], env);

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    if (text.length > 4) expect(stderr).not.toContain(text);
    expect(simulator.requests).toEqual([]);
  });

  test('more on stdin than any arguments have is exit 2', async () => {
    const { code, stderr } = await typed(['call', 'find_images', '-', '--demo'], {}, ' '.repeat(1_000_001));

    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'stdin contains more than 1000000 bytes of arguments\n',
    });
  });

  test.each([
    ['list_everything', /^there is no tool list_everything; the tools are: /],
    [DEMO_CREDENTIALS.secretKey, /^call needs the name of a tool; the tools are: /],
    [undefined, /^call needs the name of a tool; the tools are: /],
  ])('the tool %s is exit 2 and names the tools there are', async (name, message) => {
    const { code, stderr } = await typed(['call', ...(name === undefined ? [] : [name])]);

    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    for (const tool of tools) expect(stderr).toContain(tool.name);
  });

  test('settings that cannot be used are exit 2', async () => {
    const { code, stderr } = await typed(['call', 'find_images', '--demo'], { TCSS_MAX_BYTES: '1' });

    expect({ code, stderr }).toEqual({ code: 2, stderr: 'TCSS_MAX_BYTES must be at least 2000\n' });
  });
});
