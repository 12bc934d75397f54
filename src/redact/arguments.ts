/** Secrets among the arguments of a command that the table in commands.ts knows. */

import { type CommandRule, type How, RULES } from './commands.ts';
import { spanWithin, type Word } from './lex.ts';
import { secretPart } from './values.ts';
import type { Span } from './view.ts';
import { baseName, namedByFlag } from './words.ts';

/** Commands whose names are arguments of others: `dotnet dev-certs https -p x`. */
const ALSO_WORDS = new Set(['http', 'https', 'sql', 'net', 'security', 'exp', 'imp', 'img', 'cr']);

/** Words among which a place is counted. */
const PLACES = 32;

/** What takes no place: drives, shares, paths. */
const PATH = /^(?:[A-Za-z]:|\*|\\\\.*|[^:]*\/.*)$/s;

/** Items of a Kubernetes secret or a cookie that are none. */
const PLAIN_ITEM = /^(?:host(?:name)?|port|database|region|endpoint|lang|theme)$/i;

/**
 * Adds the secrets of every known command among `words`, `words[first]` being the one that runs. Gives how their
 * standard input is to be read, when that is a secret.
 */
export function argumentSecrets(words: Word[], first: number, spans: Span[]): ('lines' | 'pairs')[] {
  const inputs: ('lines' | 'pairs')[] = [];
  for (let i = 0; i < words.length; i++) {
    const name = baseName(words[i]);
    const rules = name === '' ? undefined : (RULES.get(name) ?? RULES.get(name.toLowerCase()));
    if (!rules || namedByFlag(words, i)) continue;
    const end = argumentsEnd(words, i, rules);
    const runs = i <= first || name.endsWith('chpasswd') || words[i - 1]?.text === 'sudo';
    for (const rule of rules) {
      const counts = rule.places.some(({ at }) => at >= 0) || rule.lastWhenLetter !== '';
      const args = words.slice(i + 1, counts ? Math.max(end, i + PLACES) : end);
      const from = rule.when.size === 0 ? 0 : args.findIndex((word) => isOneOf(word, rule.when)) + 1;
      if (rule.when.size > 0 && from === 0) continue;
      placedSecrets(rule, args, from, spans);
      const asked =
        rule.inputFlags.length === 0 ||
        args.some((word) => rule.inputFlags.some((flag) => flag.test(word.text)));
      if (rule.input && asked && runs) inputs.push(rule.input);
    }
  }
  return inputs;
}

function isOneOf(word: Word | undefined, when: Set<string>): boolean {
  return word !== undefined && (when.has(word.text) || when.has(word.text.toLowerCase()));
}

/** A command's own words end where another known command begins, for a user or a file may be called like one. */
function argumentsEnd(words: Word[], at: number, rules: CommandRule[]): number {
  let end = at + 1;
  for (; end < words.length; end++) {
    const name = baseName(words[end]);
    const isWord =
      !RULES.has(name) ||
      ALSO_WORDS.has(name) ||
      namedByFlag(words, end) ||
      (end === at + 1 && rules.some((rule) => rule.when.has(words[end]?.text ?? '')));
    if (!isWord) break;
  }
  return end;
}

function placedSecrets(rule: CommandRule, args: Word[], from: number, spans: Span[]): void {
  const plain: Word[] = [];
  let sawLetter = false;
  for (let i = 0; i < args.length; i++) {
    const word = args[i] as Word;
    const { text } = word;
    const isSlashFlag = text.startsWith('/') && rule.flags.has(text.toLowerCase());
    if (!(text.startsWith('-') || isSlashFlag) || text.length < 2 || (word.quoted && /\s/.test(text))) {
      for (const flag of rule.glued) {
        if (!flag.startsWith('-') && text.toLowerCase().startsWith(flag))
          addSecret(word, flag.length, 'whole', spans);
      }
      if (i >= from && !(rule.skipsPaths && PATH.test(text))) plain.push(word);
      continue;
    }
    if (rule.lastWhenLetter !== '' && /^-\w+$/.test(text) && text.includes(rule.lastWhenLetter))
      sawLetter = true;
    if (flagSecret(rule, word, args[i + 1], spans)) i++;
  }
  for (const { at, how } of rule.places) {
    const word = plain.at(at);
    const isPlace =
      how === 'pair' || at < 0 || !/^(?:\/|-$|-method|method=|\w{2,20}=)/.test(word?.text ?? '');
    if (word && isPlace && !(how === 'pair' && word.text.includes('://'))) addSecret(word, 0, how, spans);
  }
  if (sawLetter && plain.length > 1) addSecret(plain.at(-1) as Word, 0, 'whole', spans);
}

