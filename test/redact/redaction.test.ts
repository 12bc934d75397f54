import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toDisplay } from '../../src/redact/clean.ts';
import { redactSecrets } from '../../src/redact/redact.ts';
import { createRedaction } from '../../src/redact/redaction.ts';
import { HARMLESS_LINES, LEAKING_LINES } from './corpus.ts';

/** Every twelfth line of the corpus. */
const LINES = [...LEAKING_LINES.map(({ line }) => line), ...HARMLESS_LINES].filter((_, n) => n % 12 === 0);

describe('createRedaction', () => {
  test('gives what the rules give, however often and in whatever order it is asked', () => {
    const { redact, display } = createRedaction([]);

    for (const line of [...LINES, ...LINES.toReversed()]) {
      const redacted = redact(line);
      expect(redacted).toBe(redactSecrets(line));
      expect(redact(redacted)).toBe(redacted);
      for (const text of [line, redacted]) expect(display(text)).toBe(toDisplay(text, redactSecrets));
    }
  });

  test('the same when there is more than it remembers', () => {
    const { redact } = createRedaction([]);
    const long = ` TOKEN=FAKEFAKE1 ${'word '.repeat(4000)}`;
    const expected = redactSecrets(long);

    for (let n = 0; n < 30; n += 1) expect(redact(n + long)).toBe(n + expected);
    for (const n of [0, 29]) expect(redact(n + expected)).toBe(n + expected);
  });

  test('an own secret goes out of texts that were seen before it became known', () => {
    fc.assert(
      fc.property(fc.constantFrom(...LINES), fc.stringMatching(/^FAKE[A-Z0-9]{20}$/), (line, secret) => {
        const ownSecrets: string[] = [];
        const { redact, display } = createRedaction(ownSecrets);
        const text = `${line} ${secret}`;
        display(redact(redact(text)));

        ownSecrets.push(secret);

        expect(redact(text)).not.toContain(secret);
        expect(redact(redact(text))).not.toContain(secret);
        expect(display(redact(text))).not.toContain(secret);
      }),
      { numRuns: 25 },
    );
  });
});
