/** Secrets that a command reads on standard input, or writes to a file that is one: what `echo` printed, here-documents. */
import { addSecret, argumentSecrets } from './arguments.ts';
import { PACKAGE_MANAGERS } from './commands.ts';
import type { Command, Redirect, Word } from './lex.ts';
import { secretNameKind } from './names.ts';
import { looksRandom, secretPart } from './values.ts';
import { allMatches } from './view.ts';
import {
  baseName,
  commandIndex,
  namedByFlags,
  nameValuePairs,
  optionValues,
  shellIndex,
  signInWords,
  userAndPassword,
} from './words.ts';

const PRINTERS = new Set(['echo', 'printf', 'yes']);
const FORMAT_WORD = /^(?:%[sbq]|\\n|\\r|\\t|\s)*$/;
const SECRET_FILE_ENDING = /\.(?:txt|pass|pw|dat|cfg|conf|key)$/;

/** Adds the secrets in commands that stand in a row, in arguments and on their way from one to the next. */
export function findCommandSecrets(commands: Command[]): void {
  const pipeline = new Pipeline();
  let before: Command | undefined;
  for (const command of commands) {
    pipeline.read(command, before);
    before = command;
  }
}

/** Words from `printed` and `hereDocument` are read once, by the first command that takes them for a secret. */
class Pipeline {
  private printed: Word[] = [];
  private hereDocument: Redirect | undefined;
  private group = 0;

