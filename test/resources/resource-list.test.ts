/** Resources through the SDK's own client, over the simulated service. */
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { DEMO_IMAGE_IDS } from '../../src/demo/data-set.ts';
import { anyCharacter } from '../any-character.ts';
import { type House, type HouseOptions, startHouse } from '../setup.ts';
import { sharedHouse } from '../tools/house.ts';
import { refusalOf } from './connect.ts';

const REFERENCE = 'tcss://reference/levels-and-codes';
const risksOf = (id: number | string) => `tcss://images/${id}/risks`;

const shared = sharedHouse();

async function open(options: HouseOptions): Promise<House> {
  const house = await startHouse(options);
  onTestFinished(() => house.close());
  return house;
}

async function read({ client }: House, uri: string): Promise<string> {
  const { contents } = await client.readResource({ uri });
  const [content] = contents;
  expect(contents).toHaveLength(1);
  expect(content?.uri).toBe(uri);
  return content !== undefined && 'text' in content ? content.text : '';
}

const readOn = (text: string) => /^Read on: (\S+)$/m.exec(text)?.[1];

test('the reference is listed, and the risks of an image as a template', async () => {
  const { client } = shared.house;

  const { resources } = await client.listResources();
  const { resourceTemplates } = await client.listResourceTemplates();

  expect(resources).toMatchObject([{ uri: REFERENCE, name: 'levels-and-codes', mimeType: 'text/markdown' }]);
  expect(resourceTemplates).toMatchObject([
    { uriTemplate: 'tcss://images/{id}/risks{?cursor}', name: 'image-risks', mimeType: 'text/plain' },
  ]);
  for (const one of [...resources, ...resourceTemplates]) {
    expect(one.title).toMatch(/\S/);
    expect(one.description).toMatch(/\S/);
  }
});

test('the reference costs no request', async () => {
  const before = shared.house.simulator.requests.length;

  expect(await read(shared.house, REFERENCE)).toContain('| 3 | high |');
  expect(shared.house.simulator.requests).toHaveLength(before);
});

test("an image's risks are what list_image_risks answers with limit 100", async () => {
  const id = DEMO_IMAGE_IDS.leaky;

  const text = await read(shared.house, risksOf(id));

  expect(text).toBe((await shared.house.callTool('list_image_risks', { image_id: id, limit: 100 })).text);
  expect(readOn(text)).toBeUndefined();
});

test.each([2000, 3000])('a walk over parts of %d bytes shows each finding once', async (maxBytes) => {
  const house = await open({ maxBytes });
  const ids: string[] = [];

  let uri: string | undefined = risksOf(DEMO_IMAGE_IDS.mixed);
  for (let parts = 0; uri !== undefined && parts < 40; parts++) {
    const text = await read(house, uri);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(maxBytes);
    ids.push(...(text.match(/\br-[0-9a-f]{12}\b/g) ?? []));
    uri = readOn(text);
    // Ours, so before the lines that upstream wrote.
    if (uri !== undefined) expect(text.indexOf('Read on: ')).toBeLessThan(text.indexOf('<data '));
  }

  expect(ids).toHaveLength(37);
  expect(new Set(ids).size).toBe(37);
});

test("a tool's answer links to the resource that goes on where it stopped", async () => {
  const { raw, text } = await shared.house.callTool('list_image_risks', {
    image_id: DEMO_IMAGE_IDS.mixed,
    limit: 5,
  });
  const link = raw.content.find(({ type }) => type === 'resource_link') as { uri: string } | undefined;

  expect(text).toContain('1 to 5 shown');
  expect(await read(shared.house, link?.uri ?? '')).toContain('6 to 37 shown');
});

test('a part of a large image fits the smallest budget, with the URI of the next', async () => {
  const house = await open({ maxBytes: 2000 });

  const text = await read(house, risksOf(DEMO_IMAGE_IDS.large));

  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(2000);
  expect(readOn(text)).toMatch(/^tcss:\/\/images\/6947413\/risks\?cursor=[\w-]+$/);
});

test('progress is told to a client that asks for it', async () => {
  const told: number[] = [];

  await shared.house.client.readResource(
    { uri: risksOf(DEMO_IMAGE_IDS.large) },
    { onprogress: ({ progress }) => void told.push(progress) },
  );

  expect(told.length).toBeGreaterThan(1);
});

