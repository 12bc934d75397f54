import { afterEach, describe, expect, test } from 'vitest';
import { DEMO_IMAGE_IDS } from '../../src/demo/data-set.ts';
import { tools } from '../../src/tools/index.ts';
import { LEAKING_LINES } from '../redact/corpus.ts';
import { type House, startHouse } from '../setup.ts';
import { withTexts } from '../simulator/altered.ts';
import { walk } from './every-tool.ts';

/** Every tenth line: the whole corpus is redacted in test/redact. */
const LINES = LEAKING_LINES.filter((_, at) => at % 20 === 0);

/** What stays of all lines: a secret that stands there too, as an ordinary word, proves nothing. */
const kept = LINES.map((leaking) => leaking.kept).join('\n');
const secrets = LINES.flatMap((leaking) => leaking.secrets).filter(
  (secret) => secret.length >= 6 && !kept.includes(secret),
);

let house: House;
afterEach(() => house.close());

async function openHouse() {
  house = await startHouse({ alter: withTexts(LINES.map(({ line }) => line)) });
}

describe('the corpus of leaking lines', () => {
  test.each(tools)('leaves no secret in text, structured content or logs of $name', async (tool) => {
    await openHouse();
    const answers = await walk(house, tool);
    // Each text of structured content ends a line, as it would in the text.
    const structured = answers.map((answer) =>
      JSON.stringify(answer.structured, (_, value) => (typeof value === 'string' ? `${value}\n` : value)),
    );
    const everything = [...answers.map(({ text }) => text), ...structured, ...house.log].join('\n');

    expect(secrets.length).toBeGreaterThan(80);
    expect(everything).toContain('<redacted>');
    expect(secrets.filter((secret) => everything.includes(secret))).toEqual([]);
  });

  test('leaves no secret in an error that quotes it', async () => {
    await openHouse();
    for (const { line, secrets: hidden } of LINES.filter((_, at) => at % 2 === 0)) {
      const action = 'DescribeAssetImageRegistryRiskInfoList';
      house.simulator.failNext({ code: 'OperationDenied', message: line }, { action });
      const { text, isError } = await house.callTool({ image_id: DEMO_IMAGE_IDS.mixed });

      expect(isError).toBe(true);
      for (const secret of hidden.filter(({ length }) => length >= 8)) expect(text).not.toContain(secret);
    }
    expect(house.log.join('\n')).not.toMatch(/FAKE/);
  });
});
