/** Secrets that commands take by flag, by position or on standard input. One pass over the shell words of a text. */
import {
  COMMAND_RULES,
  type CommandRule,
  NAME_VALUE_COMMANDS,
  PACKAGE_MANAGERS,
  SETTERS,
} from './command-rules.ts';
import { closingQuote, referenceEnd } from './read-value.ts';
import { secretNameKind } from './secret-names.ts';
import { isBlank, secretPart } from './secret-part.ts';
import type { Span } from './spans.ts';

/** A shell word: where it stands with its quotes, and what is inside them. */
interface Word extends Span {
  text: string;
  /** Where `text` begins. */
  inner: number;
  quoted: boolean;
}

type List = Set<string>;

interface Rule extends Omit<CommandRule, 'commands' | 'when' | 'flags' | 'glued' | 'pairs' | 'skips'> {
  when: List;
  flags: List;
  glued: string[];
  pairs: List;
  skips: List;
}

const list = (text: string | undefined): List => new Set(text ? text.split(' ') : []);

const RULES = new Map<string, Rule[]>();
for (const { commands, when, flags, glued, pairs, skips, ...rest } of COMMAND_RULES) {
  const rule = {
    ...rest,
    when: list(when),
    flags: list(flags),
    glued: [...list(glued)],
    pairs: list(pairs),
    skips: list(skips),
  };
  for (const name of commands.split(' ')) RULES.set(name, [...(RULES.get(name) ?? []), rule]);
}

/** Commands in quotes in commands in quotes: deeper than this nobody writes. */
const MAX_DEPTH = 3;

/** Words before the command proper. */
const BEFORE_COMMAND =
  /^(?:sudo|exec|env|nohup|time|command|then|do|else|if|while|until|!|RUN|CMD|ENTRYPOINT|eval|-\w+|[A-Za-z_]\w*=.*|\|\d+|\/bin\/sh|sh|bash|\/bin\/bash|root|--\S*)$/s;

const ECHOES = new Set(['echo', 'printf', 'yes']);
const FORMAT_WORD = /^(?:%[sbq]|\\n|\\r|\\t|\s)*$/;
const SECRET_FILE_ENDING = /\.(?:txt|pass|pw|dat|cfg|conf|key)$/;
const CHANGES_PASSWORD =
  /^(?:\w{1,30}:)?(?:set|change|reset|update)-(?:[a-z]{1,20}-)?pass(?:word|wd)$/i;

/** Spans of the secrets in the commands of `text`, quoted scripts included. */
export function findCommandSecrets(text: string): Span[] {
  const spans: Span[] = [];
  new CommandScan(text, spans, 0, text.length, 0).run();
  return spans;
}

class CommandScan {
  private words: Word[] = [];
  private redirects: { kind: string; word: Word }[] = [];
  /** What echo and printf wrote so far in this pipeline or group. */
  private echoed: Word[] = [];
  private group = 0;
  private readonly unclosed = new Set<string>();
  private heredoc: { tag: string; mode: 'lines' | 'pairs' } | undefined;
  private readonly text: string;
  private readonly spans: Span[];
  private at: number;
  private readonly end: number;
  private readonly depth: number;

  constructor(text: string, spans: Span[], start: number, end: number, depth: number) {
    this.text = text;
    this.spans = spans;
    this.at = start;
    this.end = end;
    this.depth = depth;
  }

  run(): void {
    let redirect = '';
    while (this.at < this.end) {
      const c = this.text[this.at] as string;
      const code = this.text.charCodeAt(this.at);
      if (code === 10) {
        this.finish('\n');
        this.at++;
        this.readHeredoc();
      } else if (isBlank(code) || ((c === ',' || c === ']' || c === '[') && this.inArray())) this.at++;
      else if (c === '\\' && /[\r\n]/.test(this.text[this.at + 1] ?? '')) this.at += 2;
      else if (c === ';' || c === '|' || c === '(' || c === ')') {
        const double = c === '|' && this.text[this.at + 1] === '|';
        if (c === '|' && /^\d/.test(this.text[this.at + 1] ?? '') && this.words.length < 2) {
          this.at++;
          continue;
        }
        this.finish(double ? '||' : c);
        this.at += double ? 2 : 1;
      } else if (c === '&') {
        if (/[>\d]/.test(this.text[this.at + 1] ?? '')) {
          this.at += 2;
          continue;
        }
        this.finish('&');
        this.at++;
      } else if (c === '<' || c === '>') {
        if (this.text.startsWith('<redacted>', this.at)) this.take(this.readWord(), redirect);
        else {
          let n = 1;
          while (n < 3 && this.text[this.at + n] === c) n++;
          redirect = c.repeat(n);
          this.at += n;
          if (this.text[this.at] === '&' || this.text[this.at] === '|') this.at++;
          continue;
        }
      } else this.take(this.readWord(), redirect);
      if (!isBlank(code)) redirect = '';
    }
    this.finish('\n');
  }

