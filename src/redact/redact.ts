/** The redaction room: every secret value out, its name and the rest of the line kept, so that a finding stays actionable. */
import { findKnownFormats } from './formats.ts';
import { lex } from './lex.ts';
import { findPairs } from './pairs.ts';
import { findPatterns, type Group, groupsFor } from './patterns.ts';
import { findCommandSecrets } from './pipeline.ts';
import { findUrlCredentials } from './urls.ts';
import { replaceSpans, type Span, View } from './view.ts';

/** A removed value can bare another one (its quotes paired differently); a usual line is settled by the second pass. */
const PASSES = 4;

/** The text with every secret value replaced by `<redacted>`; redacting twice changes nothing more. Never throws; linear time. */
export function redactSecrets(text: string): string {
  // Less text brings no further group in.
  const groups = groupsFor(text);
  let current = text;
  for (let pass = 0; pass < PASSES; pass++) {
    const next = replaceSpans(current, secretsIn(current, groups));
    if (next === current) break;
    current = next;
  }
  return current;
}

/** Spans of the secrets in a text: by name, command and phrase wherever quotes hold them, by shape in the text as it is. */
function secretsIn(text: string, groups: Group[]): Span[] {
  const look = (view: View) => {
    const { commands, composites } = lex(view);
    findPairs(view, composites);
    findCommandSecrets(commands);
    findPatterns(view, groups);
    for (const { inner } of composites) look(inner);
  };
  const whole = View.of(text);
  look(whole);
  return [...whole.found, ...findUrlCredentials(text), ...findKnownFormats(text)];
}
