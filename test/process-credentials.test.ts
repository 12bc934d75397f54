/** The built server with credentials in files: found, renewed and named, and no part of a value comes out. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { asIni, FILE_PAIR, OTHER_PAIR, temporaryHome } from './credentials/temporary-home.ts';
import { spawnServer } from './spawned-server.ts';

const WARNINGS = [
  / warn: ~\/\.tccli\/staging\.credential can be read or changed by other users .*; chmod 600 ~\/\.tccli\/staging/g,
  / warn: ~\/\.tccli\/staging\.credential is gone, so the credentials of ~\/\.tencentcloud\/credentials are used/g,
];

test('a login in the file of a profile: missing, read, renewed, expired, gone, and never shown', async () => {
  const { home, writeTccli, writeIni, remove } = temporaryHome();
  const echo = await echoing();
  const server = spawnServer({
    env: { HOME: home, TCCLI_PROFILE: 'staging', TCSS_ENDPOINT: echo.url, TCSS_LOG_LEVEL: 'debug' },
  });
  onTestFinished(async () => void (await server.end('SIGKILL').catch(() => undefined)));
  const login = (pair: object, hours: number) => ({
    ...pair,
    type: 'oauth',
    expiresAt: Math.floor(Date.now() / 1000 + hours * 3600),
  });
  const ask = async () => {
    const { result } = await server.request('tools/call', {
      name: 'list_image_risks',
      arguments: { image_id: 4711 },
    });
    return result.content[0].text as string;
  };
  await server.initialize();

  const missing = await ask();
  writeTccli(login(FILE_PAIR, 2), 'staging', 0o644);
  const read = await ask();
  writeTccli(login(OTHER_PAIR, 2), 'staging', 0o644);
  const renewed = await ask();
  writeTccli(login(OTHER_PAIR, -3.5), 'staging', 0o644);
  const expired = await ask();
  writeIni(asIni(FILE_PAIR));
  remove('.tccli/staging.credential');
  await ask();

  expect(missing).toContain('neither ~/.tccli/staging.credential nor ~/.tencentcloud/credentials exists');
  // Rows and the image's entry are asked for by each call.
  const asked = [FILE_PAIR, OTHER_PAIR, FILE_PAIR].flatMap((pair) => [pair, pair]);
  expect(echo.ids).toEqual(asked.map(({ secretId }) => secretId));
  expect(echo.tokens).toEqual(asked.map(({ token }) => token));
  for (const text of [read, renewed]) {
    expect(text).toContain('log in again with `tccli auth login --profile staging`, then ask again.');
    expect(text).toContain('The credentials came from ~/.tccli/staging.credential.');
  }
  expect(expired).toMatch(/^the browser login of profile staging .* expired 3 hours ago: log in again with /);
  for (const warning of WARNINGS) expect(server.stderr().match(warning)).toHaveLength(1);
  const output = `${server.lines.join('\n')}\n${server.stderr()}`;
  expect(output).not.toContain(home);
  expect(runsIn(output)).toEqual([]);
});

test('images that were kept for one account are not shown to another', async () => {
  const { home, writeTccli } = temporaryHome();
  const url = await listing();
  const server = spawnServer({ env: { HOME: home, TCSS_ENDPOINT: url } });
  onTestFinished(async () => void (await server.end('SIGKILL').catch(() => undefined)));
  await server.initialize();
  const find = async () => {
    const { result } = await server.request('tools/call', { name: 'find_images', arguments: {} });
    return result.structuredContent.images.map(({ reference }: { reference: string }) => reference);
  };

  writeTccli(FILE_PAIR);
  const first = [await find(), await find()];
  writeTccli(OTHER_PAIR);

  expect(first).toEqual([['team/of-file:1'], ['team/of-file:1']]);
  expect(await find()).toEqual(['team/of-other:1']);
});

/** A service with one image an account. */
async function listing() {
  const server = createServer((request, response) => {
    request.resume();
    const isFile = `${request.headers.authorization}`.includes(FILE_PAIR.secretId);
    const image = { Id: 1, Namespace: 'team', ImageName: isFile ? 'of-file' : 'of-other', ImageTag: '1' };
    response.end(JSON.stringify({ Response: { List: [image], TotalCount: 1, RequestId: 'r-1' } }));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A service that refuses every token and echoes all credentials that it was sent so far. */
async function echoing() {
  const ids: (string | undefined)[] = [];
  const tokens: unknown[] = [];
  const pairs = [FILE_PAIR, OTHER_PAIR];
  const server = createServer((request, response) => {
    request.resume();
    ids.push(/Credential=([^/]+)/.exec(`${request.headers.authorization}`)?.[1]);
    tokens.push(request.headers['x-tc-token']);
    const said = pairs
      .slice(0, Math.ceil(ids.length / 2))
      .flatMap(Object.values)
      .join(' ');
    const refusal = { Code: 'AuthFailure.TokenFailure', Message: `you are ${said}, are you?` };
    response.end(JSON.stringify({ Response: { Error: refusal, RequestId: 'r-1' } }));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, ids, tokens };
}

/** Runs of 8 characters of a credential that `text` holds. */
function runsIn(text: string): string[] {
  return [FILE_PAIR, OTHER_PAIR]
    .flatMap(Object.values)
    .flatMap((value: string) =>
      Array.from({ length: value.length - 7 }, (_, at) => value.slice(at, at + 8)).filter((run) =>
        text.includes(run),
      ),
    );
}
