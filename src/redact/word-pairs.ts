/** Secrets in a command that follow their name as the next word: `--token x`, `config set password x`. */
import { NAME_VALUE_COMMANDS, SETTERS } from './command-rules.ts';
import { secretNameKind } from './secret-names.ts';
import { secretPart } from './secret-part.ts';
import { baseName, spanWithin, type Word } from './shell-word.ts';
import type { Span } from './spans.ts';

const CHANGES_PASSWORD = /^(?:\w{1,30}:)?(?:set|change|reset|update)-(?:[a-z]{1,20}-)?pass(?:word|wd)$/i;

/** `--name value` of any command, also as two items of an exec form. */
export function optionValues(words: Word[]): Span[] {
  const spans: Span[] = [];
  for (let i = 0; i + 1 < words.length; i++) {
    const { text } = words[i] as Word;
    const following = words[i + 1] as Word;
    if (text.length < 200 && CHANGES_PASSWORD.test(text)) {
      const whole = secretPart(following.text);
      if (whole && !following.text.startsWith('-')) spans.push(spanWithin(following, whole.start, whole.end));
      continue;
    }
    if (!/^(?:-{1,2}|\/)[A-Za-z]/.test(text) || text.length > 120 || /[=:\s]/.test(text)) continue;
    if (text.startsWith('/') && !/^\/(?:p|pw|pass|password|token|secret)$/i.test(text)) continue;
    if (/^--?(?:secret-id|passin|passout)$/.test(text)) continue;
    const kind = secretNameKind(text);
    if (!kind || kind === 'header') continue;
    if (following.text.startsWith('-') && !following.quoted) continue;
    if (/^(?:&&|\|\||\\)$/.test(following.text)) continue;
    const part = secretPart(following.text, text.replace(/^[-/]+/, ''), kind);
    if (part) spans.push(spanWithin(following, part.start, part.end));
    i++;
  }
  return spans;
}

/** `config set NAME VALUE`. */
export function nameValuePairs(words: Word[], first: number): Span[] {
  const spans: Span[] = [];
  const named =
    NAME_VALUE_COMMANDS.has(baseName(words[first])) || NAME_VALUE_COMMANDS.has(baseName(words[first + 1]));
  for (let i = 1; i + 1 < words.length; i++) {
    const word = words[i] as Word;
    const { text } = word;
    if (text.length > 200 || text.startsWith('-') || /[=\s$]|:\/\//.test(text)) continue;
    const setter = SETTERS.has((words[i - 1] as Word).text);
    const twice = /password(?:[-_]again)?$/.test((words[i - 1] as Word).text) && text === 'password';
    const login =
      text === 'password' &&
      (words[i - 2]?.text === 'login' ||
        words[i - 2]?.text === 'machine' ||
        words[i - 2]?.text === 'account');
    if (!named && !setter && !twice && !login) continue;
    const name = text.slice(Math.max(text.lastIndexOf('/'), text.lastIndexOf(':')) + 1);
    const kind = secretNameKind(name) ?? (/\bhttp-basic\./.test(text) ? 'basic' : undefined);
    if (!kind || kind === 'header' || /^(?:\.|set-|add-|get-|create-)/.test(name)) continue;
    const value = kind === 'basic' ? words[i + 2] : words[i + 1];
    if (!value || value.text.startsWith('-')) continue;
    if (
      kind !== 'basic' &&
      !setter &&
      !login &&
      !twice &&
      /^(?:secret|secrets|credential|credentials|credential-manager|token|tokens|auth|key|keys|passwd)$/.test(
        text,
      )
    )
      continue;
    const part = secretPart(value.text, name, kind === 'basic' ? 'strong' : kind);
    if (part && twice) {
      // debconf's value reaches to the end of its line
      spans.push({
        start: value.inner,
        end: (words.at(-1) as Word).inner + (words.at(-1) as Word).text.length,
      });
    } else if (part) spans.push(spanWithin(value, part.start, part.end));
    i++;
  }
  return spans;
}
