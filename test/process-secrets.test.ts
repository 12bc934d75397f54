/** Everything that upstream can echo, at the loudest log level: no part of a credential comes out. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RpcAnswer, type SpawnedServer, spawnServer } from './spawned-server.ts';

/** Made up; opens nothing. */
const KEYS = {
  TENCENTCLOUD_SECRET_ID: 'AKIDmadeUpForTests0123456789abcdefgh',
  TENCENTCLOUD_SECRET_KEY: 'zYxWvUtSrQpOnMlKjIhGfEdCbA987654',
  TENCENTCLOUD_TOKEN: 'madeUpSessionToken/Q7w8E9r0T1y2U3i4O5p6',
};

/** Waits between attempts pass a hundred times as fast, so that all calls end long before their deadline. */
const SHORT_WAITS = `import timers from 'node:timers/promises';
import { syncBuiltinESMExports } from 'node:module';
const { setTimeout } = timers;
timers.setTimeout = (ms, ...rest) => setTimeout(ms / 100, ...rest);
syncBuiltinESMExports();`;

/** What upstream echoes: each credential, a part of one, all together, the header that it got. */
const ECHOES: ((headers: IncomingHttpHeaders) => string)[] = [
  ...Object.values(KEYS).map((secret) => () => secret),
  () => KEYS.TENCENTCLOUD_SECRET_KEY.slice(5, 14),
  () => `${KEYS.TENCENTCLOUD_SECRET_KEY.slice(0, 12)}-${KEYS.TENCENTCLOUD_TOKEN.slice(6)}`,
  () => Object.values(KEYS).join(''),
  ({ authorization }) => String(authorization),
  (headers) => String(headers['x-tc-token']),
];

type Fault = (response: ServerResponse, said: string) => void;

const answer = (Response: unknown) => (response: ServerResponse) =>
  void response.end(JSON.stringify({ Response }));
const refusal =
  (Code: string): Fault =>
  (response, said) =>
    answer({ Error: { Code, Message: `you are ${said}, are you?` }, RequestId: 'r-1' })(response);
const row = (fields: object) => answer({ List: [fields], TotalCount: 1, RequestId: 'r-1' });
const withStatus =
  (status: number, name: string): Fault =>
  (response, said) =>
    void response
      .writeHead(status, { [name]: said, 'x-echo': said, 'set-cookie': `key=${said}` })
      .end(`<html><title>${said}</title>`);

