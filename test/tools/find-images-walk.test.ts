import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { IMAGE_SORTS } from '../../src/present/image-item.ts';
import { runTool } from '../../src/run-tool.ts';
import { findImages } from '../../src/tools/find-images.ts';
import { fakeRegistry, type WireImage, wireImage } from '../gather/fake-registry.ts';
import { runtimeOver } from '../runtime.ts';

interface Structured {
  images: { id: number }[];
  coverage: {
    total: number;
    fetched: number;
    shown: number;
    complete: boolean;
    why_partial: string[];
    next_offset?: number;
  };
}

const SCANS = ['SCANNED', 'NOT_SCAN', 'SCANNING', 'SCAN_ERR', 'NEW_STATE', null];

const image = fc.record({
  reference: fc
    .tuple(
      fc.constantFrom('web', 'payments', 'Edge'),
      fc.constantFrom('api', 'nginx'),
      fc.constantFrom('1.4', '1.5', 'x'.repeat(400)),
    )
    .map(([namespace, name, tag]) => `${namespace}/${name}:${tag}`),
  info: fc.record({
    RegistryType: fc.constantFrom('ccr', 'harbor', null),
    RiskCnt: fc.constantFrom(0, 3, 3000, null),
    VulCnt: fc.constantFrom(0, 7),
    RiskStatus: fc.constantFrom(...SCANS),
    IsLatestImage: fc.constantFrom(true, false, null),
    IsAuthorized: fc.constantFrom(0, 1, null),
    ScanTime: fc.constantFrom('', '2023-05-07T09:00:00+08:00', '2023-05-06 10:00:00', null),
  }),
});

const question = fc.record(
  {
    query: fc.constantFrom('api', 'WEB api', 'payments/api:1.4', 'edge', '1.', 'none of it'),
    registry_type: fc.constantFrom('ccr', 'HARBOR'),
    with_risks: fc.boolean(),
    latest_only: fc.boolean(),
    sort: fc.constantFrom(...IMAGE_SORTS),
    limit: fc.integer({ min: 1, max: 100 }),
    max_bytes: fc.integer({ min: 2000, max: 12_000 }),
    offset: fc.nat({ max: 3 }),
  },
  { requiredKeys: ['max_bytes', 'limit'] },
);

/** By the words of the contract and apart from the product's code. */
function fits(wire: WireImage, asked: Record<string, unknown>): boolean {
  const whole = `${wire['ImageRepoAddress']}:${wire['ImageTag']}`.toLowerCase();
  const words = String(asked['query'] ?? '')
    .toLowerCase()
    .split(' ');
  const type = String(asked['registry_type'] ?? wire['RegistryType']).toLowerCase();
  return (
    words.every((word) => whole.includes(word)) &&
    type === String(wire['RegistryType']).toLowerCase() &&
    (asked['with_risks'] !== true || Number(wire['RiskCnt']) > 0) &&
    (asked['latest_only'] !== true || wire['IsLatestImage'] === true)
  );
}

describe('a walk by next_offset', () => {
  test('shows each matching image exactly once in both views, whatever the images, question and budget', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(image, { maxLength: 40 }), question, async (made, asked) => {
        const wires = made.map(({ reference, info }, at) => wireImage(at + 1, reference, info));
        const client = fakeRegistry(wires);
        const runtime = runtimeOver(client);
        const matching = wires.filter((wire) => fits(wire, asked)).map(({ Id }) => Id);
        const skipped = Math.min(asked.offset ?? 0, matching.length);
        const seen: number[] = [];

        for (let offset = asked.offset; ; ) {
          const result = await runTool(
            findImages,
            { ...asked, ...(offset === undefined ? {} : { offset }) },
            runtime,
            { signal: new AbortController().signal },
          );
          const { text } = result.content[0];
          const { images, coverage } = result.structuredContent as unknown as Structured;
          const ids = images.map(({ id }) => id);

          expect(Buffer.byteLength(text)).toBeLessThanOrEqual(asked.max_bytes);
          expect(Buffer.byteLength(JSON.stringify(result.structuredContent))).toBeLessThanOrEqual(
            asked.max_bytes,
          );
          expect([...text.matchAll(/^\d+\. id (\d+): /gm)].map(([, id]) => Number(id))).toEqual(ids);
          expect(coverage).toMatchObject({
            total: matching.length,
            fetched: wires.length,
            shown: ids.length,
          });
          expect(ids.length).toBeLessThanOrEqual(asked.limit);
          const isWhole = ids.length === matching.length;
          expect(isWhole).toBe(coverage.why_partial.length === 0);
          expect(coverage.complete).toBe(isWhole && !text.includes('although a match is possible'));
          if (coverage.next_offset !== undefined) {
            expect(text).toContain(`offset ${coverage.next_offset}`);
            expect(ids).not.toHaveLength(0);
          }
          seen.push(...ids);
          offset = coverage.next_offset;
          if (offset === undefined) break;
        }

        expect(seen).toHaveLength(matching.length - skipped);
        expect(new Set(seen).size).toBe(seen.length);
        for (const id of seen) expect(matching).toContain(id);
        expect(client.requests).toBe(1);
      }),
      { numRuns: 60 },
    );
  });
});
