import { afterEach, describe, expect, test } from 'vitest';
import { type ImageRisk, makeImage } from '../../src/demo/data-set.ts';
import { LEAKING_LINES } from '../redact/corpus.ts';
import { type House, type HouseOptions, startHouse } from '../setup.ts';

const ID = 8_100_001;

/** Every second line: the whole corpus is redacted in test/redact. */
const LINES = LEAKING_LINES.filter((_, at) => at % 2 === 0);

/** One row a line of the corpus; the description carries it too, since any field may. */
const risks = LINES.map(
  ({ line }): ImageRisk => ({
    Behavior: 3,
    Type: 2,
    Level: '4',
    Desc: line,
    InstructionContent: `2024-05-06 10:49:58\n${line}`,
  }),
);

/** What stays of all lines: a secret that stands there too, as an ordinary word, proves nothing. */
const kept = LINES.map((leaking) => leaking.kept).join('\n');
const secrets = LINES.flatMap((leaking) => leaking.secrets).filter(
  (secret) => secret.length >= 6 && !kept.includes(secret),
);

let house: House;
afterEach(() => house.close());

async function openHouse(options: HouseOptions = {}) {
  house = await startHouse({ account: { images: [makeImage(ID, 'a/b:1', risks)] }, ...options });
}

/** Everything that one walk over the image says, in both views. */
async function walk(): Promise<string> {
  let said = '';
  let cursor: string | undefined;
  do {
    const args = {
      image_id: ID,
      limit: 100,
      detail: 'full',
      max_bytes: 40_000,
      ...(cursor === undefined ? {} : { cursor }),
    };
    const { text, structured } = await house.callTool(args);
    said += `${text}\n${JSON.stringify(structured, (_, value) => (typeof value === 'string' ? `${value}\n` : value))}`;
    cursor = structured.coverage.next_cursor;
  } while (cursor !== undefined);
  return said;
}

describe('the corpus of leaking lines', () => {
  test('leaves no secret in text, structured content or logs', async () => {
    await openHouse();
    const said = await walk();

    expect(secrets.length).toBeGreaterThan(300);
    const everything = said + house.log.join('\n');
    expect(secrets.filter((secret) => everything.includes(secret))).toEqual([]);
  });

  test('leaves no secret in an error that quotes it', async () => {
    await openHouse();
    for (const { line, secrets: hidden } of LINES.filter((_, at) => at % 8 === 0)) {
      house.simulator.failNext({ code: 'OperationDenied', message: line });
      const { text, isError } = await house.callTool({ image_id: ID });

      expect(isError).toBe(true);
      for (const secret of hidden.filter(({ length }) => length >= 8)) expect(text).not.toContain(secret);
    }
    expect(house.log.join('\n')).not.toMatch(/FAKE/);
  });

  test('is shown under TCSS_SHOW_SECRETS, with the same ids, and the answer says so', async () => {
    await openHouse();
    const hidden = await house.callTool({ image_id: ID });
    await house.close();
    await openHouse({ showSecrets: true });
    const shown = await house.callTool({ image_id: ID });

    const ids = ({ structured }: typeof shown) => structured.findings.map(({ id }: { id: string }) => id);
    expect(ids(shown).slice(0, 5)).toEqual(ids(hidden).slice(0, 5));
    expect(shown.structured.secrets_shown).toBe(true);
    expect(hidden.structured).not.toHaveProperty('secrets_shown');
    expect(shown.text).toContain('Secret values are shown: the operator set TCSS_SHOW_SECRETS.');
    expect(secrets.some((secret) => shown.text.includes(secret))).toBe(true);
  });
});
