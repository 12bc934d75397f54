/** What to do about the scan of an image: the next step and the notes of one answer say the same. */
import { expect, test } from 'vitest';
import { makeImage } from '../../src/demo/image.ts';
import { startHouse } from '../setup.ts';

const RISK = { Behavior: 3, Type: 2, Level: '1', Desc: 'd', InstructionContent: 'ENV A=b' };

async function ask(info: object, risks: object[], tool = 'list_image_risks', args: object = { image_id: 1 }) {
  const images = [makeImage(1, 'a/b:1', risks as never, info as never), makeImage(2, 'a/b:2')];
  const house = await startHouse({ account: { images }, source: 'live' });
  const answer = await house.callTool(tool, args as Record<string, unknown>);
  await house.close();
  return answer;
}

test.each([
  ['SCAN_ERR', [], /assign a licence/],
  ['SCAN_ERR', [RISK], /assign a licence/],
  ['SCANNING', [], /when the scan has finished/],
  ['WAIT_SCAN', [RISK], /when the scan has finished/],
])('%s without a licence, %j', async (RiskStatus, risks, step) => {
  const { structured } = await ask({ RiskStatus, IsAuthorized: 0 }, risks);

  expect(structured.next.join()).toMatch(step);
  const notes = structured.notes.join();
  expect(notes).toContain('no scan licence');
  if (RiskStatus !== 'SCAN_ERR') expect(notes).not.toContain('will not be scanned again');
});

test.each(['SCANNING', 'WAIT_SCAN', 'SCAN_ERR', 'SCAN_TIMEOUT', 'SCAN_CANCEL', 'CANCELED'])(
  'rows of an image that is %s come with a next step, in lists and in comparisons',
  async (RiskStatus) => {
    const list = await ask({ RiskStatus }, [RISK]);
    const comparison = await ask({ RiskStatus }, [RISK], 'compare_image_risks', {
      base: 'a/b:1',
      target: 'a/b:2',
    });

    for (const { structured } of [list, comparison]) {
      expect(structured.coverage.complete).toBe(false);
      expect(structured.next.join()).toMatch(/scan/);
    }
  },
);

test.each([{ RiskStatus: {} }, { RiskStatus: [] }, { RiskCnt: {} }])(
  'an entry with %j is not taken for whole',
  async (info) => {
    const { structured } = await ask(info, [RISK]);

    expect(structured.coverage).toMatchObject({ complete: false, why_partial: ['unreadable'] });
    expect(structured.notes.join()).toContain("A field of the image's entry could not be read");
  },
);

test('an image that was never scanned and has no licence is told so once', async () => {
  const { text } = await ask({ RiskStatus: 'NOT_SCAN', IsAuthorized: 0 }, [], 'find_images', {
    query: 'a/b:1',
  });

  expect(text.match(/no scan licence/g)).toHaveLength(1);
});
