import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TransportError } from '../../src/errors.ts';
import type { ImageFacts } from '../../src/gather/image-rows.ts';
import { presentRows } from '../../src/present/rows.ts';
import { byteLength } from '../../src/present/text.ts';
import { fitToBudget } from '../../src/present/view.ts';
import { createRedaction } from '../../src/redact/redaction.ts';
import { apiError } from '../../src/tcss/api-error.ts';
import { LEVELS } from '../../src/tcss/vocabulary.ts';
import type { RiskRow } from '../../src/tools/list-image-risks.ts';
import { riskPresentation } from '../../src/tools/list-image-risks.ts';

const NOW_MS = Date.UTC(2026, 5, 15);

/** Texts that are as long and as costly as they come: quotes and backslashes double in JSON. */
const text = fc.oneof(
  fc.constantFrom('漏洞'.repeat(900), '"\\\\'.repeat(900), 'a b '.repeat(500), '👍🏽'.repeat(300)),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
);
const huge = fc.constantFrom(Number.MAX_SAFE_INTEGER, 1_000_000_000_000, 5000);

const rows = fc.array(
  fc.record<RiskRow>({
    key: fc.uuid(),
    identity: fc.constant({}),
    level: fc.constantFrom(...LEVELS),
    levelRaw: fc.option(text, { nil: undefined }),
    behavior: fc.option(fc.constantFrom(1, 2, 3, 4, Number.MAX_SAFE_INTEGER), { nil: undefined }),
    type: fc.option(huge, { nil: undefined }),
    description: fc.option(text, { nil: undefined }),
    evidence: fc.option(text, { nil: undefined }),
    time: fc.constantFrom('2021-01-30 03:31:56.123456789 +0000 UTC', undefined),
  }),
  { minLength: 1, maxLength: 30 },
);

const facts = fc
  .record({
    rows,
    start: huge,
    total: huge,
    reference: fc.option(text, { nil: undefined }),
    requestId: fc.constantFrom('x'.repeat(64), undefined),
    endedBy: fc.constantFrom('deadline' as const, 'page_failed' as const, 'short_page' as const, undefined),
    failure: fc.constantFrom(
      apiError('A', `X${'y'.repeat(99)}`, '', undefined),
      apiError('A', 'RequestLimitExceeded.GlobalRegionUinLimitExceeded', '', undefined),
      new TransportError('timeout', 'late'),
    ),
    changed: fc.boolean(),
    hasCursor: fc.boolean(),
    ageMs: fc.constantFrom(59_000, undefined),
    scanStatus: fc.constantFrom('SCANNED', 'SCAN_TIMEOUT', 'z'.repeat(500)),
    imagesUnread: fc.constantFrom(0, 5_000_000),
    cover: fc.constantFrom('all_rows' as const, 'rows_read' as const),
    order: fc.constantFrom('desc' as const, 'asc' as const),
    count: huge,
  })
  .map(
    (made): ImageFacts<RiskRow> => ({
      image: {
        id: Number.MAX_SAFE_INTEGER,
        imagesUnread: made.imagesUnread,
        listAgeMs: 59_000,
      },
      entry: { ImageRepoAddress: made.reference, ScanTime: '2021-01-30 03:31:56 +0000 UTC' },
      entryFailure: undefined,
      scanStatus: made.scanStatus,
      scanCount: undefined,
      ignored: made.changed ? ['Level'] : [],
      query: { id: 1, filters: [{ Name: 'Name', Values: ['x'] }], order: made.order },
      question: '0123456789abcdef',
      alreadyShown: 0,
      cursor: made.hasCursor ? { start: made.start, end: 0, shown: 0, total: 1 } : undefined,
      changed: made.changed,
      ageMs: made.ageMs,
      window: {
        rows: made.rows,
        start: made.start,
        total: made.total,
        listMissing: false,
        requestId: made.requestId,
        endedBy: made.endedBy,
        failure: made.failure,
        totalChanged: made.changed,
        counts: {
          byLevel: {
            critical: made.count,
            high: made.count,
            medium: made.count,
            low: made.count,
            unknown: 9,
          },
          unaccounted: made.count,
          cover: made.cover,
        },
      },
    }),
  );

describe('an answer', () => {
  test('for any facts is within any budget in both views, with at least one finding', () => {
    const options = fc.record({
      detail: fc.constantFrom('summary' as const, 'concise' as const, 'full' as const),
      limit: fc.integer({ min: 1, max: 100 }),
    });
    const budgets = fc.oneof(fc.constant(2000), fc.integer({ min: 2000, max: 40_000 }));
    fc.assert(
      fc.property(facts, options, budgets, (given, option, maxBytes) => {
        const draft = presentRows(riskPresentation, given, option, {
          source: 'demo',
          redaction: createRedaction([]),
          nonce: '0a1b2c3d',
          nowMs: NOW_MS,
        });
        const { text: said, structured } = fitToBudget(draft, maxBytes);
        const findings = structured['findings'] as { id: string }[];

        expect(byteLength(said)).toBeLessThanOrEqual(maxBytes);
        expect(byteLength(JSON.stringify(structured))).toBeLessThanOrEqual(maxBytes);
        if (option.detail === 'summary') expect(findings).toHaveLength(0);
        else expect(findings.length).toBeGreaterThan(0);
        for (const { id } of findings) expect(said).toContain(id);
      }),
      { numRuns: 100 },
    );
  });
});
