import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { DEMO_IMAGE_IDS } from '../../src/demo/data-set.ts';
import { closeAll as closeRaw, startRawService } from './raw-service.ts';
import { askRisks, closeAll, startClient } from './start-client.ts';

afterEach(closeRaw);

const DEEP = 10_000;
const nested = (open: string, close: string, depth = DEEP) => open.repeat(depth) + close.repeat(depth);
const answer = (members: string) =>
  `{"Response":{${members}"TotalCount":1,"List":[{"Desc":"漏洞"}],"RequestId":"r-1"}}`;
const withRow = (row: string) => `{"Response":{"TotalCount":1,"List":[${row}],"RequestId":"r-1"}}`;
const utf16 = Buffer.from(`\ufeff${answer('')}`, 'utf16le');

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

/** Heap once garbage is collected; what is needed meanwhile is in `npm run bench -- memory`. */
function heldBytes(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

let house: Awaited<ReturnType<typeof startClient>>;
beforeAll(async () => {
  house = await startClient();
});
afterAll(closeAll);

/** What the client makes of one body; after it, the next call is answered as ever. */
async function read(body: string | Buffer): Promise<unknown> {
  const before = house.simulator.requests.length;
  house.simulator.failNext({ respond: () => body });
  const outcome: unknown = await askRisks(house, 1).catch((error) => error);
  expect(await askRisks(house, DEMO_IMAGE_IDS.leaky)).toMatchObject({ TotalCount: 658 });
  expect(house.simulator.requests).toHaveLength(before + 2);
  return outcome;
}

describe('a body that is strange and can be read', () => {
  test.each<[string, string | Buffer]>([
    ['arrays 10,000 deep where nobody looks', answer(`"X":${nested('[', ']')},`)],
    ['objects 10,000 deep where nobody looks', answer(`"X":${nested('{"a":', '}').replace(':}', ':1}')},`)],
    ['the same member twice: the last counts', answer('"TotalCount":7,"List":null,')],
    ['the envelope twice: the last counts', `{"Response":{"Error":{"Code":"A"}},${answer('').slice(1)}`],
    ['a member __proto__', answer('"__proto__":{"Error":{"Code":"InternalError"},"polluted":1},')],
    ['a member __proto__ beside the envelope', `{"__proto__":{"polluted":1},${answer('').slice(1)}`],
    ['a member constructor', answer('"constructor":{"prototype":{"polluted":1}},')],
    ['members named as methods', answer('"toString":1,"hasOwnProperty":null,"valueOf":[],"then":{"x":1},')],
    [
      'a row with such members',
      withRow('{"Desc":"漏洞","__proto__":{"polluted":1},"constructor":1,"toJSON":1}'),
    ],
    ['a BOM before it', `\ufeff${answer('')}`],
    ['blanks around it', `\r\n\t ${answer('')}\n\n`],
    ['an error that is null', answer('"Error":null,')],
    ['escapes for every letter', answer('').replace('漏洞', '\\u6f0f\\u6d1e')],
    [
      'a null where a text belongs beside one',
      answer('').replace('"Desc"', '"InstructionContent":null,"Desc"'),
    ],
  ])('is read right: %s', async (_name, body) => {
    const outcome = await read(body);

    expect(outcome).toMatchObject({ TotalCount: 1, List: [{ Desc: '漏洞' }], RequestId: 'r-1' });
    expect(outcome).not.toHaveProperty('polluted');
    expect({}).not.toHaveProperty('polluted');
  });

  test('and is not UTF-8 in one letter keeps everything else', async () => {
    const [before = '', after = ''] = answer('').split('漏洞');
    const outcome = await read(
      Buffer.concat([Buffer.from(before), Buffer.of(0xe6, 0xbc), Buffer.from(after)]),
    );

    expect(outcome).toMatchObject({ TotalCount: 1, List: [{ Desc: '\ufffd' }] });
  });

  test.each([1, 2, 3, 7])(
    'is read right when it comes in chunks of %d bytes, letters split',
    async (size) => {
      const bytes = Buffer.from(answer('"X":"👍🏽",'));
      const service = await startRawService({
        asked: async (socket) => {
          socket.setNoDelay(true).write(`HTTP/1.1 200 OK\r\ncontent-length: ${bytes.length}\r\n\r\n`);
          for (let at = 0; at < bytes.length; at += size) {
            socket.write(bytes.subarray(at, at + size));
            await new Promise((resolve) => setImmediate(resolve));
          }
        },
      });

      expect(await askRisks(service, 1)).toMatchObject({ List: [{ Desc: '漏洞' }] });
      expect(await askRisks(service, 1)).toMatchObject({ TotalCount: 1 });
    },
  );
});

describe('a body that cannot be read', () => {
  const EMPTY = 'the body is empty';
  const CUT = 'the body is cut off or not valid JSON';
  const FOREIGN = 'the body is not JSON, so a proxy or gateway may have answered instead of TCSS';

  test.each<[string, string | Buffer, string]>([
    ['nothing', '', EMPTY],
    ['blanks', ' \r\n', EMPTY],
    ['a BOM alone', '\ufeff', EMPTY],
    ['null', 'null', 'the body: expected object, got null'],
    ['true', 'true', 'the body: expected object, got boolean'],
    ['a number', '-1e400', 'the body: expected object, got number'],
    ['a text', '"{}"', 'the body: expected object, got string'],
    ['an array', `[${answer('')}]`, 'the body: expected object, got array'],
    ['an empty object', '{}', 'Response: expected object, got undefined'],
    ['an envelope that is null', '{"Response":null}', 'Response: expected object, got null'],
    ['an envelope that is an array', '{"Response":[]}', 'Response: expected object, got array'],
    ['an envelope in __proto__', `{"__proto__":${answer('')}}`, 'Response: expected object, got undefined'],
    [
      'rows that are a text',
      answer('').replace(/\[.*\]/, '"x"'),
      'Response.List: expected array, got string',
    ],
    ['arrays 10,000 deep', nested('[', ']'), 'the body: expected object, got array'],
    ['arrays 10,000 deep, without their ends', '['.repeat(DEEP), CUT],
    ['two answers', answer('') + answer(''), CUT],
    ['a NUL after it', `${answer('')}\0`, CUT],
    ['a comma too many', answer('').replace(']', ',]'), CUT],
    ['half of it', answer('').slice(0, 40), CUT],
    ['UTF-16', utf16, FOREIGN],
    ['words', 'upstream connect error', FOREIGN],
    ['a member without quotes', '{Response:{}}', CUT],
  ])('is a ContractError that says why: %s', async (_name, body, problem) => {
    const outcome = await read(body);

    expect(outcome).toMatchObject({ name: 'ContractError', problems: [problem] });
  });

  test.each<[string, string, object]>([
    ['a row that is a number', '7', { isLost: true }],
    ['a field 10,000 deep', `{"Desc":${nested('[', ']')},"Type":1}`, { Type: 1, leftOut: ['Desc'] }],
  ])('costs the page no more than that: %s', async (_name, row, expected) => {
    const outcome = await read(withRow(row));

    expect(outcome).toMatchObject({ List: [expected] });
  });

  test.each<[string, string]>([
    ['open brackets', '['],
    ['objects in each other', '{"a":'],
    ['rows of a wrong kind', '1,'],
  ])('of 4 MB is a ContractError that holds nothing of it: %s', async (_name, unit) => {
    const start = unit === '1,' ? '{"Response":{"List":[' : '';
    const body = start + unit.repeat((4_000_000 / unit.length) | 0) + (unit === '1,' ? '1]}}' : '');

    const heapBefore = heldBytes();
    const outcome = await read(body);

    expect(outcome).toMatchObject({ name: 'ContractError' });
    expect(heldBytes() - heapBefore).toBeLessThan(16 * 1024 * 1024);
  });
});
