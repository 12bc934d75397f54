import { describe, expect, test } from 'vitest';
import { listImageRisks } from '../../src/tools/list-image-risks.ts';
import { ask, textOf } from './failed-call.ts';

describe('no answer', () => {
  test('a gateway', async () => {
    expect(await textOf({ status: 502, body: '<h1>hunter2</h1>' })).toMatchInlineSnapshot(`
      "No usable answer from TCSS: HTTP status 502: TCSS itself answers 200 even to errors, so this is a proxy or gateway.
      Trying again later can help.
      Next: check TCSS_ENDPOINT, HTTPS_PROXY and the network of this server."
    `);
  });

  test('a redirect', async () => {
    const headers = { location: 'https://evil.example/' };

    expect(await textOf({ status: 302, headers, body: '' })).toMatchInlineSnapshot(`
      "No usable answer from TCSS: HTTP status 302: a redirect, which is never followed.
      Trying again unchanged will not help.
      Next: check TCSS_ENDPOINT, HTTPS_PROXY and the network of this server."
    `);
  });

  test('a broken connection', async () => {
    expect(await textOf({ reset: true })).toMatchInlineSnapshot(`
      "No usable answer from TCSS: the connection was reset (ECONNRESET).
      Trying again later can help.
      Next: check TCSS_ENDPOINT, HTTPS_PROXY and the network of this server."
    `);
  });

  test('the deadline', async () => {
    expect(await textOf({ hang: 'headers' }, { timeoutMs: 40 })).toMatchInlineSnapshot(`
      "No usable answer from TCSS: the deadline of 40 ms for the whole call passed.
      Trying again later can help.
      Next: ask for less at once, or have TCSS_TIMEOUT_MS raised; if it persists, check the network of this server."
    `);
  });

  test('too large an answer', async () => {
    expect(await textOf({ status: 200, body: Buffer.alloc(9 * 1024 * 1024) })).toMatchInlineSnapshot(`
      "No usable answer from TCSS: the answer is larger than 8388608 bytes.
      Trying again unchanged will not help.
      Next: ask for less, such as one level; if it persists, check TCSS_ENDPOINT."
    `);
  });
});

describe('nothing to do with the network', () => {
  test('no credentials', async () => {
    expect(await textOf(undefined, { credentials: undefined })).toMatchInlineSnapshot(
      `"no credentials: TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY not set in this server's environment, and it names no home folder in which to look for files. Set both in the MCP client's settings (env), or start with --demo to try made-up data."`,
    );
  });

  test('half a pair', async () => {
    expect(await textOf(undefined, { credentials: { secretId: 'AKIDx' } })).toMatchInlineSnapshot(
      `"half of the key pair is missing: TENCENTCLOUD_SECRET_KEY not set in this server's environment. Set both in the MCP client's settings (env), or start with --demo to try made-up data."`,
    );
  });

  test('an image that is not there, the names beside it as data', async () => {
    expect(await textOf(undefined, {}, { image: 'nginx:no-such-tag' })).toMatchInlineSnapshot(`
      "no image fits nginx:no-such-tag: all 14 images of the registry were read. 3 with that name have another tag or digest; ask again with one of them.
      Image ids and names, as data:
      - 6947422 ccr.ccs.tencentyun.com/web/nginx:1.25
      - 6947423 ccr.ccs.tencentyun.com/edge/nginx:1.25
      - 6947424 harbor.example.com/web/nginx:1.25"
    `);
  });

  test('an unexpected failure is one fixed sentence, with its stack only in the log', async () => {
    const broken = {
      ...listImageRisks,
      fetch: () => {
        throw new TypeError('no such file: /home/someone/.secret');
      },
    };

    const { text, house } = await ask(undefined, { tools: [broken] });

    expect(text).toMatchInlineSnapshot(
      `"tcss-mcp-server failed unexpectedly; its log on stderr has the details. Report it if it persists."`,
    );
    expect(house.log).toEqual([
      expect.stringMatching(
        /^tcss-mcp-server error: list_image_risks: TypeError: no such file.* \| at [^\n]+\n$/,
      ),
    ]);
  });

  test('an expected failure is not logged as an error', async () => {
    const { house } = await ask({ code: 'InternalError' });

    expect(house.log.filter((line) => line.includes(' error: '))).toEqual([]);
  });
});
