/** Secrets that commands take by flag, by position or on standard input. One pass over the shell words of a text. */
import { COMMAND_RULES, type CommandRule, PACKAGE_MANAGERS } from './command-rules.ts';
import { closingQuote, referenceEnd } from './read-value.ts';
import { secretNameKind } from './secret-names.ts';
import { isBlank, looksRandom, secretPart } from './secret-part.ts';
import { baseName, commandIndex, namedByFlag, spanWithin, type Word } from './shell-word.ts';
import { allMatches, type Span } from './spans.ts';
import { namedByFlags, nameValuePairs, optionValues, signInWords, userAndPassword } from './word-pairs.ts';

/** `> file`, `<<< word`, `<< TAG`. */
interface Redirect {
  kind: string;
  word: Word;
}

type List = Set<string>;

interface Rule
  extends Omit<
    CommandRule,
    'commands' | 'when' | 'flags' | 'glued' | 'bundled' | 'assigned' | 'pairs' | 'skips'
  > {
  when: List;
  flags: List;
  glued: string[];
  bundled: List;
  assigned: List;
  pairs: List;
  skips: List;
}

const list = (text: string | undefined): List => new Set(text ? text.split(' ') : []);

const RULES = new Map<string, Rule[]>();
for (const { commands, when, flags, glued, bundled, assigned, pairs, skips, ...rest } of COMMAND_RULES) {
  const rule = {
    ...rest,
    when: list(when),
    flags: list(flags),
    glued: [...list(glued)],
    bundled: list(bundled),
    assigned: list(assigned),
    pairs: list(pairs),
    skips: list(skips),
  };
  for (const name of commands.split(' ')) RULES.set(name, [...(RULES.get(name) ?? []), rule]);
}

/** Commands in quotes in commands in quotes: deeper than this nobody writes. */
const MAX_DEPTH = 3;

/** Commands whose names are arguments of others: `dotnet dev-certs https -p x`. */
const ALSO_WORDS = new Set(['http', 'https', 'sql', 'net', 'security', 'exp', 'imp', 'img', 'cr']);

/** Words among which a place is counted. */
const PLACES = 32;

const ECHOES = new Set(['echo', 'printf', 'yes']);
const FORMAT_WORD = /^(?:%[sbq]|\\n|\\r|\\t|\s)*$/;
/** Items of a Kubernetes secret or a cookie that are none. */
const PLAIN_ITEM = /^(?:host(?:name)?|port|database|region|endpoint|lang|theme)$/i;
const SECRET_FILE_ENDING = /\.(?:txt|pass|pw|dat|cfg|conf|key)$/;
/** Spans of the secrets in the commands of `text`, quoted scripts included. */
export function findCommandSecrets(text: string): Span[] {
  const spans: Span[] = [];
  new CommandScan(text, spans, 0, text.length, 0).run();
  return spans;
}

class CommandScan {
  private words: Word[] = [];
  private redirects: Redirect[] = [];
  /** What echo and printf wrote so far in this pipeline or group. */
  private echoed: Word[] = [];
  private group = 0;
  private readonly unclosed = new Set<string>();
  private pipedHeredoc = '';
  private substituted = false;
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
        if (c === '(') this.substituted = redirect === '<' && namesSecret(this.words.at(-1));
        else if (c === ')') this.substitution();
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

  /** `--vault-password-file <(echo x)` */
  private substitution(): void {
    if (!this.substituted) return;
    this.substituted = false;
    const first = commandIndex(this.words);
    if (!ECHOES.has(baseName(this.words[first]))) return;
    for (const word of this.words.slice(first + 1)) {
      if (!word.text.includes('=')) this.secretLines(word, 'lines');
    }
  }

