/** Secrets among the arguments of a command that the table in commands.ts knows. */

import { type CommandRule, type How, RULES } from './commands.ts';
import { markWord, type Word } from './lex.ts';
import { secretPart } from './values.ts';
import { baseName, namedByFlag } from './words.ts';

/** Words behind a command that are read; a longer list is data. */
const ARGUMENTS = 100;

/** What takes no place: drives, shares, paths. */
const PATH = /^(?:[A-Za-z]:|\*|\\\\.*|[^:]*\/.*)$/s;

/** `net user /add bob x` */
const NET_SWITCH = /^\/(?:add|delete|active|domain|expires|times|y|yes|persistent)(?::\S{0,40})?$/i;

/** Items of a Kubernetes secret or a cookie that are none. */
const PLAIN_ITEM = /^(?:host(?:name)?|port|database|region|endpoint|lang|theme)$/i;

/**
 * Adds the secrets of every known command among `words`, `words[first]` being the one that runs. Gives how their
 * standard input is to be read, when that is a secret.
 */
export function argumentSecrets(words: Word[], first: number): ('lines' | 'pairs')[] {
  const inputs: ('lines' | 'pairs')[] = [];
  /** Where a command stands again and again, its rule has read most of the words behind it already: up to the last of them. */
  const readUpTo = new Map<CommandRule, number>();
  for (let i = 0; i < words.length; i++) {
    const name = baseName(words[i]).toLowerCase();
    const rules = RULES.get(name);
    if (!rules || namedByFlag(words, i)) continue;
    const args = words.slice(i + 1, i + 1 + ARGUMENTS);
    for (const rule of rules) {
      const needed = rule.when.size > 0;
      const from = needed ? args.findIndex(({ text }) => rule.when.has(text.toLowerCase())) + 1 : 0;
      if (needed && from === 0) continue;
      placedSecrets(rule, args, from, (readUpTo.get(rule) ?? 0) - i - 1);
      readUpTo.set(rule, i + args.length);
      // `chroot /mnt chpasswd` runs it, `grep passwd` does not.
      if (rule.input && (i <= first || name.endsWith('chpasswd')) && isInputAsked(rule, args))
        inputs.push(rule.input);
    }
  }
  return inputs;
}

function isInputAsked({ inputFlags }: CommandRule, args: Word[]): boolean {
  return inputFlags.length === 0 || args.some(({ text }) => inputFlags.some((flag) => flag.test(text)));
}

/** Adds what `rule` says of `args`, of which the words before `fresh` were read for their flags before. */
function placedSecrets(rule: CommandRule, args: Word[], from: number, fresh: number): void {
  const plain: Word[] = [];
  let sawLetter = false;
  for (let i = 0; i < args.length; i++) {
    const word = args[i] as Word;
    const { text } = word;
    const isFlag =
      (/^-./.test(text) && !(word.quoted && /\s/.test(text))) ||
      (text.startsWith('/') && (rule.flags.has(text.toLowerCase()) || NET_SWITCH.test(text)));
    if (isFlag && rule.lastWhenLetter !== '' && /^-\w+$/.test(text))
      sawLetter ||= text.includes(rule.lastWhenLetter);
    const takesNext = i < fresh ? howTaken(rule, text) !== undefined : flagSecret(rule, word, args[i + 1]);
    if (takesNext) i++;
    else if (!isFlag && i >= from && !(rule.skipsPaths && PATH.test(text))) plain.push(word);
  }
  for (const { at, how } of rule.places) {
    const word = plain.at(at);
    const isPlace =
      how === 'pair'
        ? !word?.text.includes('://')
        : !/^(?:\/|-$|-?method|\w{2,20}=|\+[a-z_]+$)/.test(word?.text ?? '');
    if (word && (isPlace || at < 0)) addSecret(word, 0, how);
  }
  if (sawLetter && plain.length > 1) addSecret(plain.at(-1) as Word, 0, 'whole');
}

/** Adds the secret of a flag; true when `following` was its value. */
function flagSecret(rule: CommandRule, word: Word, following: Word | undefined): boolean {
  const { text } = word;
  const how = howTaken(rule, text);
  if (how) {
    if (how !== 'none' && following && (!following.text.startsWith('-') || following.quoted))
      addSecret(following, 0, how);
    return true;
  }
  const equals = text.indexOf('=');
  const assigned = equals > 0 ? howTaken(rule, text.slice(0, equals)) : undefined;
  if (assigned && assigned !== 'none') addSecret(word, equals + 1, assigned);
  if (assigned) return false;
  for (const flag of rule.glued) {
    if (text.length > flag.length && (flag.startsWith('-') ? text : text.toLowerCase()).startsWith(flag))
      addSecret(word, flag.length, 'whole');
  }
  if (!text.startsWith('-')) return false;
  for (const letter of rule.pairLetters) {
    if (text[1] === letter && text.includes(':')) addSecret(word, 2, 'pair');
    // `-fsSu user:pass`: several letters behind one dash
    else if (following && text.endsWith(letter) && /^-[A-Za-z]{2,6}$/.test(text))
      addSecret(following, 0, 'pair');
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
export function addSecret(word: Word, offset: number, how: How): void {
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
  markWord(word, from, secretPart(word.text.slice(from, to)));
}
