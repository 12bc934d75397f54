import { expect, test } from 'vitest';
import { EMPTY_BECAUSE } from '../../src/gather/scan-state.ts';
import { levelsAndCodes } from '../../src/resources/levels-and-codes.ts';
import { KNOWN_LEVELS, levelCode, SCAN_STATUSES } from '../../src/tcss/vocabulary.ts';

const text = levelsAndCodes();

test('holds every level, scan status and reason for no rows that answers use', () => {
  for (const level of KNOWN_LEVELS) expect(text).toContain(`| ${levelCode(level)} | ${level} |`);
  for (const status of SCAN_STATUSES) expect(text).toContain(`| ${status} | `);
  for (const because of EMPTY_BECAUSE) expect(text).toContain(`| ${because} | `);
});

test('says which codes have a meaning, which have none, and what is inferred', () => {
  expect(text).toContain('| 1 | container starts as root |');
  expect(text).toContain('| 2 | code 2 (meaning not published) |');
  expect(text).toContain('| 4 | code 4 (meaning not published) |');
  expect(text).toContain('for images on nodes: 1, 2. No meaning of any is published.');
  expect(text).toContain('(inferred, not documented)');
});

test('calls a status clean only when the scan ended well', () => {
  expect(text.match(/^\| (\w+) \| clean \|$/gm)).toEqual(['| SCANNED | clean |']);
});

test('is short, in Markdown, and promises nothing', () => {
  expect(Buffer.byteLength(text)).toBeLessThan(4000);
  expect(text).toMatch(/^# Levels and codes of TCSS\n/);
  expect(text).not.toMatch(/\bsafe|secure\b/i);
});