test('a cancelled reading breaks off the request', async () => {
  const { simulator, client } = shared.house;
  simulator.failNext({ hang: 'headers' });
  const cancel = new AbortController();
  const before = simulator.requests.length;

  const reading = client.readResource({ uri: risksOf(DEMO_IMAGE_IDS.mixed) }, { signal: cancel.signal });
  await expect.poll(() => simulator.requests.length).toBe(before + 1);
  cancel.abort();

  await expect(reading).rejects.toThrow();
  await expect.poll(() => simulator.requests.at(-1)?.closedEarly).toBe(true);
});

describe('a failure is a JSON-RPC error with the text of the tool', () => {
  test('-32602 when another id would be answered', async () => {
    const { code, message } = await refusalOf(read(shared.house, risksOf(1234567)));

    expect(code).toBe(-32602);
    expect(message).toContain('ResourceNotFound');
  });

  test('-32602 when the cursor is made up, and no request leaves', async () => {
    const before = shared.house.simulator.requests.length;

    const { code, message } = await refusalOf(read(shared.house, `${risksOf(6947412)}?cursor=madeUp`));

    expect(code).toBe(-32602);
    expect(message).toMatch(/cursor/);
    expect(shared.house.simulator.requests).toHaveLength(before);
  });

  test('-32602 when the cursor is of another image', async () => {
    const house = await open({ maxBytes: 2000 });
    const next = readOn(await read(house, risksOf(DEMO_IMAGE_IDS.mixed))) ?? '';

    const other = next.replace(String(DEMO_IMAGE_IDS.mixed), String(DEMO_IMAGE_IDS.large));

    expect(await refusalOf(read(house, other))).toMatchObject({ code: -32602 });
  });

  test('-32603 when it does not lie in the URI', async () => {
    const house = await open({ credentials: undefined });

    const { code, message } = await refusalOf(read(house, risksOf(DEMO_IMAGE_IDS.mixed)));

    expect(code).toBe(-32603);
    expect(message).toContain('TENCENTCLOUD_SECRET_ID');
  });

  test('-32603, short and clean, whatever the service says', async () => {
    const house = await open({});
    house.simulator.failNext(
      { code: 'FailedOperation', message: `\u202ehi\n<data>${'x'.repeat(5000)}` },
      {
        times: 9,
      },
    );

    const { code, message } = await refusalOf(read(house, risksOf(DEMO_IMAGE_IDS.mixed)));

    expect(code).toBe(-32603);
    expect(message).toContain('FailedOperation');
    expect(message).not.toMatch(/\u202e|x{400}/);
    // The SDK's client puts the code before the message.
    expect(Buffer.byteLength(message)).toBeLessThanOrEqual(1000 + 'MCP error -32603: '.length);
  });
});

describe('what cannot be read', () => {
  test('is -32602 that says what there is', async () => {
    const { code, message } = await refusalOf(read(shared.house, 'tcss://images'));

    expect(code).toBe(-32602);
    expect(message).toContain(`${REFERENCE}, tcss://images/{id}/risks{?cursor}`);
  });

  test('no URI is answered by anything else, and a malformed one costs no request', async () => {
    const part = fc.oneof(
      fc.constantFrom(
        'tcss://',
        'images/',
        'reference/',
        'levels-and-codes',
        '/risks',
        '?cursor=',
        '&',
        '#',
        '%',
        '0',
      ),
      fc.constantFrom(REFERENCE, risksOf(6947414), risksOf(0), risksOf(4711)),
      fc.array(anyCharacter, { maxLength: 5 }).map((characters) => characters.join('')),
    );
    const { simulator } = shared.house;
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 5 }), async (parts) => {
        const uri = parts.join('');
        const isRead = /^tcss:\/\/images\/[1-9]\d{0,14}\/risks/.test(uri);
        const before = simulator.requests.length;
        const outcome = await read(shared.house, uri).catch((error: { code: number }) => error.code);

        if (typeof outcome === 'number') expect([-32602, -32603]).toContain(outcome);
        if (!isRead) expect(simulator.requests).toHaveLength(before);
      }),
      { numRuns: 150 },
    );
  });
});
