/** What runs among the words of a command, and its secrets that follow a name as the next word: `--token x`, `config set password x`. */
import { NAME_VALUE_COMMANDS, SETTERS } from './commands.ts';
import { spanWithin, type Word } from './lex.ts';
import { secretNameKind } from './names.ts';
import { isProse, looksRandom, secretPart } from './values.ts';
import type { Span } from './view.ts';

/** Words before the command proper. */
const BEFORE_COMMAND =
  /^(?:sudo|doas|exec|env|nohup|time|nice|busybox|command|then|do|else|if|while|until|!|:|#|#\(nop\)|RUN|CMD|CMD-SHELL|ENTRYPOINT|HEALTHCHECK|ONBUILD|SHELL|eval|-\w+|\/[A-Za-z]|[A-Za-z_]\w*=.*|\|\d+|(?:\/(?:usr\/)?bin\/)?(?:ba|da|a|z|k)?sh|cmd(?:\.exe)?|powershell(?:\.exe)?|pwsh|root|--\S*)$/s;

/** The command a word would be: without its path; '' for what is too long or holds blanks. */
export function baseName(word: Word | undefined): string {
  if (!word) return '';
  if (word.base === undefined) {
    const { text } = word;
    let base = '';
    if (text.length <= 80 && /^[\w./+-]+$/.test(text)) {
      base = text.slice(text.lastIndexOf('/') + 1);
      if (base.endsWith('.exe')) base = base.slice(0, -4);
    }
    word.base = base;
  }
  return word.base;
}

/** Index of the word that is the command, behind `sudo`, `RUN`, `A=b` and the like. */
export function commandIndex(words: Word[]): number {
  let i = 0;
  while (i + 1 < words.length && BEFORE_COMMAND.test((words[i] as Word).text)) i++;
  return i;
}

/** `--user mysql`: a word that names a user, a host or a file, not a command. */
export function namedByFlag(words: Word[], at: number): boolean {
  return /^(?:-[uUhdngGtfDN]|--(?:user|name|group|host|database|network|container))$/.test(
    words[at - 1]?.text ?? '',
  );
}

/** `github-oauth.github.com TOKEN` */
const COMPOSER_TOKEN = /^(?:github-oauth|gitlab-oauth|gitlab-token|bearer)\./;

/** `mysql-server/root_password password x`: the package's question, its type, the answer. */
const DEBCONF_QUESTION =
  /(?:^|\/)[\w.+-]*pass(?:word|wd|phrase)?(?:[-_](?:again|confirm\w*))?$|^[\w.+-]+\/[\w.+/-]+$/;

/** A flag that names something, and the one that brings its value: `reg add … /v NAME /d VALUE`. */
const NAMING_FLAG = /^(?:\/v|-n|--?name|--?key|--variable|--property)$/i;
const VALUE_FLAG = /^(?:\/d|-v|--?value|--data|--string-value)$/i;

const CHANGES_PASSWORD = /^(?:\w{1,30}:)?(?:set|change|reset|update)-(?:[a-z]{1,20}-)?pass(?:word|wd)$/i;

/** `--name value` of any command, also as two items of an exec form. */
export function optionValues(words: Word[], spans: Span[]): void {
  let flagged: boolean | undefined;
  for (let i = 0; i + 1 < words.length; i++) {
    const { text } = words[i] as Word;
    const following = words[i + 1] as Word;
    if (text.includes('-pass') && text.length < 200 && CHANGES_PASSWORD.test(text)) {
      flagged ??= words.some((word) => /^--?(?:new-?)?password(?:=|$)/.test(word.text));
      if (flagged) continue;
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
    const prefix = following.text.startsWith('pass:') ? 5 : 0;
    const part = secretPart(following.text.slice(prefix), text.replace(/^[-/]+/, ''), kind);
    if (part) spans.push(spanWithin(following, prefix + part.start, prefix + part.end));
    i++;
  }
}

/** `sentry-cli login TOKEN`, `snyk auth TOKEN`: a random word after one of these, whatever the command. */
const SIGN_IN =
  /^(?:log-?in|auth|token|authtoken|add-authtoken|set-token|unseal|attach|activate|api-?key|license)$/;

/** `--user name:x`; containers and `chroot` mean `user:group` by it. */
const PAIR_FLAG = /^--(?:user|userpass|user-pass|basic-auth|http-auth|auth|creds|credentials?|login)(?:=|$)/;
const USES_GROUPS =
  /^(?:docker|podman|nerdctl|buildah|kubectl|chroot|chpst|install|cp|rsync|tar|uwsgi|COPY|ADD)$/;

/** Secrets that stand by themselves behind a word for signing in. */
export function signInWords(words: Word[], first: number, spans: Span[]): void {
  const groups = USES_GROUPS.test(baseName(words[first]));
  for (let i = first; i < words.length; i++) {
    const word = words[i] as Word;
    const { text } = word;
    if (text.length > 400) continue;
    if (PAIR_FLAG.test(text) && !groups) {
      const inside = text.indexOf('=') + 1;
      const holder = inside > 0 ? word : words[i + 1];
      const pair = holder && /^(["']?[\w.@+-]{1,64}:)([^\s"']{2,200})/.exec(holder.text.slice(inside));
      const secret = pair?.[2] ?? '';
      if (
        holder &&
        pair &&
        !/^\d+$|^\/\/|^(?:root|wheel|staff|users|nogroup|nobody|www-data)$/.test(secret) &&
        pair[1] !== `${secret}:`
      ) {
        const part = secretPart(secret);
        const from = inside + (pair[1] ?? '').length;
        if (part) spans.push(spanWithin(holder, from + part.start, from + part.end));
      }
    } else if (i > first && i + 1 < words.length && SIGN_IN.test(text)) {
      const following = words[i + 1] as Word;
      if (!/^[\w+/=-]{16,200}$/.test(following.text) || !looksRandom(following.text)) continue;
      const wordy = following.text.split(/[-_]/).every((piece) => /^(?:[A-Za-z]+|\d{1,4})$/.test(piece));
      if (!wordy) spans.push(spanWithin(following, 0, following.text.length));
    }
  }
}

/** `-u bob -p x` of any command: who gives a user gives a password. Not where `-p` is a port, a path or a mode. */
const USER_FLAG = /^(?:-[uUnx](?:=.*)?|--?user(?:name)?(?:=.*)?|-l)$/;
const OTHER_P =
  /^(?:ssh|scp|sftp|rsync|mkdir|cp|install|tar|read|nc|ncat|socat|docker|podman|nerdctl|kubectl|su|runuser|sudo|chroot|setpriv|useradd|usermod|adduser|psql|pg_\w+|createdb|createuser|vacuumdb|gunicorn|uwsgi|supervisord|memcached|git|patch|ps|lsof|fuser|env|xargs|find|python[\d.]*|node|npm|npx|yarn|pnpm|perl|curl|wget|id|chown|sort|diff|unzip|zip|make|cmake|strace|nmap|redis-\w+|echo|printf|cat|grep|sed)$/;

export function userAndPassword(words: Word[], first: number, spans: Span[]): void {
  if (OTHER_P.test(baseName(words[first]))) return;
  const found: Span[] = [];
  let user = false;
  // In an exec form everything is quoted, ports too.
  const listed = words.slice(first).every((word) => word.quoted);
  for (let i = first + 1; i < words.length; i++) {
    const { text } = words[i] as Word;
    if (text === '--' || /^(?:mkdir|cp|install|ssh)$/.test(text)) return;
    if (text.startsWith('-') && USER_FLAG.test(text)) user = true;
    else if (/^-[pP]=./.test(text)) {
      const part = secretPart(text.slice(3));
      if (part) found.push(spanWithin(words[i] as Word, 3 + part.start, 3 + part.end));
    } else if ((text === '-p' || text === '-P') && i + 1 < words.length) {
      const value = words[i + 1] as Word;
      if (/^[-/]|^[\d:.,-]+$|^\d+:\d+|[/:]\d+$/.test(value.text) && (!value.quoted || listed)) continue;
      const part = secretPart(value.text);
      if (part) found.push(spanWithin(value, part.start, part.end));
    }
  }
  if (user) spans.push(...found);
}

/** `-Name DefaultPassword -Value x` */
export function namedByFlags(words: Word[], spans: Span[]): void {
  let name = '';
  for (let i = 0; i + 1 < words.length; i++) {
    const { text } = words[i] as Word;
    if (text.length > 20 || !/^[-/]/.test(text)) continue;
    const following = words[i + 1] as Word;
    if (NAMING_FLAG.test(text)) name = following.text.slice(0, 200);
    else if (name !== '' && VALUE_FLAG.test(text)) {
      const last = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
      const kind = secretNameKind(last);
      const part = kind && kind !== 'header' ? secretPart(following.text, last, kind) : undefined;
      if (part) {
        spans.push(spanWithin(following, part.start, part.end));
        return;
      }
    }
  }
}

/** `config set NAME VALUE`. */
export function nameValuePairs(words: Word[], first: number, spans: Span[]): void {
  const named =
    NAME_VALUE_COMMANDS.has(baseName(words[first])) || NAME_VALUE_COMMANDS.has(baseName(words[first + 1]));
  for (let i = 1; i + 1 < words.length; i++) {
    const word = words[i] as Word;
    const { text } = word;
    const before = (words[i - 1] as Word).text;
    const setter =
      SETTERS.has(before) || (/(?:config|set)$/.test(before) && /^\w{1,20}[.:]\w+$/.test(before));
    const isPassword = text === 'password';
    if (!named && !setter && !isPassword) continue;
    if (text.length > 200 || /^[-@]/.test(text) || /[=\s$]|:\/\/[^\]]*$/.test(text)) continue;
    const twice = isPassword && DEBCONF_QUESTION.test(before);
    const login = isPassword && /^(?:login|machine|account)$/.test(words[i - 2]?.text ?? '');
    if (!named && !setter && !twice && !login) continue;
    const name = text.replace(/^.*(?:[/:]|\]\.)/s, '');
    const kind =
      secretNameKind(name) ??
      (/\bhttp-basic\./.test(text) ? 'basic' : COMPOSER_TOKEN.test(text) ? 'strong' : undefined);
    if (!kind || kind === 'header' || /^(?:\.|set-|add-|get-|create-)/.test(name)) continue;
    // A user's address may stand between: `activate-refresh-token bob@example.org x`
    const address = /^[\w.+-]{1,64}@[\w-]{1,60}\.[\w.-]{2,60}$/.test((words[i + 1] as Word).text);
    const value = kind === 'basic' || address ? words[i + 2] : words[i + 1];
    if (
      !value ||
      value.text.startsWith('-') ||
      (isProse(value.text) && (i + 2 < words.length || !/\w[_-]\w/.test(name)))
    )
      continue;
    // `--set FILE SECTION NAME VALUE`: the section may have a secret's name too
    const next = words[i + 2];
    if (
      setter &&
      next &&
      !/^[-#]/.test(next.text) &&
      /^[a-z_]+$/.test(value.text) &&
      secretNameKind(value.text) === 'strong'
    )
      continue;
    if (
      kind !== 'basic' &&
      !setter &&
      !login &&
      !twice &&
      !(value.text.length >= 16 && looksRandom(value.text)) &&
      /^(?:secret|secrets|credential|credentials|credential-manager|token|tokens|auth|key|keys|passwd)$/i.test(
        text.replace(/^@[\w-]{1,60}\//, ''),
      )
    )
      continue;
    // A shop's composer keys come in pairs, and the first is half of it.
    const half = words[i + 1] as Word;
    if (kind === 'basic' && looksRandom(half.text) && half.text.length >= 24)
      spans.push(spanWithin(half, 0, half.text.length));
    const part = secretPart(value.text, name, kind === 'basic' ? 'strong' : kind);
    if (part && twice) {
      // debconf's value reaches to the end of its line
      const last = words.at(-1) as Word;
      spans.push({
        start: spanWithin(value, 0, 1).start,
        end: spanWithin(last, 0, last.text.length).end,
      });
    } else if (part) spans.push(spanWithin(value, part.start, part.end));
    i++;
  }
}
