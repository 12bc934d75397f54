/** What runs among the words of a command, and its secrets that follow a name as the next word: `--token x`, `config set password x`. */
import { NAME_VALUE_COMMANDS, SETTERS } from './commands.ts';
import { markWord, type Word } from './lex.ts';
import { secretNameKind } from './names.ts';
import { isOpaque, isProse, looksRandom, secretOfName, secretPart } from './values.ts';

/** Words before the command proper. */
const BEFORE_COMMAND =
  /^(?:sudo|doas|exec|env|nohup|time|nice|busybox|command|then|do|else|if|while|until|!|:|#|#\(nop\)|RUN|CMD|CMD-SHELL|ENTRYPOINT|HEALTHCHECK|ONBUILD|SHELL|eval|-\w+|\/[A-Za-z]|[A-Za-z_]\w*=.*|\|\d+|(?:\/(?:usr\/)?bin\/)?(?:ba|da|a|z|k)?sh|cmd(?:\.exe)?|powershell(?:\.exe)?|pwsh|root|--\S*)$/s;

const BASE_NAME = /^`?(?![-$])(?:[\w.+-]*\/)*([\w.+-]*?)(?:\.exe)?$/;

/** The command a word would be: without its path; '' for what is too long or holds blanks. */
export function baseName(word: Word | undefined): string {
  if (!word) return '';
  if (word.base === undefined) {
    word.base = word.text.length > 80 ? '' : (BASE_NAME.exec(word.text)?.[1] ?? '');
  }
  return word.base;
}

/** Index of `RUN` or the shell that runs the words behind it, whatever a log or a table of history has before; -1 without. */
export function shellIndex(words: Word[]): number {
  return words.findIndex(
    ({ text }, at) =>
      text === 'RUN' ||
      (text === '/bin/sh' && words[at + 1]?.text === '-c' && words[at + 2]?.quoted === false),
  );
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

const CHANGES_PASSWORD = /^(?:\w{1,30}:)?(?:set|change|reset|update)-(?:[a-z]{1,20}-)?pass(?:word|wd)$/i;
const PASSWORD_FLAG = /^--?(?:new-?)?password(?:=|$)/;
const FLAG = /^(?:(?:-{1,2}|\+)[A-Za-z][^=:\s]{0,118}|\/(?:p|pw|pass|password|token|secret))$/i;

/** `--user name:x`; containers and `chroot` mean `user:group` by it. */
const USER_PAIR =
  /^(?:--user=)?["']?([\w.@+-]{1,64}):(?!\1$|\d+$|\/\/|(?:root|wheel|staff|users|nogroup|nobody|www-data)$)(?=([^\s"']{2,200}))/;
const USES_GROUPS =
  /^(?:docker|podman|nerdctl|buildah|kubectl|chroot|chpst|install|cp|rsync|tar|uwsgi|COPY|ADD)$/;

/** `--name value` of any command, also as two items of an exec form. */
export function optionValues(words: Word[], first: number): void {
  let flagged: boolean | undefined;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as Word;
    const { text } = word;
    const value = words[i + 1];
    if (text.startsWith('--user') && !USES_GROUPS.test(baseName(words[first]))) {
      const holder = (text === '--user' && value) || word;
      const pair = USER_PAIR.exec(holder.text);
      if (pair) markWord(holder, pair[0].length, secretPart(pair[2] ?? ''));
    }
    if (!value || (value.text.startsWith('-') && !value.quoted)) continue;
    if (text.includes('-pass') && CHANGES_PASSWORD.test(text)) {
      flagged ??= words.some((word) => PASSWORD_FLAG.test(word.text));
      if (!flagged) markWord(value, 0, secretPart(value.text));
    } else if (FLAG.test(text) && !/^--?(?:secret-id|passin|passout)$/.test(text)) {
      const prefix = value.text.startsWith('pass:') ? 5 : 0;
      markWord(value, prefix, secretOfName(value.text.slice(prefix), text.replace(/^[-+/]+/, '')));
    }
  }
}

const SIGN_IN =
  /^(?:log-?in|auth|token|authtoken|add-authtoken|set-token|unseal|attach|activate|api-?key|license)$/;

/** `sentry-cli login TOKEN`: a random word behind one for signing in, whatever the command. */
export function signInWords(words: Word[], first: number): void {
  for (let i = first + 1; i + 1 < words.length; i++) {
    const value = words[i + 1] as Word;
    if (!SIGN_IN.test((words[i] as Word).text) || !/^[\w+/=-]{16,200}$/.test(value.text)) continue;
    if (isOpaque(value.text)) markWord(value, 0, secretPart(value.text));
  }
}

const USER_FLAG = /^(?:-[uUnx](?:=.*)?|--?user(?:name)?(?:=.*)?|-l)$/;
const PASSWORD_LETTER = /^-[pP](?:=.|$)/;
/** Commands that mean something else by `-p`. */
const OTHER_P =
  /^(?:ssh|scp|sftp|rsync|mkdir|cp|install|tar|read|nc|ncat|socat|docker|podman|nerdctl|kubectl|su|runuser|sudo|chroot|setpriv|useradd|usermod|adduser|mysql\w*|mariadb[\w-]*|psql|pg_\w+|createdb|createuser|vacuumdb|gunicorn|uwsgi|supervisord|memcached|git|patch|ps|lsof|fuser|env|xargs|find|python[\d.]*|node|npm|npx|yarn|pnpm|perl|curl|wget|id|chown|sort|diff|unzip|zip|make|cmake|strace|nmap|redis-\w+|echo|printf|cat|grep|sed)$/;

/** `-u bob -p x` of any command: who gives a user gives a password. Not where `-p` is a port, a path or a mode. */
export function userAndPassword(words: Word[], first: number): void {
  const isGiven =
    words.some(({ text }) => PASSWORD_LETTER.test(text)) &&
    words.some(({ text }, i) => i > first && USER_FLAG.test(text));
  if (!isGiven || OTHER_P.test(baseName(words[first]))) return;
  // In an exec form everything is quoted, ports too.
  const listed = words.slice(first).every((word) => word.quoted);
  for (let i = first + 1; i < words.length; i++) {
    const word = words[i] as Word;
    const value = words[i + 1];
    if (/^(?:--|mkdir|cp|install|ssh)$/.test(word.text)) return;
    if (!PASSWORD_LETTER.test(word.text)) continue;
    if (word.text.length > 2) markWord(word, 3, secretPart(word.text.slice(3)));
    else if (value) {
      const isOther = /^[-/]|^[\d:.,-]+$|^\d+:\d+|[/:]\d+$/.test(value.text);
      if (!isOther || (value.quoted && !listed)) markWord(value, 0, secretPart(value.text));
    }
  }
}

/** A flag that names something, and the one that brings its value: `reg add … /v NAME /d VALUE`. */
const NAMING_FLAG = /^(?:\/v|-n|--?name|--?key|--variable|--property)$/i;
const VALUE_FLAG = /^(?:\/d|-v|--?value|--data|--string-value)$/i;

/** `-Name DefaultPassword -Value x` */
export function namedByFlags(words: Word[]): void {
  let name = '';
  for (let i = 0; i + 1 < words.length; i++) {
    const { text } = words[i] as Word;
    if (!/^[-/]/.test(text)) continue;
    const following = words[i + 1] as Word;
    if (NAMING_FLAG.test(text)) name = following.text.slice(0, 200).replace(/^.*[\\/]/s, '');
    else if (VALUE_FLAG.test(text)) markWord(following, 0, secretOfName(following.text, name));
  }
}

/** `github-oauth.github.com TOKEN`, `http-basic.example.com USER TOKEN` of composer. */
const COMPOSER = /^(?:github-oauth|gitlab-oauth|gitlab-token|bearer)\.|\bhttp-basic\./;

/** `mysql-server/root_password password x`: the package's question, its type, the answer. */
const DEBCONF_QUESTION =
  /(?:^|\/)[\w.+-]*pass(?:word|wd|phrase)?(?:[-_](?:again|confirm\w*))?$|^[\w.+-]+\/[\w.+/-]+$/;

/** Words that are a command's own as often as a name. */
const OWN_WORD =
  /^(?:@[\w-]{1,60}\/)?(?:secrets?|credentials?|credential-manager|tokens?|auth|keys?|passwd)$/i;

/** A user's address may stand between: `activate-refresh-token bob@example.org x` */
const ADDRESS = /^[\w.+-]{1,64}@[\w-]{1,60}\.[\w.-]{2,60}$/;

/** `config set NAME VALUE`. */
export function nameValuePairs(words: Word[], first: number): void {
  const named =
    NAME_VALUE_COMMANDS.has(baseName(words[first])) || NAME_VALUE_COMMANDS.has(baseName(words[first + 1]));
  for (let i = 1; i + 1 < words.length; i++) {
    const { text } = words[i] as Word;
    const before = (words[i - 1] as Word).text;
    const debconf = text === 'password' && DEBCONF_QUESTION.test(before);
    const certain =
      debconf ||
      SETTERS.has(before) ||
      ((before.endsWith('config') || before.endsWith('set')) && /^\w{1,20}[.:]\w*$/.test(before)) ||
      (text === 'password' && /^(?:login|machine|account)$/.test(words[i - 2]?.text ?? ''));
    if (!(named || certain) || text.length > 200 || /^[-@]|[=\s$]|:\/\/[^\]]*$/.test(text)) continue;
    const name = text.replace(/^.*(?:[/:]|\]\.)/s, '');
    const kind = secretNameKind(name) ?? (COMPOSER.test(text) ? 'strong' : undefined);
    if (!kind || kind === 'header' || /^(?:\.|set-|add-|get-|create-)/.test(name)) continue;
    const next = words[i + 1] as Word;
    const basic = /\bhttp-basic\./.test(text);
    const value = basic || ADDRESS.test(next.text) ? words[i + 2] : next;
    if (!value || value.text.startsWith('-')) continue;
    if (isProse(value.text) && (i + 2 < words.length || !/\w[_-]\w/.test(name))) continue;
    if (!certain && OWN_WORD.test(text) && !(value.text.length >= 16 && looksRandom(value.text))) continue;
    // A shop's composer keys come in pairs, and the first is half of it.
    if (basic && next.text.length >= 24 && looksRandom(next.text)) markWord(next, 0, secretPart(next.text));
    const part = secretPart(value.text, name, kind);
    markWord(value, 0, part);
    // debconf's value reaches to the end of its line.
    const last = words.at(-1);
    if (part && debconf && last?.view === value.view)
      value.view.mark(value.at, { start: 0, end: last.at + last.text.length - value.at });
    i++;
  }
}