  private inArray(): boolean {
    const before = this.text[this.at - 1] ?? ' ';
    const after = this.text[this.at + 1] ?? ' ';
    return /["\s,[\]]/.test(before) && /["\s\\\],]/.test(after);
  }

  private take(word: Word, redirect: string): void {
    // What follows a `#` may be a command once more, but belongs to no other.
    if (redirect === '' && word.text === '#' && !word.quoted && this.words.length > 0) this.finish('#');
    else if (redirect === '' && word.text === '{' && this.words.length <= 1) this.finish('(');
    else if (redirect === '' && word.text === '}' && this.group > 0) this.finish(')');
    else if (redirect === '') {
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
        // A drive, `Env:\ `, not an escaped blank
        if (text[i - 1] === ':' && isBlank(text.charCodeAt(i + 1))) {
          i++;
          break;
        }
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
    if (/\s/.test(this.text.slice(start, end)))
      new CommandScan(this.text, this.spans, start, end, this.depth + 1).run();
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
    const here = redirects.find((redirect) => redirect.kind === '<<')?.word.text;
    if (here !== undefined) this.pipedHeredoc = here.replace(/^-/, '').replace(/["'\\]/g, '');
    if (words.length > 0) {
      const first = commandIndex(words);
      const name = baseName(words[first]);
      if (ECHOES.has(name)) this.echoed.push(...words.slice(first + 1));
      const given = name === 'cat' ? redirects.find((redirect) => redirect.kind === '<<<') : undefined;
      if (given) this.echoed.push(given.word);
      this.readCommand(words, first, redirects);
      this.writesSecretFile(words, first, redirects);
    }
    if (by !== '|' && by !== '(' && by !== ')' && by !== '#' && this.group === 0) {
      this.echoed = [];
      this.pipedHeredoc = '';
    }
  }

  private readCommand(words: Word[], first: number, redirects: Redirect[]): void {
    if (words.length > 1) {
      const installs =
        PACKAGE_MANAGERS.has(baseName(words[first])) &&
        words.some((word) => /^(?:install|add|i|download|upgrade)$/.test(word.text));
      this.spans.push(...optionValues(words), ...namedByFlags(words));
      if (installs) return;
      this.spans.push(
        ...nameValuePairs(words, first),
        ...signInWords(words, first),
        ...userAndPassword(words, first),
      );
    }
    if (baseName(words[first]) === 'read' && secretNameKind(words.at(-1)?.text ?? ''))
      this.standardInput('lines', redirects);
    if ((this.echoed.length > 0 || redirects.length > 0) && readsSecret(words, first))
      this.standardInput('lines', redirects);
    for (let i = 0; i < words.length; i++) {
      const name = baseName(words[i]);
      if (name === '') continue;
      const rules = RULES.get(name) ?? RULES.get(name.toLowerCase());
      if (!rules) continue;
      if (namedByFlag(words, i)) continue;
      // The command's own words end where another known command begins; places are counted beyond it,
      // for a user or a file may be called like a command.
      let end = i + 1;
      const isOwn = (word: Word | undefined) =>
        word !== undefined && rules.some((rule) => rule.when.has(word.text));
      while (
        end < words.length &&
        (!RULES.has(baseName(words[end])) ||
          ALSO_WORDS.has(baseName(words[end])) ||
          namedByFlag(words, end) ||
          (end === i + 1 && isOwn(words[end])))
      )
        end++;
      const args = words.slice(i + 1, Math.max(end, i + 1));
      const toTheEnd = words.slice(i + 1, Math.max(end, i + PLACES));
      for (const rule of rules)
        this.applyRule(
          rule,
          rule.positions || rule.lastWhenFlag || rule.pairPositions ? toTheEnd : args,
          i <= first || name.endsWith('chpasswd') || words[i - 1]?.text === 'sudo',
          redirects,
        );
    }
  }

  private applyRule(rule: Rule, args: Word[], inCommandPlace: boolean, redirects: Redirect[]): void {
    let from = 0;
    if (rule.when.size > 0) {
      from = args.findIndex((word) => rule.when.has(word.text) || rule.when.has(word.text.toLowerCase())) + 1;
      if (from === 0) return;
    }
    const plain: Word[] = [];
    let hasFlag = rule.whenFlag === undefined;
    let sawLetter = false;
    for (let i = 0; i < args.length; i++) {
      const word = args[i] as Word;
      const { text } = word;
      if (rule.whenFlag?.test(text)) hasFlag = true;
      const isFlag = text.startsWith('-') || (text.startsWith('/') && rule.flags.has(text.toLowerCase()));
      if (isFlag && text.length > 1 && !(word.quoted && /\s/.test(text))) {
        if (rule.lastWhenFlag && /^-\w+$/.test(text) && text.includes(rule.lastWhenFlag)) sawLetter = true;
        const following = args[i + 1];
        const how = howTaken(rule, text);
        if (how) {
          if (following && (!following.text.startsWith('-') || following.quoted))
            this.secretStretch(following, 0, how);
          i++;
          continue;
        }
        const equals = text.indexOf('=');
        const assigned = equals > 0 ? howTaken(rule, text.slice(0, equals)) : undefined;
        if (assigned) this.secretStretch(word, equals + 1, assigned);
        if (assigned || (equals > 0 && text.startsWith('--'))) continue;
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
          else if (following && /^-[A-Za-z]{2,6}$/.test(text) && text.endsWith(flag.slice(1)))
            this.secretStretch(following, 0, 'pair');
        }
        continue;
      }
      for (const flag of rule.glued) {
        if (!flag.startsWith('-') && text.toLowerCase().startsWith(flag))
          this.secretStretch(word, flag.length, 'whole');
      }
      if (i >= from && !rule.ignores?.test(text)) plain.push(word);
    }
    for (const position of rule.positions ?? []) {
      const word = plain[position - 1];
      if (word && !/^(?:\/|-$|-method|method=|\w{2,20}=)/.test(word.text))
        this.secretStretch(word, 0, 'whole');
    }
    for (const position of rule.pairPositions ?? []) {
      const word = plain[position - 1];
      if (word && !word.text.includes('://')) this.secretStretch(word, 0, 'pair');
    }
    if (sawLetter && plain.length > 1) this.secretStretch(plain.at(-1) as Word, 0, 'whole');
    if (rule.last && plain.length > 0) this.secretStretch(plain.at(-1) as Word, 0, 'whole');
    if (rule.stdin && hasFlag && inCommandPlace) this.standardInput(rule.stdin, redirects);
  }

  private standardInput(mode: 'lines' | 'pairs', redirects: Redirect[]): void {
    for (const word of this.echoed) this.secretLines(word, mode);
    for (const { kind, word } of redirects) {
      if (kind === '<<<') this.secretLines(word, mode);
    }
    if (this.pipedHeredoc !== '') this.heredoc = { tag: this.pipedHeredoc, mode };
    // Read once: a second reader in the same pipeline gets nothing new, and time stays linear.
    this.echoed = [];
    redirects.length = 0;
  }

  /** `echo x > /run/secrets/db_password` puts a secret into a file that says so. */
  private writesSecretFile(words: Word[], first: number, redirects: Redirect[]): void {
    const name = baseName(words[first]);
    let target = '';
    let from: Word[] = [];
    if (ECHOES.has(name)) {
      target = redirects.find((redirect) => redirect.kind.startsWith('>'))?.word.text ?? '';
      from = words.slice(first + 1);
    } else if (this.echoed.length > 0) {
      // `| tee FILE`, or a filter that ends in `> FILE`
      target =
        (name === 'tee'
          ? words.slice(first + 1).find((word) => !word.text.startsWith('-'))?.text
          : redirects.find((redirect) => redirect.kind.startsWith('>'))?.word.text) ?? '';
      from = this.echoed;
    }
    if (target === '') return;
    const certain = isSecretFile(target);
    if (!certain && !isKeyFile(target)) return;
    for (const word of from) {
      if (!certain && !looksRandom(word.text)) continue;
      if (/[={]|: |:\/\//.test(word.text.replace(/=+$/, ''))) continue;
      // What s3fs reads is the id of a key and the key.
      const pair = !/s3fs$/.test(target) && /^[\w.@*-]{1,64}:[^/\s]/.test(word.text);
      if (/pgpass$/.test(target)) this.secretStretch(word, word.text.lastIndexOf(':') + 1, 'whole');
      else this.secretLines(word, pair ? 'pairs' : 'lines');
    }
  }

  private readHeredoc(): void {
    const here = this.heredoc;
    if (!here) return;
    this.heredoc = undefined;
    const from = Math.max(0, this.at - 1);
    const close = here.tag === '' ? -1 : this.text.slice(from, this.end).indexOf(`\n${here.tag}`);
    const end = close < 0 ? this.end : from + close;
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
    for (const match of allMatches(text, breaks)) {
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
      if (how === 'pair' && separator[1] === '/')
        to = from + (/^[^@\s]*/.exec(word.text.slice(from, to))?.[0].length ?? 0);
    } else {
      const prefix = /^pass:/.exec(value);
      if (prefix) from += prefix[0].length;
    }
    const part = secretPart(word.text.slice(from, to));
    if (part) this.spans.push(spanWithin(word, from + part.start, from + part.end));
  }
}

/** `docker secret create x -`, `--password-stdin`, `gh secret set X`: what comes in on standard input is the secret. */
function readsSecret(words: Word[], first: number): boolean {
  if (ECHOES.has(baseName(words[first]))) return false;
  let aboutSecrets = /-keystore$/.test(baseName(words[first]));
  let fromInput = false;
  for (const { text } of words) {
    if (text.length > 80) continue;
    if (
      /^--?[\w-]{0,40}(?:pass|password|passwd|passphrase|token|secret|key)[\w-]{0,12}-(?:stdin|fd)(?:$|=)/.test(
        text,
      )
    )
      return true;
    if (/^secrets?$/.test(text)) aboutSecrets = true;
    else if (
      /^(?:-|-x|-xf|--stdin|--data-file=-|--body-file=?-?|--from-file=-|\/dev\/stdin|set|put|add|\w{1,40}=-)$/.test(
        text,
      )
    )
      fromInput = true;
  }
  return aboutSecrets && fromInput;
}

function namesSecret(word: Word | undefined): boolean {
  return word !== undefined && word.text.length < 200 && secretNameKind(word.text) !== undefined;
}

/** How a rule reads the value of a flag. */
function howTaken(rule: Rule, flag: string): 'whole' | 'pair' | 'literal' | undefined {
  if (rule.flags.has(flag.startsWith('/') ? flag.toLowerCase() : flag) || rule.bundled.has(flag))
    return 'whole';
  if (rule.pairs.has(flag)) return 'pair';
  if (rule.assigned.has(flag)) return 'literal';
  if (rule.bundled.size > 0 && /^-[A-Za-z]{2,6}$/.test(flag) && rule.bundled.has(`-${flag.at(-1)}`))
    return 'whole';
  return undefined;
}

function isSecretFile(path: string): boolean {
  if (path.length > 300 || /^\/etc\/(?:(?:passwd|group|shadow|gshadow)-?$|pam\.d\/)/.test(path)) return false;
  const base = path.slice(path.lastIndexOf('/') + 1).replace(SECRET_FILE_ENDING, '');
  if (
    /^\/?(?:var\/)?run\/secrets\//.test(path) ||
    /^\.?(?:pgpass|htpasswd|vault-token|google_authenticator|pw)$/.test(base) ||
    /(?:^|\/)auth(?:\.txt)?$/.test(path)
  )
    return true;
  return secretNameKind(base) === 'strong' && !/\.(?:sh|py|js|conf)$/.test(base);
}

/** `config/master.key`: a key by its ending, a secret if it looks like one. */
function isKeyFile(path: string): boolean {
  return /[\w-]\.key$/.test(path) || /(?:^|\/)(?:key|jwt|token)$/.test(path);
}