/** Adds the secret of a flag; true when `following` was its value. */
function flagSecret(rule: CommandRule, word: Word, following: Word | undefined, spans: Span[]): boolean {
  const { text } = word;
  const how = howTaken(rule, text);
  if (how) {
    if (how !== 'none' && following && (!following.text.startsWith('-') || following.quoted))
      addSecret(following, 0, how, spans);
    return true;
  }
  const equals = text.indexOf('=');
  const assigned = equals > 0 ? howTaken(rule, text.slice(0, equals)) : undefined;
  if (assigned && assigned !== 'none') addSecret(word, equals + 1, assigned, spans);
  if (assigned || (equals > 0 && text.startsWith('--'))) return false;
  for (const flag of rule.glued) {
    if (text.startsWith(flag) && text.length > flag.length && !text.startsWith('--'))
      addSecret(word, flag.length, 'whole', spans);
  }
  for (const [flag, taken] of rule.flags) {
    if (taken !== 'pair' || flag.length !== 2) continue;
    if (text.startsWith(flag) && text.includes(':')) addSecret(word, 2, 'pair', spans);
    // `-fsSu user:pass`: several letters behind one dash
    else if (following && /^-[A-Za-z]{2,6}$/.test(text) && text.endsWith(flag.slice(1)))
      addSecret(following, 0, 'pair', spans);
  }
  return false;
}

function howTaken(rule: CommandRule, flag: string): How | 'none' | undefined {
  const how = rule.flags.get(flag.startsWith('/') ? flag.toLowerCase() : flag);
  if (how) return how;
  const isBundle = rule.bundled.size > 0 && /^-[A-Za-z]{2,6}$/.test(flag);
  return isBundle && rule.bundled.has(`-${flag.at(-1)}`) ? 'whole' : undefined;
}

/** Adds what of a word is secret from an offset on; of a pair the user stays, of `name=secret` the name. */
export function addSecret(word: Word, offset: number, how: How, spans: Span[]): void {
  let from = offset;
  let to = word.text.length;
  const quote = word.text[from];
  if ((quote === '"' || quote === "'") && to - from > 1 && word.text[to - 1] === quote) {
    from++;
    to--;
  }
  const value = word.text.slice(from, to);
  if (how === 'named') {
    const equals = value.indexOf('=');
    if (equals < 0 || PLAIN_ITEM.test(value.slice(0, equals))) return;
    from += equals + 1;
  } else if (how === 'pair') {
    const separator = /^(?:[^:%,/$]|\$\{[^}]{0,80}\}|\$\w){0,120}([:%,/])/.exec(value);
    if (!separator) return;
    const user = separator[0].length - 1;
    if (user === 0 && separator[1] === '/') return; // `sqlplus /nolog`
    // `curl -u TOKEN:`; behind `admin:` curl asks
    if (separator[0].length === value.length) {
      if (/^[A-Za-z]{1,16}(?:[._@-][A-Za-z.]{1,16})?\d?$/.test(value.slice(0, user))) return;
      to = from + user;
    } else if (/^(?:x-oauth-basic|api_token|X)$/.test(value.slice(user + 1)) && user > 8) to = from + user;
    else from += user + 1;
    if (separator[1] === '/') to = from + (/^[^@\s]*/.exec(word.text.slice(from, to))?.[0].length ?? 0);
  } else if (value.startsWith('pass:')) from += 5;
  const part = secretPart(word.text.slice(from, to));
  if (part) spans.push(spanWithin(word, from + part.start, from + part.end));
}
