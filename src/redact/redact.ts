/** The redaction room: every secret value out, its name and the rest of the line kept, so that a finding stays actionable. */
import { findKnownFormats } from './formats.ts';
import { lex } from './lex.ts';
import { findLiterals } from './literals.ts';
import { findPairs } from './pairs.ts';
import { findPatterns } from './patterns.ts';
import { findCommandSecrets } from './pipeline.ts';
import { findUrlCredentials } from './urls.ts';
import { replaceSpans, type Span, View } from './view.ts';

/** Each is pure, looks at the whole text once and only moves forward. */
const FINDERS: ((text: string) => Span[])[] = [
  (text) => look(View.of(text), []),
  findPatterns,
  findLiterals,
  findUrlCredentials,
  findKnownFormats,
];

/** A removed value can bare another one (its quotes paired differently); a usual line is settled by the second pass. */
const PASSES = 6;

/** The text with every secret value replaced by `<redacted>`; redacting twice changes nothing more. Never throws; linear time. */
export function redactSecrets(text: string): string {
  let current = text;
  for (let pass = 0; pass < PASSES; pass++) {
    const source = current;
    const next = replaceSpans(
      source,
      FINDERS.flatMap((find) => find(source)),
    );
    if (next === source) break;
    current = next;
  }
  return current;
}

/** Adds the secrets of the names and the commands in a view, then of those in its quotes. */
function look(view: View, spans: Span[]): Span[] {
  const { commands, composites } = lex(view);
  findPairs(view, composites, spans);
  findCommandSecrets(commands, spans);
  for (const { inner } of composites) look(inner, spans);
  return spans;
}
