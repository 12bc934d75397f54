import { describe, expect, test } from 'vitest';
import { rowPages } from '../../src/gather/row-kind.ts';
import { createRedaction } from '../../src/redact/redaction.ts';
import type { ImageRisk } from '../../src/tools/list-image-risks.ts';
import { riskRows } from '../../src/tools/list-image-risks.ts';
import { endless } from '../endless.ts';
import { fakeTcss } from '../gather/fake-tcss.ts';

async function readRow(row: ImageRisk) {
  const query = { id: 1, filters: [], order: 'desc' as const };
  const redaction = createRedaction([]);
  const page = await rowPages(riskRows, query, { client: fakeTcss([row]), redaction, deadline: endless() })(
    0,
    100,
  );
  const [read] = page.List ?? [];
  if (read === undefined) throw new Error('no row');
  return read;
}

const ROW: ImageRisk = {
  Behavior: 3,
  Type: 2,
  Level: '3',
  Desc: 'd',
  InstructionContent: '2024-05-06 10:49:58\nENV DB_PASSWORD=FAKE-1',
};

describe('a row', () => {
  test('is known by its redacted evidence without the time', async () => {
    const read = await readRow(ROW);

    expect(read.key).toBe('[3,2,"3","d","ENV DB_PASSWORD=<redacted>"]');
    expect(read).toMatchObject({
      time: '2024-05-06 10:49:58',
      evidence: 'ENV DB_PASSWORD=<redacted>',
      level: 'high',
    });
  });

  test('has the same identity whatever its level is spelt like', async () => {
    expect((await readRow({ ...ROW, Level: 3 })).key).toBe((await readRow(ROW)).key);
  });

  test.each([
    '2024-05-06 10:49:58',
    '2024-05-06T10:49:58Z',
    '2024-05-06T10:49:58+08:00',
    '2021-01-30 03:31:56 +0000 UTC',
    '2024-05-06 10:49:58.123456',
  ])('%s on a line of its own is its time', async (time) => {
    const read = await readRow({ ...ROW, InstructionContent: `${time}\nUSER root` });

    expect(read).toMatchObject({ time, evidence: 'USER root' });
  });

  test.each(['2024-05-06 USER root', 'USER root', '', '10:49:58\nUSER root'])(
    '%j holds no time',
    async (text) => {
      expect(await readRow({ ...ROW, InstructionContent: text })).toMatchObject({
        time: undefined,
        evidence: text.replace('\n', ' '),
      });
    },
  );

  test('may lack every member', async () => {
    const none = {
      Behavior: undefined,
      Type: undefined,
      Level: undefined,
      Desc: undefined,
      InstructionContent: undefined,
    };

    expect(await readRow(none)).toMatchObject({
      key: '[null,null,null,null,null]',
      level: 'unknown',
      levelRaw: undefined,
      evidence: undefined,
    });
  });

  test('keeps the raw value of a level that is not published', async () => {
    expect(await readRow({ ...ROW, Level: 'Serious' })).toMatchObject({
      level: 'unknown',
      levelRaw: 'Serious',
    });
  });

  test('keeps rows apart that differ only behind what is read of them', async () => {
    const long = (end: string) => ({ ...ROW, InstructionContent: `RUN ${'a '.repeat(40_000)}${end}` });
    const [one, same, other] = await Promise.all(
      [long('x'), long('x'), long('y')].map((row) => readRow(row)),
    );

    expect(one?.key).toBe(same?.key);
    expect(one?.key).not.toBe(other?.key);
    expect(one?.evidence?.length).toBeLessThan(66_000);
  });
});

test('redaction of large rows leaves timers their turn', async () => {
  const rows = Array.from({ length: 100 }, (_, at) => ({
    ...ROW,
    InstructionContent: `${at} ${'password=FAKE '.repeat(200)}`,
  }));
  const query = { id: 1, filters: [], order: 'desc' as const };
  let turns = 0;
  const timer = setInterval(() => turns++, 5);
  const redaction = createRedaction([]);
  await rowPages(riskRows, query, { client: fakeTcss(rows), redaction, deadline: endless() })(0, 100);
  clearInterval(timer);

  expect(turns).toBeGreaterThan(3);
});