  read({ words: all, redirects, end }: Command, before: Command | undefined): void {
    const shell = shellIndex(all);
    const words = shell > 0 ? all.slice(shell) : all;
    if (shell > 0) this.readWords(all.slice(0, shell), commandIndex(all), []);
    if (end.endsWith('(')) {
      this.group++;
      this.printed = [];
    } else if (end === ')') this.group = Math.max(0, this.group - 1);
    this.hereDocument = redirects.find(({ kind }) => kind === '<<') ?? this.hereDocument;
    if (words.length > 0) {
      const first = commandIndex(words);
      const name = baseName(words[first]);
      const args = words.slice(first + 1);
      if (PRINTERS.has(name)) {
        this.printed.push(...args);
        // `--vault-password-file <(echo x)`
        if (before?.end === '<(' && end === ')' && namesSecret(before.words.at(-1)))
          for (const word of args) if (!word.text.includes('=')) this.secretLines(word, 'lines');
      } else if (name === 'cat') {
        const given = redirects.find(({ kind }) => kind === '<<<');
        if (given) this.printed.push(given.word);
      }
      this.readWords(words, first, redirects);
      this.writeToSecretFile(name, args, redirects);
    }
    if (!/^[|()#]$|^<\($/.test(end) && this.group === 0) {
      this.printed = [];
      this.hereDocument = undefined;
    }
  }

  private readWords(words: Word[], first: number, redirects: Redirect[]): void {
    if (words.length > 1) {
      optionValues(words, first);
      namedByFlags(words);
      const installs =
        PACKAGE_MANAGERS.has(baseName(words[first])) &&
        words.some((word) => /^(?:install|add|i|download|upgrade)$/.test(word.text));
      if (installs) {
        // `echo x | sudo -S apt-get install y`
        for (const mode of argumentSecrets(words.slice(0, first), first)) this.readInput(mode, redirects);
        return;
      }
      nameValuePairs(words, first);
      signInWords(words, first);
      userAndPassword(words, first);
    }
    if (baseName(words[first]) === 'read' && namesSecret(words.at(-1))) this.readInput('lines', redirects);
    if ((this.printed.length > 0 || redirects.length > 0) && readsSecret(words, first))
      this.readInput('lines', redirects);
    for (const mode of argumentSecrets(words, first)) this.readInput(mode, redirects);
  }

  private readInput(mode: 'lines' | 'pairs', redirects: Redirect[]): void {
    for (const word of this.printed) this.secretLines(word, mode);
    for (const { kind, word } of redirects) if (kind === '<<<') this.secretLines(word, mode);
    const view = this.hereDocument?.body;
    if (view) this.lines({ text: view.text, quoted: true, view, at: 0 }, mode);
    this.printed = [];
    this.hereDocument = undefined;
    redirects.length = 0;
  }

  /** `echo x > /run/secrets/db_password`, `… | tee FILE`, a filter that ends in `> FILE`. */
  private writeToSecretFile(name: string, args: Word[], redirects: Redirect[]): void {
    const from = PRINTERS.has(name) ? args : this.printed;
    if (from.length === 0) return;
    const target =
      (name === 'tee'
        ? args.find((word) => !word.text.startsWith('-'))
        : redirects.find(({ kind }) => kind.startsWith('>'))?.word
      )?.text ?? '';
    const certain = isSecretFile(target);
    if (!certain && !isKeyFile(target)) return;
    for (const word of from) {
      if (!certain && !looksRandom(word.text)) continue;
      if (/[={]|: |:\/\//.test(word.text.replace(/=+$/, ''))) continue;
      // What s3fs reads is the id of a key and the key.
      const pair = !/s3fs$/.test(target) && /^[\w.@*-]{1,64}:[^/\s]/.test(word.text);
      if (/pgpass$/.test(target)) addSecret(word, word.text.lastIndexOf(':') + 1, 'whole');
      else this.secretLines(word, pair ? 'pairs' : 'lines');
    }
  }

  private secretLines(word: Word, mode: 'lines' | 'pairs'): void {
    if (!/^-[neE]{1,3}$/.test(word.text) && !FORMAT_WORD.test(word.text)) this.lines(word, mode);
  }

  private lines(word: Word, mode: 'lines' | 'pairs'): void {
    let from = 0;
    for (const lineBreak of allMatches(word.text, /\r?\n|(?:\\{1,2}[nr])+|$/g)) {
      let start = from;
      const line = word.text.slice(start, lineBreak.index);
      from = lineBreak.index + lineBreak[0].length;
      if (mode === 'pairs') {
        const user = /^\s{0,20}(?:[^\s:]|\$\{[^}]{0,80}\}){1,80}:/.exec(line);
        // After `printf 'root:%s'` a word of its own is the password.
        if (!user && (line !== word.text || line.includes(':'))) continue;
        start += user?.[0].length ?? 0;
      }
      const value = word.text.slice(start, lineBreak.index);
      if (!FORMAT_WORD.test(value)) word.view.mark(word.at + start, secretPart(value));
    }
  }
}

const INPUT_FLAG =
  /^--?[\w-]{0,40}(?:pass|password|passwd|passphrase|token|secret|key)[\w-]{0,12}-(?:stdin|fd)(?:$|=)/;
const FROM_INPUT =
  /^(?:-|-x|-xf|--stdin|--data-file=-|--body-file=?-?|--from-file=-|\/dev\/stdin|set|put|add|\w{1,40}=-)$/;

/** `docker secret create x -`, `--password-stdin`, `gh secret set X`: what comes in on standard input is the secret. */
function readsSecret(words: Word[], first: number): boolean {
  const name = baseName(words[first]);
  if (PRINTERS.has(name)) return false;
  const short = words.filter(({ text }) => text.length <= 80);
  if (short.some(({ text }) => INPUT_FLAG.test(text))) return true;
  const aboutSecrets = name.endsWith('-keystore') || short.some(({ text }) => /^secrets?$/.test(text));
  return aboutSecrets && short.some(({ text }) => FROM_INPUT.test(text));
}

function namesSecret(word: Word | undefined): boolean {
  return word !== undefined && word.text.length < 200 && secretNameKind(word.text) !== undefined;
}

function isSecretFile(path: string): boolean {
  if (path.length > 300 || /^\/etc\/(?:(?:passwd|group|shadow|gshadow)-?$|pam\.d\/)/.test(path)) return false;
  const base = path.slice(path.lastIndexOf('/') + 1).replace(SECRET_FILE_ENDING, '');
  return (
    /^\/?(?:var\/)?run\/secrets\//.test(path) ||
    /^\.?(?:pgpass|htpasswd|vault-token|google_authenticator|pw)$/.test(base) ||
    /(?:^|\/)(?:auth|logins?|virtual[-_]?users?)(?:\.txt)?$/.test(path) ||
    (secretNameKind(base) === 'strong' && !/\.(?:sh|py|js|conf)$/.test(base))
  );
}

/** `config/master.key`: a key by its ending, a secret if it looks like one. */
function isKeyFile(path: string): boolean {
  return /[\w-]\.key$/.test(path) || /(?:^|\/)(?:key|jwt|token)$/.test(path);
}