/** Each puts what it is given into one place of the answer to the request for rows. */
const FAULTS: Record<string, Fault> = {
  'the message of AuthFailure': refusal('AuthFailure.SignatureFailure'),
  'the message of an unknown code': refusal('Made.Up'),
  'the message of a failure that is tried again': refusal('InternalError'),
  'the message of a rate limit': refusal('RequestLimitExceeded'),
  'the message of ResourceNotFound': refusal('ResourceNotFound'),
  'a code': (response, said) => answer({ Error: { Code: said, Message: said }, RequestId: 'r-1' })(response),
  'part of a code': (response, said) =>
    answer({ Error: { Code: `AuthFailure.${said.slice(0, 40)}`, Message: '' } })(response),
  'a RequestId of an error': (response, said) =>
    answer({ Error: { Code: 'FailedOperation', Message: '' }, RequestId: said.slice(0, 64) })(response),
  'a RequestId of rows': (response, said) =>
    answer({ List: [{ Level: '4' }], TotalCount: 1, RequestId: said.slice(0, 64) })(response),
  'Desc and evidence': (response, said) =>
    row({ Behavior: 3, Type: 1, Level: '4', Desc: said, InstructionContent: `RUN echo ${said} | sh` })(
      response,
    ),
  'a level': (response, said) => row({ Level: said, Behavior: 1 })(response),
  'a code of behaviour': (response, said) => row({ Behavior: said })(response),
  'a list': (response, said) => answer({ List: said, TotalCount: said, RequestId: said })(response),
  'names of keys': (response, said) =>
    answer({ [said]: said, List: [{ [said]: 1 }], TotalCount: {} })(response),
  'a body of text': (response, said) => void response.end(said),
  'a body that is cut off': (response, said) => void response.end(`{"Response":{"RequestId":"${said}`),
  'a page of HTML': (response, said) => void response.end(`<html>${said}</html>`),
  'a JSON text with every character escaped': (response, said) => {
    const escaped = [...said].map((at) => `\\u${at.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
    response.end(`{"Response":{"Error":{"Code":"Made.Up","Message":"${escaped}"},"RequestId":"r-1"}}`);
  },
  'a redirect': withStatus(302, 'location'),
  'a status of 401': withStatus(401, 'www-authenticate'),
  'a status of 403': withStatus(403, 'x-error'),
  'a status of 429': withStatus(429, 'retry-after'),
  'a status of 502': withStatus(502, 'server'),
  'the words of a status': (response, said) => void response.writeHead(418, said.slice(0, 60)).end(),
  'a Date': (response, said) => {
    response.sendDate = false;
    response.setHeader('date', said);
    refusal('AuthFailure.SignatureExpire')(response, said);
  },
  'a content-encoding': (response, said) =>
    void response.writeHead(200, { 'content-encoding': said }).end(said),
  'a damaged gzip': (response, said) =>
    void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(said).subarray(0, -9)),
  'what is not HTTP': (response, said) =>
    void response.socket?.end(`HTTP/1.1 200 ${said}\r\n${said}\r\n\r\n`),
  'a body that ends early': (response, said) => {
    response.writeHead(200, { 'content-length': 9999 }).write(said);
    setTimeout(() => response.destroy(), 5);
  },
  'the state of a scan': answer({ List: [], TotalCount: 0, RequestId: 'r-1' }),
};
const NAMES = Object.keys(FAULTS);

let upstream: Server;
let server: SpawnedServer;
let answers: RpcAnswer[];
/** Images for which the fault was played. */
const played = new Set<number>();

beforeAll(async () => {
  upstream = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { Id = 1 } = JSON.parse(String(Buffer.concat(chunks)));
    const said = ECHOES[(Id - 1) % ECHOES.length]?.(request.headers) ?? '';
    const action = request.headers['x-tc-action'];
    if (action === 'DescribeAssetImageRegistryList') {
      const image = { ImageName: 'app', ImageTag: said, Namespace: 'n', RegistryType: said, ScanTime: said };
      const list = [1, 2].map((id) => ({
        ...image,
        Id: id,
        ImageDigest: said,
        ImageRepoAddress: `${said}/n/app`,
      }));
      return answer({ List: list, TotalCount: 2, RequestId: 'r-2' })(response);
    }
    if (action === 'DescribeAssetImageRegistryDetail') {
      return answer({ RiskStatus: said, ScanTime: said, ImageName: said, RiskCnt: 7, RequestId: 'r-3' })(
        response,
      );
    }
    played.add(Id);
    FAULTS[NAMES[Math.floor((Id - 1) / ECHOES.length)] ?? '']?.(response, said);
  });
  await once(upstream.listen(0, '127.0.0.1'), 'listening');
  server = spawnServer({
    nodeArgs: ['--import', `data:text/javascript,${encodeURIComponent(SHORT_WAITS)}`],
    env: {
      ...KEYS,
      TCSS_ENDPOINT: `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`,
      TCSS_LOG_LEVEL: 'debug',
      TCSS_RATE_LIMIT: '5000',
    },
  });
  await server.initialize();
  const ask = (args: object) =>
    server.request('tools/call', {
      name: 'list_image_risks',
      arguments: { detail: 'full', max_bytes: 40_000, ...args },
    });
  const ids = Array.from({ length: NAMES.length * ECHOES.length }, (_, at) => at + 1);
  answers = await Promise.all([
    ...ids.map((id) => ask({ image_id: id })),
    ask({ image: 'n/app' }),
    ...Object.values(KEYS).flatMap((secret) => [
      ask({ image: secret }),
      ask({ image_id: secret }),
      ask({ image_id: 1, cursor: secret }),
      ask({ image_id: 1, [secret]: [secret] }),
    ]),
  ]);
});

afterAll(async () => {
  await server.end('SIGKILL').catch(() => undefined);
  upstream.closeAllConnections();
  upstream.close();
});

test.each(NAMES)('echoed in %s: answered, without any of it', (name) => {
  const first = NAMES.indexOf(name) * ECHOES.length;
  const here = answers.slice(first, first + ECHOES.length);

  for (const at of ECHOES.keys()) expect(played).toContain(first + at + 1);
  for (const { result } of here) expect(result.content[0].text.length).toBeGreaterThan(20);
  expect(runsIn(JSON.stringify(here))).toEqual([]);
});

test('given in an argument, or echoed in the names of images: answered, without any of it', () => {
  const here = answers.slice(NAMES.length * ECHOES.length);

  expect(here.every(({ result }) => result.content[0].text.length > 20)).toBe(true);
  expect(runsIn(JSON.stringify(here))).toEqual([]);
});

test('nothing of it stands in the log, which has a line for each request', () => {
  expect(server.stderr().match(/DescribeAssetImageRegistry\w+ \d+ ms/g)?.length).toBeGreaterThan(
    NAMES.length * ECHOES.length,
  );
  expect(runsIn(server.stderr())).toEqual([]);
  expect(runsIn(server.lines.join('\n'))).toEqual([]);
});

/** Runs of 8 characters of a credential that `text` holds. */
function runsIn(text: string): string[] {
  return Object.values(KEYS).flatMap((secret) =>
    Array.from({ length: secret.length - 7 }, (_, at) => secret.slice(at, at + 8)).filter((run) =>
      text.includes(run),
    ),
  );
}