  private inArray(): boolean {
    const before = this.text[this.at - 1] ?? ' ';
    const after = this.text[this.at + 1] ?? ' ';
    return /["\s,[\]]/.test(before) && /["\s\\\],]/.test(after);
  }

  private take(word: Word, redirect: string): void {
    if (redirect === '') {
      this.words.push(word);
      // A word that holds a `user:pass` line twice as long as a screen is data; 4,096 words are no command.
      if (this.words.length > 4096) this.finish(';');
    } else this.redirects.push({ kind: redirect, word });
  }

  private readWord(): Word {
    const { text } = this;
    const start = this.at;
    let i = start;
    let wholeQuote = '';
    while (i < this.end) {
      const c = text[i] as string;
      const code = text.charCodeAt(i);
      if (isBlank(code)) break;
      if (c === '\\') {
        let slashes = 1;
        while (text[i + slashes] === '\\' && slashes < 8) slashes++;
        const quote = text[i + slashes];
        if ((quote === '"' || quote === "'") && slashes % 2 === 1 && i === start) {
          const close = this.close(i + slashes + 1, quote, slashes);
          if (close > 0) {
            i = close + 1;
            this.at = i;
            const inner = start + slashes + 1;
            const innerEnd = Math.max(inner, close - slashes);
            this.descend(inner, innerEnd);
            return { start, end: i, text: text.slice(inner, innerEnd), inner, quoted: true };
          }
        }
        if (quote === '\n' || quote === '\r') break;
        if ((quote === '"' || quote === "'") && i > start) break;
        i += slashes % 2 === 1 ? slashes + 1 : slashes;
      } else if (c === '"' || c === "'") {
        const close = this.close(i + 1, c, 0);
        if (close < 0) {
          i++;
          continue;
        }
        this.descend(i + 1, close);
        if (i === start) wholeQuote = c;
        i = close + 1;
        if (text[i] === ',' || text[i] === ']') break;
      } else if (c === '$' && (text[i + 1] === '(' || text[i + 1] === '{')) {
        const close = referenceEnd(text, i);
        if (close > 0 && close <= this.end) {
          if (text[i + 1] === '(') this.descend(i + 2, close - 1);
          i = close;
        } else if (text[i + 1] === '(') {
          i += 1;
          if (i > start) break;
        } else i += 2;
      } else if (c === '<' && text.startsWith('<redacted>', i)) i += 10;
      else if (';|()<>'.includes(c) || (c === '&' && /[&\s>]/.test(text[i + 1] ?? ' '))) break;
      else if (c === ']' && /^\s*$/.test(text.slice(i + 1, i + 40)) && i > start) break;
      else i++;
    }
    i = Math.max(start + 1, Math.min(i, this.end));
    this.at = i;
    const quoted =
      wholeQuote !== '' &&
      i - start >= 2 &&
      text[i - 1] === wholeQuote &&
      text.indexOf(wholeQuote, start + 1) >= i - 1;
    return quoted
      ? { start, end: i, text: text.slice(start + 1, i - 1), inner: start + 1, quoted }
      : { start, end: i, text: text.slice(start, i), inner: start, quoted };
  }

  /** Closing quote within the scan; once a kind of quote has no closer, later ones have none either. */
  private close(from: number, quote: string, depth: number): number {
    const kind = `${depth}${quote}`;
    if (this.unclosed.has(kind)) return -1;
    const close = closingQuote(this.text, from, quote, depth, this.end);
    if (close < 0) this.unclosed.add(kind);
    return close;
  }

  private descend(start: number, end: number): void {
    if (this.depth >= MAX_DEPTH || end - start < 6) return;
    const blank = this.text.indexOf(' ', start);
    if (blank >= 0 && blank < end) new CommandScan(this.text, this.spans, start, end, this.depth + 1).run();
  }

  /** A simple command is complete: its words are read, and what its output feeds is remembered. */
  private finish(by: string): void {
    const { words } = this;
    this.words = [];
    const redirects = this.redirects;
    this.redirects = [];
    if (by === '(') {
      this.group++;
      this.echoed = [];
    }
    if (by === ')') this.group = Math.max(0, this.group - 1);
    if (words.length > 0) {
      const first = commandIndex(words);
      const name = baseName(words[first]);
      if (ECHOES.has(name)) this.echoed.push(...words.slice(first + 1));
      this.readCommand(words, first, redirects);
      this.writesSecretFile(words, first, redirects);
    }
    if (by !== '|' && by !== '(' && by !== ')' && this.group === 0) this.echoed = [];
  }

  private readCommand(words: Word[], first: number, redirects: { kind: string; word: Word }[]): void {
    const installs =
      PACKAGE_MANAGERS.has(baseName(words[first])) &&
      words.some((word) => /^(?:install|add|i|download|upgrade)$/.test(word.text));
    this.optionValues(words);
    if (installs) return;
    this.nameValuePairs(words, first);
    for (let i = 0; i < words.length; i++) {
      const name = baseName(words[i]);
      if (name === '' || (words[i] as Word).text.includes(' ')) continue;
      const rules = RULES.get(name);
      if (!rules) continue;
      if (namedByFlag(words, i)) continue;
      // The command's own words end where another known command begins.
      let end = i + 1;
      const isOwn = (word: Word | undefined) => word !== undefined && rules.some((rule) => rule.when.has(word.text));
      while (end < words.length && (!RULES.has(baseName(words[end])) || namedByFlag(words, end) || (end === i + 1 && isOwn(words[end])))) end++;
      const args = words.slice(i + 1, Math.max(end, i + 1));
      for (const rule of rules)
        this.applyRule(
          rule,
          args,
          i <= first || name.endsWith('chpasswd') || words[i - 1]?.text === 'sudo',
          redirects,
        );
    }
  }

  private applyRule(
    rule: Rule,
    args: Word[],
    inCommandPlace: boolean,
    redirects: { kind: string; word: Word }[],
  ): void {
    let from = 0;
    if (rule.when.size > 0) {
      from = args.findIndex((word) => rule.when.has(word.text)) + 1;
      if (from === 0) return;
    }
    const plain: Word[] = [];
    let hasFlag = rule.whenFlag === undefined;
    let sawLetter = false;
    for (let i = 0; i < args.length; i++) {
      const word = args[i] as Word;
      const { text } = word;
      if (rule.whenFlag?.test(text)) hasFlag = true;
      if (text.startsWith('-') && text.length > 1 && !(word.quoted && /\s/.test(text))) {
        if (rule.lastWhenFlag && /^-\w+$/.test(text) && text.includes(rule.lastWhenFlag)) sawLetter = true;
        const following = args[i + 1];
        if (rule.flags.has(text)) {
          if (following && (!following.text.startsWith('-') || following.quoted))
            this.secretWord(following, text === '--from-literal' ? 'literal' : 'whole');
          i++;
          continue;
        }
        if (rule.pairs.has(text)) {
          if (following) this.secretWord(following, 'pair');
          i++;
          continue;
        }
        const equals = text.indexOf('=');
        if (equals > 0 && text.startsWith('--')) {
          const flag = text.slice(0, equals);
          if (rule.flags.has(flag))
            this.secretStretch(word, equals + 1, flag === '--from-literal' ? 'literal' : 'whole');
          if (rule.pairs.has(flag)) this.secretStretch(word, equals + 1, 'pair');
          continue;
        }
        if (rule.skips.has(text)) {
          i++;
          continue;
        }
        for (const flag of rule.glued) {
          if (text.startsWith(flag) && text.length > flag.length && !text.startsWith('--'))
            this.secretStretch(word, flag.length, 'whole');
        }
        for (const flag of rule.pairs) {
          if (flag.length !== 2) continue;
          if (text.startsWith(flag) && text.includes(':')) this.secretStretch(word, 2, 'pair');
          // `-fsSu user:pass`: several letters behind one dash
          else if (following && /^-[A-Za-z]{2,6}$/.test(text) && text.endsWith(flag.slice(1))) this.secretWord(following, 'pair');
        }
        continue;
      }
      for (const flag of rule.glued) {
        if (!flag.startsWith('-') && text.startsWith(flag)) this.secretStretch(word, flag.length, 'whole');
      }
      if (i >= from) plain.push(word);
    }
    for (const position of rule.positions ?? []) {
      const word = plain[position - 1];
      if (word && !/^(?:\/|-$|-method|method=|\w{2,20}=)/.test(word.text)) this.secretWord(word, 'whole');
    }
    for (const position of rule.pairPositions ?? []) {
      const word = plain[position - 1];
      if (word && !word.text.includes('://')) this.secretWord(word, 'pair');
    }
    if (sawLetter && plain.length > 1) this.secretWord(plain.at(-1) as Word, 'whole');
    if (rule.stdin && hasFlag && inCommandPlace) this.standardInput(rule.stdin, redirects);
  }

  private standardInput(mode: 'lines' | 'pairs', redirects: { kind: string; word: Word }[]): void {
    for (const word of this.echoed) this.secretLines(word, mode);
    for (const { kind, word } of redirects) {
      if (kind === '<<<') this.secretLines(word, mode);
      if (kind === '<<') this.heredoc = { tag: word.text.replace(/^-/, '').replace(/["'\\]/g, ''), mode };
    }
  }

  /** `--name value` of any command, also as two items of an exec form. */
  private optionValues(words: Word[]): void {
    for (let i = 0; i + 1 < words.length; i++) {
      const { text } = words[i] as Word;
      const following = words[i + 1] as Word;
      if (text.length < 200 && CHANGES_PASSWORD.test(text)) {
        if (!following.text.startsWith('-')) this.secretWord(following, 'whole');
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
      if (part) this.push(following, part.start, part.end);
      i++;
    }
  }

  /** `config set NAME VALUE`. */
  private nameValuePairs(words: Word[], first: number): void {
    const named =
      NAME_VALUE_COMMANDS.has(baseName(words[first])) || NAME_VALUE_COMMANDS.has(baseName(words[first + 1]));
    for (let i = 1; i + 1 < words.length; i++) {
      const word = words[i] as Word;
      const { text } = word;
      if (text.length > 200 || text.startsWith('-') || /[=\s$]/.test(text)) continue;
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
      if (!kind || kind === 'header') continue;
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
        this.spans.push({ start: value.inner, end: (words.at(-1) as Word).inner + (words.at(-1) as Word).text.length });
      } else if (part) this.push(value, part.start, part.end);
      i++;
    }
  }

  /** `echo x > /run/secrets/db_password` puts a secret into a file that says so. */
  private writesSecretFile(words: Word[], first: number, redirects: { kind: string; word: Word }[]): void {
    const name = baseName(words[first]);
    let target = '';
    let from: Word[] = [];
    if (ECHOES.has(name)) {
      target = redirects.find((redirect) => redirect.kind.startsWith('>'))?.word.text ?? '';
      from = words.slice(first + 1);
    } else if (name === 'tee' && this.echoed.length > 0) {
      target = words.slice(first + 1).find((word) => !word.text.startsWith('-'))?.text ?? '';
      from = this.echoed;
    }
    if (target === '' || !isSecretFile(target)) return;
    for (const word of from) {
      if (/[={]|: |:\/\//.test(word.text.replace(/=+$/, ''))) continue;
      const pair = /^[\w.@*-]{1,64}:[^/\s]/.test(word.text);
      if (/pgpass$/.test(target)) this.secretStretch(word, word.text.lastIndexOf(':') + 1, 'whole');
      else this.secretLines(word, pair ? 'pairs' : 'lines');
    }
  }

  private readHeredoc(): void {
    const here = this.heredoc;
    if (!here) return;
    this.heredoc = undefined;
    const close = here.tag === '' ? -1 : this.text.indexOf(`\n${here.tag}`, Math.max(0, this.at - 1));
    const end = close < 0 ? this.end : Math.min(close, this.end);
    if (end > this.at) this.lines(this.at, end, here.mode);
    this.at = Math.max(this.at, end);
  }

  private secretLines(word: Word, mode: 'lines' | 'pairs'): void {
    if (/^-[neE]{1,3}$/.test(word.text) || FORMAT_WORD.test(word.text)) return;
    this.lines(word.inner, word.inner + word.text.length, mode);
  }

  private lines(start: number, end: number, mode: 'lines' | 'pairs'): void {
    const text = this.text.slice(start, end);
    const breaks = /\r?\n|(?:\\{1,2}[nr])+|$/g;
    let from = 0;
    for (const match of text.matchAll(breaks)) {
      let lineStart = from;
      const line = text.slice(lineStart, match.index);
      from = match.index + match[0].length;
      if (mode === 'pairs') {
        const user = /^\s{0,20}(?:[^\s:]|\$\{[^}]{0,80}\}){1,80}:/.exec(line);
        if (!user) {
          // After `printf 'root:%s'` a word of its own is the password.
          if (line === text && !line.includes(':')) this.pushPart(lineStart + start, line);
          continue;
        }
        lineStart += user[0].length;
      }
      this.pushPart(start + lineStart, text.slice(lineStart, match.index));
    }
  }

  private pushPart(start: number, value: string): void {
    if (FORMAT_WORD.test(value)) return;
    const part = secretPart(value);
    if (part) this.spans.push({ start: start + part.start, end: start + part.end });
  }

  private secretWord(word: Word, how: 'whole' | 'pair' | 'literal'): void {
    this.secretStretch(word, 0, how);
  }

  /** The word from an offset on; a pair keeps its user, a bare `pass:` or `token:` prefix its word. */
  private secretStretch(word: Word, offset: number, how: 'whole' | 'pair' | 'literal'): void {
    let from = offset;
    let to = word.text.length;
    const quote = word.text[from];
    if ((quote === '"' || quote === "'") && to - from > 1 && word.text[to - 1] === quote) {
      from++;
      to--;
    }
    const value = word.text.slice(from, to);
    if (how === 'literal') {
      const equals = value.indexOf('=');
      if (equals < 0) return;
      from += equals + 1;
    } else if (how === 'pair') {
      const separator = /^(?:[^:%,/$]|\$\{[^}]{0,80}\}|\$\w){0,120}([:%,/])/.exec(value);
      if (!separator) return;
      const user = separator[0].length - 1;
      if (separator[0].length === value.length) to = from + user;
      else if (/^(?:x-oauth-basic|api_token|X)$/.test(value.slice(user + 1)) && user > 8) to = from + user;
      else from += user + 1;
      if (how === 'pair' && separator[1] === '/')
        to = from + (/^[^@\s]*/.exec(word.text.slice(from, to))?.[0].length ?? 0);
    } else {
      const prefix = /^pass:/.exec(value);
      if (prefix) from += prefix[0].length;
    }
    const part = secretPart(word.text.slice(from, to));
    if (part) this.push(word, from + part.start, from + part.end);
  }

  private push(word: Word, from: number, to: number): void {
    const breaks = /(?:\\{1,2}[nrt]){0,4}$/.exec(word.text.slice(Math.max(from, to - 12), to))?.[0].length ?? 0;
    this.spans.push({ start: word.inner + from, end: word.inner + Math.max(from + 1, to - breaks) });
  }
}

function baseName(word: Word | undefined): string {
  if (!word || word.text.length > 80) return '';
  return word.text.slice(word.text.lastIndexOf('/') + 1).replace(/\.exe$/, '');
}

function commandIndex(words: Word[]): number {
  let i = 0;
  while (i + 1 < words.length && BEFORE_COMMAND.test((words[i] as Word).text)) i++;
  return i;
}

/** `--user mysql`: a word that names a user, a host or a file, not a command. */
function namedByFlag(words: Word[], at: number): boolean {
  return /^(?:-[uUhdngGtfDN]|--(?:user|name|group|host|database|network|container))$/.test(words[at - 1]?.text ?? '');
}

function isSecretFile(path: string): boolean {
  if (path.length > 300 || /^\/etc\/(?:passwd|group|shadow|gshadow)-?$/.test(path)) return false;
  const base = path.slice(path.lastIndexOf('/') + 1).replace(SECRET_FILE_ENDING, '');
  if (/^\/?(?:var\/)?run\/secrets\//.test(path) || /^\.?(?:pgpass|htpasswd|vault-token)$/.test(base))
    return true;
  return secretNameKind(base) === 'strong' && !/\.(?:sh|py|js|conf)$/.test(base);
}
